"""The escapes between ``$'`` and ``'``, as Bash reads them."""

import re

from vippsdiag.importers.decode import utf8_in

_ANSI_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})"
    r"|([0-7]{1,3})|c(.)|(.))",
    re.DOTALL,
)
_ANSI = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))


def unescaped_ansi(content: str) -> str:
    r"""Return what is between ``$'`` and ``'``."""

    def character(match: re.Match[str]) -> str:
        for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
            if match[group]:
                code = int(match[group], base)
                return chr(code) if code <= 0x10FFFF else ""
        if match[5]:
            return chr(ord(match[5]) & 0x1F)
        return _ANSI.get(match[6], match[6])

    text = _ANSI_ESCAPE.sub(character, content)
    if not text.isascii():
        # Two escapes may be the halves of one character.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "\\x" in content and text != content:
        text = utf8_in(text)
    return text
