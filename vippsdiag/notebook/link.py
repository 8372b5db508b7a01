"""A link whose address reaches no file: it may hold a token, such as a payment's."""

from collections.abc import Mapping

import anywidget
import traitlets

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.language import tr
from vippsdiag.notebook.voice import Speaking
from vippsdiag.secret import examine

_SCRIPT = """
function render({ model, el }) {
  const link = document.createElement("a");
  link.className = "vd-open";
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.style.color = "var(--jp-content-link-color, #0b57d0)";
  const show = () => { link.textContent = model.get("label"); };
  const receive = (message) => {
    if (message.kind !== "address") return;
    link.hidden = !message.address;
    if (message.address) link.href = message.address;
    else link.removeAttribute("href");
  };
  model.on("change:label", show);
  model.on("msg:custom", receive);
  show();
  link.hidden = true;
  el.append(link);
  model.send({ kind: "hello" });
  return () => model.off("msg:custom", receive);
}
export default { render };
"""


class OpenLink(Speaking, anywidget.AnyWidget):
    """Opens an address in another tab; the address is in no trait.

    Args:
        label: a literal that was marked.
    """

    _esm = _SCRIPT
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, label: str) -> None:
        self._label = label
        self._address: str | None = None
        super().__init__()
        self.speak()

    @property
    def shown(self) -> bool:
        """Whether there is an address to open."""
        return self._address is not None

    def lead_to(self, address: str | None) -> None:
        """Take another address, or none; anything but a page is taken for none."""
        page = address is not None and examine(address, _is_page)
        self._address = address if page else None
        self._tell()

    def paint(self) -> None:
        """Set the label."""
        self.label = tr(self._label)

    def _tell(self) -> None:
        # To the page alone, whose own address it becomes; it is kept in no state.
        raw = examine(self._address or "", lambda address: address)
        self.send({"kind": "address", "address": raw})

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        del buffers
        if isinstance(content, Mapping) and content.get("kind") == "hello":
            self._tell()


def _is_page(address: str) -> bool:
    parts = split(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    )
