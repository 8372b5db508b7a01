"""A button that shows a text for a while, such as a code; no file ever holds it.

The page sends a public key of its own along, and the text comes sealed for it. Where
the page is no secure context it has no such key, and the text comes unsealed.
"""

from collections.abc import Callable, Mapping, Sequence

import anywidget
import traitlets

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import tr
from vippsdiag.notebook.envelope import seal_for
from vippsdiag.notebook.voice import Speaking

_SCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button widget-button lm-Widget";
  button.style.width = "max-content";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.style.cssText = "margin-left:.75em;user-select:all;overflow-wrap:anywhere;" +
    "color:var(--jp-ui-font-color1,#1b1b1f);font-family:var(--jp-code-font-family,monospace)";
  let shown = false;
  let keys = null;
  const subtle = globalThis.crypto?.subtle;
  const ask = async () => {
    if (!subtle) { model.send({ kind: "ask" }); return; }
    keys ??= await subtle.generateKey(
      { name: "RSA-OAEP", modulusLength: 2048, hash: "SHA-256",
        publicExponent: new Uint8Array([1, 0, 1]) }, false, ["encrypt", "decrypt"]);
    const key = await subtle.exportKey("spki", keys.publicKey);
    model.send({ kind: "ask" }, undefined, [key]);
  };
  const opened = async (buffers) => {
    const how = { name: "RSA-OAEP" };
    const text = await subtle.decrypt(how, keys.privateKey, buffers[0]);
    return new TextDecoder().decode(text);
  };
  const show = () => {
    button.textContent = model.get(shown ? "hide" : "label");
    if (!shown) said.textContent = "";
  };
  button.addEventListener("click", () => {
    if (!shown) { ask(); return; }
    shown = false;
    show();
  });
  const receive = async (message, buffers) => {
    if (message.kind !== "told") return;
    // Another page of the same notebook may have asked.
    if (message.sealed && !keys) return;
    try {
      said.textContent = message.sealed ? await opened(buffers) : message.text;
    } catch { return; }
    shown = Boolean(said.textContent);
    show();
  };
  model.on("msg:custom", receive);
  model.on("change:label change:hide", show);
  show();
  el.append(button, said);
  return () => {
    model.off("msg:custom", receive);
    model.off("change:label change:hide", show);
  };
}
export default { render };
"""


class Whisper(Speaking, anywidget.AnyWidget):
    """Shows a text when it is asked for; the text is in no trait, so nowhere else.

    Args:
        label: what the button says; whoever shows it sets it again when the language
            changes.
        tell: returns the text.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)
    hide = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str, tell: Callable[[], str]) -> None:
        self._tell = tell
        super().__init__(label=label)
        self.speak()

    def paint(self) -> None:
        """Set what the button says while the text is shown."""
        self.hide = tr("Hide it")

    def forget(self) -> None:
        """Hide the text."""
        self.send({"kind": "told", "text": ""})

    def _handle_custom_msg(
        self, content: object, buffers: Sequence[bytes | memoryview]
    ) -> None:
        if isinstance(content, Mapping) and content.get("kind") == "ask":
            try:
                text = self._tell()
            except VippsdiagError as error:
                text = error.words
                self.send({"kind": "told", "text": text})
                return
            key = next(iter(buffers), None)
            if key is None:
                self.send({"kind": "told", "text": text})
            else:
                self.send({"kind": "told", "sealed": True}, [seal_for(key, text)])
