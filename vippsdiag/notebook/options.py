"""Options of a dropdown that follow the language, or what there is to choose from."""

from collections.abc import Sequence

import ipywidgets as widgets


def relabel(field: widgets.Dropdown, options: Sequence[tuple[str, object]]) -> None:
    """Give a field other options; what was chosen stays, or else the first is."""
    if tuple(options) == field.options:
        return
    values = [value for _, value in options]
    chosen = field.value if field.value in values else next(iter(values), None)
    with field.hold_sync():
        field.options = tuple(options)
        field.value = chosen
