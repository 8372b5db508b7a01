"""The first calls: a token, and what the keys reach with it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import received_token
from vippsdiag.language import mark, tr
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.step import Step
from vippsdiag.notebook.views import AccessMatrix
from vippsdiag.products import Product, Reach, probes
from vippsdiag.proof import reach
from vippsdiag.render import html
from vippsdiag.token import read_token

if TYPE_CHECKING:
    from vippsdiag.client import Client
    from vippsdiag.exchange import Exchange


class TokenStep(Step):
    """Gets an access token, and shows request, response and the token.

    Args:
        form: the keys.

    Attributes:
        client: the client that was used last; None before the first time.
        exchange: the call; None before the first time.
        says: what the token says about itself.
    """

    label = mark("Get token")
    hint = mark("The call and its answer will stand here side by side.")

    def __init__(self, form: KeyForm) -> None:
        self.client: Client | None = None
        self.exchange: Exchange | None = None
        self.says = widgets.HTML()
        super().__init__(form)
        self.children = (*self.children, self.says)

    @property
    def done(self) -> bool:
        """Whether there is a token."""
        return self.exchange is not None and received_token(self.exchange) is not None

    @property
    def ready(self) -> "Client":
        """The client that has a token.

        Raises:
            VippsdiagError: there is none yet.
        """
        if self.client is None or not self.done:
            raise VippsdiagError(mark("Get a token first."))
        return self.client

    def clear(self) -> None:
        """Forget the call, and let go of the connection."""
        if self.client is not None:
            self.client.close()
        self.client, self.exchange = None, None
        super().clear()

    def work(self) -> None:
        """Send the token call."""
        self.clear()
        self.client = self.form.client()
        self.exchange = self.client.token()
        self.calls.show(self.exchange)

    def paint(self) -> None:
        """Say what came of it, and what the token says about itself."""
        super().paint()
        received = received_token(self.exchange) if self.exchange else None
        says = received and html.token_view(read_token(received), datetime.now(UTC))
        self.says.value = html.page(says) if says else ""

    def told(self) -> str:
        """Say whether there is a token."""
        if not self.done:
            return html.status(self._failure(), "error")
        return html.status(tr("You have an access token."), "good")

    def _failure(self) -> str:
        if self.exchange is None or self.exchange.failure:
            return tr("No answer came. The diagnosis below says why.")
        return tr(
            "No token: the answer has the status {status}. The diagnosis below says "
            "why.",
            status=self.exchange.status,
        )


class AccessStep(Step):
    """Makes the reading calls that show what the keys can reach.

    Args:
        form: the keys.
        token: the step that has the token.

    Attributes:
        found: each product with the call and what it says.
        matrix: the same as a picture.
    """

    label = mark("See what the keys reach")
    hint = mark("Reading calls only. A token alone does not show what the keys may do.")

    def __init__(self, form: KeyForm, token: TokenStep) -> None:
        self.token = token
        self.found: list[tuple[Product, Exchange, Reach]] = []
        self._asked = False
        self.matrix = AccessMatrix()
        super().__init__(form)
        first, view, calls = self.children
        self.children = (first, self.matrix, view, calls)

    @property
    def done(self) -> bool:
        """Whether everything that was asked for is reached."""
        return self._asked and all(one is Reach.REACHED for *_, one in self.found)

    @property
    def begun(self) -> bool:
        """Whether there is anything to forget."""
        return self._asked or super().begun

    def clear(self) -> None:
        """Forget the calls."""
        self.found, self._asked = [], False
        self.matrix.show(())
        super().clear()

    def work(self) -> None:
        """Send the reading calls, with the token of the step before."""
        self.clear()
        client = self.token.ready
        ways = dict(probes(client.environment))
        self.found = [
            (product, exchange, reach(ways[product], exchange))
            for product, exchange in client.probes()
        ]
        self._asked = True
        name = str(client.keys.msn or client.keys.client_id or "")
        self.matrix.show((name, item.name, one) for item, _, one in self.found)
        self.calls.show(*(exchange for _, exchange, _ in self.found))

    def paint(self) -> None:
        """Say what came of it, also where there was nothing to ask."""
        super().paint()
        if self._asked and not self.found:
            text = tr(
                "For this kind of keys there is no reading call to try them with."
            )
            self.view.value = html.page(html.status(text))

    def told(self) -> str:
        """Say whether all is reached, and in a table what is."""
        table = html.access_table(self.found)
        if self.done:
            text = tr("Your keys reach everything that was asked for.")
            return html.status(text, "good") + table
        text = tr("Not everything is reached. The diagnosis below says why.")
        return html.status(text, "error") + table
