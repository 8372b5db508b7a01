"""A button that copies a text, such as a cURL command with no secret in it."""

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
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const show = () => {
    button.textContent = model.get("label");
    button.disabled = !model.get("text");
    said.textContent = "";
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(model.get("text"));
      said.textContent = " " + model.get("copied");
    } catch {
      said.textContent = " " + model.get("refused");
    }
  });
  model.on("change:text change:label", show);
  show();
  el.append(button, said);
  return () => model.off("change:text change:label", show);
}
export default { render };
"""


class CopyButton(Speaking, anywidget.AnyWidget):
    """Copies a text that holds no secret; the text is saved with the notebook.

    Args:
        label: what the button says; whoever shows it sets it again when the language
            changes.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    copied = traitlets.Unicode().tag(sync=True)
    refused = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str) -> None:
        super().__init__(label=label)
        self.speak()

    def paint(self) -> None:
        """Set what is said when the button was pressed."""
        self.copied = tr("Copied.")
        self.refused = tr("The browser did not allow it; mark the text and copy it.")
