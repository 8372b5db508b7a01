"""A button that hands over a text with no secret in it, as a file."""

from collections.abc import Callable, Mapping

import anywidget
import traitlets

from vippsdiag.language import tr
from vippsdiag.notebook.voice import Speaking

_SCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button widget-button lm-Widget";
  button.style.width = "max-content";
  const show = () => { button.textContent = model.get("label"); };
  model.on("change:label", show);
  show();
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    said.textContent = "";
    model.send({ kind: "make" });
  });
  const receive = (message) => {
    if (message.kind !== "made") return;
    const blob = new Blob([message.text], { type: message.type });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = message.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    said.textContent = " " + model.get("saved").replace("{name}", message.name);
  };
  model.on("msg:custom", receive);
  el.append(button, said);
  return () => {
    model.off("msg:custom", receive);
    model.off("change:label", show);
  };
}
export default { render };
"""


class ReportButton(Speaking, anywidget.AnyWidget):
    """Makes a report when it is pressed; the text is in no trait, so nowhere else.

    Args:
        label: what the button says; whoever shows it sets it again when the language
            changes.
        make: returns the report's text, which must hold no secret; empty for none.
        name: of the file.
        when: runs an action once what the report is made from has arrived.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)
    saved = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        label: str,
        make: Callable[[], str],
        name: str,
        when: Callable[[Callable[[], None]], object] = lambda action: action(),
    ) -> None:
        self._make, self._name, self._when = make, name, when
        super().__init__(label=label)
        self.speak()

    def paint(self) -> None:
        """Set what is said when the file was handed over."""
        self.saved = tr("Saved as {name} by your browser.")

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        del buffers
        if isinstance(content, Mapping) and content.get("kind") == "make":
            self._when(self._hand_over)

    def _hand_over(self) -> None:
        text = self._make()
        if text:
            kind = "text/html" if self._name.endswith(".html") else "text/plain"
            made = {"kind": "made", "name": self._name, "text": text}
            self.send(made | {"type": kind})
