"""What every picture is drawn with: shapes and words as SVG, and the frame around them.

Every text goes through `plain` and is escaped. There is no script, no reference, no
style but attributes. Words have the colour of the text around the picture; a colour of
its own stands out from a white and from a dark page alike, and never stands alone.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TypeVar

from vippsdiag.render.pictures.amounts import clean, plain

WIDTH = 760
# A longer picture is no help.
MOST = 60

BLUE, TEAL, ORANGE = "#2f80d8", "#0f8f83", "#c46a10"
PURPLE, RED, GREEN, GREY = "#9a63d6", "#d64545", "#3b8f41", "#7d7d88"
COLOURS = (BLUE, ORANGE, TEAL, PURPLE, RED, GREEN, GREY)
CURRENT = "currentColor"

SMALL, USUAL = 11.0, 12.5
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/ "), frozenset("mwMW@%")

Item = TypeVar("Item")


def picture(title: str, text: str, parts: Iterable[str], height: float) -> str:
    """Return a whole picture.

    Args:
        title: what it is called.
        text: its plain text twin, which a screen reader speaks.
        parts: what is drawn.
        height: in units of which the picture is 760 wide.
    """
    lines = "\n".join(escape(clean(line)) for line in text.split("\n"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" '
        f'height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto" fill="currentColor" '
        f'font-family="system-ui,sans-serif" font-size="{USUAL}">'
        f"<title>{escape(plain(title))}</title><desc>{lines}</desc>"
        f"{''.join(parts)}</svg>"
    )


def words(  # noqa: PLR0913 - each is an attribute of its own
    x: float,
    y: float,
    text: object,
    *,
    room: float | None = None,
    size: float = USUAL,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Return a line of words; cut to its room, with all of it as a tooltip."""
    full = plain(text)
    shown = full if room is None else cut(full, room, size * 1.12 if bold else size)
    tooltip = f"<title>{escape(full)}</title>" if shown != full else ""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f"{weight}>{escape(shown)}{tooltip}</text>"
    )


def block(  # noqa: PLR0913 - each is an attribute of its own
    x: float,
    y: float,
    width: float,
    height: float,
    colour: str,
    *,
    told: object = "",
    opacity: float = 1,
) -> str:
    """Return a filled rectangle; ``told`` is its tooltip."""
    tooltip = f"<title>{escape(plain(told))}</title>" if told else ""
    faint = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{colour}"{faint}>{tooltip}</rect>'
    )


def line(
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    colour: str = CURRENT,
    dashed: bool = False,
    faint: bool = False,
) -> str:
    """Return a thin line."""
    more = ' stroke-dasharray="2 3"' if dashed else ""
    more += ' stroke-opacity=".35"' if faint else ""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" '
        f'y2="{end[1]:.1f}" stroke="{colour}"{more}/>'
    )


def shape(points: str, colour: str, *, hollow: bool = False) -> str:
    """Return a closed path."""
    fill = "none" if hollow else colour
    return f'<path d="{points}Z" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def legend(y: float, entries: Iterable[tuple[str, str]]) -> str:
    """Return words with their colours, in a row."""
    parts, x = [], 0.0
    for text, colour in entries:
        shown = cut(plain(text), 120, SMALL)
        parts.append(block(x, y - 9, 10, 10, colour))
        parts.append(words(x + 14, y, text, room=120, size=SMALL))
        x += 30 + length(shown, SMALL)
    return "".join(parts)


def length(text: str, size: float) -> float:
    """Return about how long a text is; rather too much than too little."""
    return sum(map(_share, text)) * size


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE or ord(letter) > 0x2E7F:
        return 1.05
    return 0.74 if letter.isupper() else 0.62


def cut(text: str, room: float, size: float) -> str:
    """Return a text that fits into its room, with an ellipsis where it was cut."""
    if length(text, size) <= room:
        return text
    left, shown = room - size, []
    for letter in text:
        left -= _share(letter) * size
        if left < 0:
            break
        shown.append(letter)
    return "".join(shown).rstrip() + "…"


def few(items: Sequence[Item], matters: Callable[[Item], bool]) -> tuple[Item, ...]:
    """Return what is shown of many, in their order: first of all what matters."""
    if len(items) <= MOST:
        return tuple(items)
    order = sorted(range(len(items)), key=lambda index: not matters(items[index]))
    return tuple(items[index] for index in sorted(order[:MOST]))
