"""Typographic quotes, which a mail program put where a person typed straight ones."""

import re

CLOSING = {"“": "”", "„": "“", "‟": "”", "”": "”", "‘": "’", "‚": "‘", "’": "’"}
_STRAIGHT = str.maketrans("“”„‟‘’‚", '""""\'\'\'')
_ESCAPED = re.compile(r"\\(?=[“”„‟\"])")
_LONGEST = 20_000


def typographic(text: str, start: int, *, flat: bool) -> tuple[str, int, bool]:
    """Return what is in typographic quotes; there may be some inside too.

    Args:
        text: with the command.
        start: the place behind the opening quote.
        flat: whether it is known that they do not come in pairs.

    Returns:
        The content, the place behind the closing quote, and whether they are flat.
    """
    opening = text[start - 1]
    closing = CLOSING[opening]
    line = text.find("\n", start)
    single = opening in "‘‚’" and line >= 0
    head = text[start : min(line if single else len(text), start + _LONGEST)]
    end = -1 if flat else _paired(head, opening, closing)
    if end < 0:
        # Not nested, then; nor are those behind it.
        flat = True
        straight = '"' if opening in "“„‟”" else "'"
        ends = (head.find(sign) for sign in (closing, straight, "\n"))
        end = min((place for place in ends if place >= 0), default=len(head))
    # Those inside may have been escaped, as straight ones have to be.
    inner = _ESCAPED.sub("", head[:end]) if opening in "“„‟”" else head[:end]
    content = inner.translate(_STRAIGHT)
    closed = text[start + end : start + end + 1] not in {"\n", ""}
    return content, start + end + closed, flat


def _paired(head: str, opening: str, closing: str) -> int:
    """Return where the quote is that closes the first one; -1 if none does."""
    depth = 1
    for match in re.finditer(f"[{opening}{closing}]", head):
        depth += 1 if match[0] == opening != closing else -1
        if depth == 0:
            return match.start()
    return -1
