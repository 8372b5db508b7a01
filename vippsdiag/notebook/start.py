"""The start page: a card for each notebook, and what is done with secrets."""

from dataclasses import dataclass
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from vippsdiag.language import mark, tr
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import html
from vippsdiag.titles import title_of

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One notebook.

    Attributes:
        name: of its file, beside this one, and of its title.
        job: what it is for.
        who: whom it is for.
        minutes: how long it takes.
    """

    name: str
    job: str
    who: str
    minutes: int

    @property
    def file(self) -> str:
        """Its file."""
        return f"{self.name}.ipynb"


CARDS = (
    Card(
        name="01-onboarding",
        job=mark(
            "From where the keys are to the first paid test payment, step by step."
        ),
        who=mark("For new merchants and their developers."),
        minutes=10,
    ),
    Card(
        name="02-troubleshooting",
        job=mark(
            "Paste what you have, or what somebody sent you, and see the cause and how "
            "to mend it."
        ),
        who=mark("For developers, and for whoever helps a merchant."),
        minutes=5,
    ),
    Card(
        name="03-workshop",
        job=mark("Calls that fail, to be mended, with hints and a score."),
        who=mark("For a workshop, or for yourself. No keys and no network are needed."),
        minutes=60,
    ),
    Card(
        name="04-key-rotation",
        job=mark(
            "The drill with the primary and the secondary key, while a client runs and "
            "never fails."
        ),
        who=mark("For whoever looks after a running integration."),
        minutes=15,
    ),
    Card(
        name="05-partner",
        job=mark(
            "What works for which sales unit, grouped by cause, with the fewest things "
            "to do."
        ),
        who=mark("For partners and platforms."),
        minutes=15,
    ),
    Card(
        name="06-integrations",
        job=mark(
            "Plugin, own code, app, point of sale, platform or accounting: which keys "
            "go where, and a check of each."
        ),
        who=mark("For whoever sets up a shop or a system."),
        minutes=10,
    ),
)


class Cards(Speaking, anywidget.AnyWidget):
    """A card for each notebook that is there.

    Args:
        folder: where the notebooks are; if none of them is there, all are shown.
    """

    _esm = HERE / "start.js"
    _css = HERE / "start.css"

    label = traitlets.Unicode().tag(sync=True)
    cards = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(self, folder: Path) -> None:
        here = [card for card in CARDS if (folder / card.file).is_file()]
        self._cards = here or list(CARDS)
        super().__init__()
        self.speak()

    def paint(self) -> None:
        """Set the words of every card."""
        self.label = tr("Notebooks")
        self.cards = [
            {
                "file": card.file,
                "title": title_of(card.name),
                "job": tr(card.job),
                "who": tr(card.who),
                "time": tr("About {minutes} minutes.", minutes=card.minutes),
            }
            for card in self._cards
        ]


class Start(Speaking, widgets.VBox):
    """The start page.

    Args:
        folder: where the notebooks are.

    Attributes:
        heading: the title, and the switch for the language.
        welcome: what this is.
        cards: the notebooks.
        secrets: what is done with secrets.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.heading = Heading("00-start")
        self.welcome, self.secrets = widgets.HTML(), widgets.HTML()
        self.cards = Cards(folder or Path.cwd())
        super().__init__(
            [self.heading, self.welcome, self.cards, self.secrets, Mishap()]
        )
        self.speak()

    def paint(self) -> None:
        """Set the texts around the cards."""
        what = tr(
            "vippsdiag finds out why a set of Vipps MobilePay API keys does not work, "
            "shows it, and where it can, proves it. Everything can be tried with "
            "practice keys, and needs no network then. It is no product of Vipps "
            "MobilePay."
        )
        how = tr(
            "Choose a card. In a notebook, run all cells if nothing is shown yet (menu "
            "“Run”, “Run All Cells”); no code is needed."
        )
        self.welcome.value = html.page(html.notice(what), html.notice(how))
        title = tr("What is done with your secrets")
        self.secrets.value = html.page(html.section(title, *self._promises()))

    def _promises(self) -> list[str]:
        return [
            tr(
                "What you type, paste or drop into a field is sealed in the page for "
                "this notebook's kernel. It is in no file, no log and no saved "
                "notebook, and is forgotten when the kernel ends."
            ),
            tr(
                "Keys go to the API of the environment that you choose, and nowhere "
                "else. In production only a token is asked for, and things are read; "
                "nothing is changed and no money moves."
            ),
            tr(
                "Never write a key into a cell: the cell is saved. Use the fields. "
                "What you see, copy or save from here holds no secret."
            ),
        ]
