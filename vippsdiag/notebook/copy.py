"""A button that copies a text, such as a cURL command with no secret in it."""

import anywidget
import traitlets

_SCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button widget-button lm-Widget";
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
      said.textContent = " Copied.";
    } catch {
      said.textContent = " The browser did not allow it; mark the text and copy it.";
    }
  });
  model.on("change:text", show);
  show();
  el.append(button, said);
}
export default { render };
"""


class CopyButton(anywidget.AnyWidget):
    """Copies a text that holds no secret; the text is saved with the notebook.

    Args:
        label: what the button says.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)

    def __init__(self, label: str) -> None:
        super().__init__(label=label)
