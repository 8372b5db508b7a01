"""A button that hands over a report with no secret in it, as a file."""

from collections.abc import Callable, Mapping

import anywidget
import traitlets

_SCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button widget-button lm-Widget";
  button.textContent = model.get("label");
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    said.textContent = "";
    model.send({ kind: "make" });
  });
  const receive = (message) => {
    if (message.kind !== "made") return;
    const blob = new Blob([message.text], { type: "text/html" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = message.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    said.textContent = " Saved as " + message.name + " by your browser.";
  };
  model.on("msg:custom", receive);
  el.append(button, said);
  return () => model.off("msg:custom", receive);
}
export default { render };
"""


class ReportButton(anywidget.AnyWidget):
    """Makes a report when it is pressed; the text is in no trait, so nowhere else.

    Args:
        label: what the button says.
        make: returns the report's text; it must hold no secret.
        name: of the file.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str, make: Callable[[], str], name: str) -> None:
        self._make, self._name = make, name
        super().__init__(label=label)

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        del buffers
        if isinstance(content, Mapping) and content.get("kind") == "make":
            self.send({"kind": "made", "name": self._name, "text": self._make()})
