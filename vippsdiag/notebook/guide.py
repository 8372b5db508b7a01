"""Where the keys are: the way to each kind, in test and in production."""

import ipywidgets as widgets

from vippsdiag.environments import Environment
from vippsdiag.keys import KeyKind
from vippsdiag.language import mark
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.keyform import ENVIRONMENTS, KINDS
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.render.portal import directions_view


class KeyGuide(Speaking, widgets.VBox):
    """Shows where keys are found, and what is seen there.

    Attributes:
        environment: test or production.
        kind: the kind of keys.
        view: the way, step by step.
    """

    def __init__(self) -> None:
        real = [one for one in ENVIRONMENTS if one[1] is not Environment.SANDBOX]
        self.kind = Choice(mark("Which keys do you look for?"), KINDS)
        self.environment = Choice(mark("For"), real)
        self.view = widgets.HTML()
        for choice in (self.kind, self.environment):
            choice.on_choice(self.paint)
        row = widgets.HBox(
            [self.kind, self.environment], layout={"flex_flow": "row wrap"}
        )
        super().__init__([row, self.view])
        self.speak()

    def paint(self) -> None:
        """Show the way to what is chosen."""
        kind = KeyKind(self.kind.value)
        environment = Environment(self.environment.value)
        self.view.value = html.page(directions_view(kind, environment))
