"""The language that the pieces of a notebook speak, and the switch for it."""

from weakref import WeakSet

import ipywidgets as widgets

from vippsdiag.language import LANGUAGES, choose, spoken, tr
from vippsdiag.render import html
from vippsdiag.titles import title_of

# Whoever is shown; a piece that nobody holds any more need not be painted.
_shown: "WeakSet[Speaking]" = WeakSet()


class Speaking:
    """Something whose texts follow the language.

    It is built without texts; `paint` sets all of them, and calls whatever it needs
    to show the state it is in. So a text is never kept in another language.
    """

    def speak(self) -> None:
        """Set the texts now, and again whenever the language changes."""
        _shown.add(self)
        self.paint()

    def paint(self) -> None:
        """Set every text of this piece in the language that is spoken now."""
        # No abstract base class: its metaclass and a widget's do not go together.
        raise NotImplementedError


def speak_in(language: str) -> None:
    """Speak a language from now on, and paint everything that is shown again."""
    if language == spoken():
        return
    choose(language)
    for piece in list(_shown):
        piece.paint()


class Heading(Speaking, widgets.VBox):
    """The title of a notebook, and the switch for the language.

    Args:
        name: of the notebook's file, as in `TITLES`.

    Attributes:
        language: the switch.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.language = LanguageSwitch()
        self.title = widgets.HTML()
        super().__init__([self.title, self.language])
        self.speak()

    def paint(self) -> None:
        """Say the title."""
        self.title.value = html.page(html.title(title_of(self._name)))


class LanguageSwitch(Speaking, widgets.Dropdown):
    """The choice of the language; all switches of a kernel show the same one."""

    def __init__(self) -> None:
        options = [(name, code) for code, name in LANGUAGES.items()]
        super().__init__(options=options, value=spoken())
        self.style.description_width = "initial"
        self.layout.width = "max-content"
        self.observe(lambda _: speak_in(str(self.value)), "value")
        self.speak()

    def paint(self) -> None:
        """Show the language, and name the choice in it."""
        self.description = tr("Language")
        self.value = spoken()
