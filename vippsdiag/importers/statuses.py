"""Which numbers in a text are the status of an answer."""

import re
from collections.abc import Iterator

_REASONS = (
    "Bad Request|Unauthori[sz]ed|Access Denied|Payment Required|Forbidden"
    "|(?:Resource )?Not Found|Method Not Allowed|Not Acceptable|Request Time-?out"
    "|Conflict|Gone|Unsupported Media Type|Unprocessable (?:Entity|Content)"
    "|Too Many Requests|Locked|(?:Internal )?Server Error|Not Implemented|Bad Gateway"
    "|Service Unavailable|Gateway Time-?out|Client Error"
)
# A number that can be a status, and what makes it one: words before or behind it.
_NUMBER = re.compile(r"(?<![\w.,+-])[1-5]\d\d(?!\w)(?![.,]\d)(?!\s?ms\b)")
_SURELY_BEFORE = re.compile(
    r"(?:\bHTTP/\d(?:\.\d)?[\" ]{1,3}"
    r"|\bstatus(?:[ _-]?code)?[\"']?\s{0,3}(?:[:=]|is|of|was|=>)?\s{0,3}[\"'(`]?"
    r"|\bresulted in an? `?|\bdoes not indicate success: )$",
    re.IGNORECASE,
)
# Without one of these it need not be searched.
_WORDS = ("http/", "status", "resulted", "indicate")
_BEFORE = re.compile(
    rf"(?:\b(?:{_REASONS})\b[ :(`'-]{{1,3}}"
    r"|\b(?:HTTP|error|response|code|returned|got|get|with|received)\b(?: (?:a|an|code"
    r"|error|status|response)){0,3}[ :=(#]{1,3})$",
    re.IGNORECASE,
)
# How a word of those ends; behind another one the pattern need not be searched.
_ENDS = (
    *("request", "requests", "unauthorised", "unauthorized", "denied", "required"),
    *("forbidden", "found", "allowed", "acceptable", "timeout", "time-out", "conflict"),
    *("gone", "type", "entity", "content", "locked", "error", "implemented", "gateway"),
    *("unavailable", "http", "response", "code", "returned", "got", "get", "with"),
    *("received", "a", "an", "status"),
)
_SIGNS = " :(`'-=#"
# "https://api.vipps.no/accesstoken/get -> 401", and nothing or a body behind it.
_ARROW = re.compile(r"\S/\S{1,30} {0,3}(?:[-=]>|→) {0,3}$")
_POINTS = frozenset(">→")
# A call that went well is one only with its method before the address.
_CALLED = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE) https?://\S{1,80} (?:(?:[-=]>|→) )?\Z"
)
# An address, and the status right behind it.
_ADDRESS, _SHORTEST = ("https://", "http://", "/"), 5
_LINE_END = re.compile(r"[.,;:)]?[ \t\r]*(?:\n|\Z|[{\[](?=\s*[\"{]))")
# Behind an arrow, words in brackets may go on.
_ASIDE = re.compile(r" {0,3}\([^()\n]{1,80}\)")
# How far to look back: the words before a number are few, an address may be long.
_NEAR, _FAR = 50, 90
_FROM_PROXY = re.compile(r" from proxy\b", re.IGNORECASE)
_BEHIND = re.compile(rf"[ :(`'-]{{1,3}}(?:{_REASONS})\b", re.IGNORECASE)


def statuses_in(text: str) -> Iterator[re.Match[str]]:
    """Yield each number that is a status, by the words before it or behind it."""
    return (one for one in _NUMBER.finditer(text) if _is_status(text, one))


def _is_status(text: str, number: re.Match[str]) -> bool:
    if _FROM_PROXY.match(text, number.end()):
        return False
    before = text[max(number.start() - _NEAR, 0) : number.start()]
    low = before.lower()
    if any(word in low for word in _WORDS) and _SURELY_BEFORE.search(before):
        return True
    if number[0] < "400":
        return _went_well(text, number)
    if low.rstrip(_SIGNS).endswith(_ENDS) and _BEFORE.search(before):
        return True
    if _BEHIND.match(text, number.end()):
        return True
    return _is_pointed_at(text, number)


def _went_well(text: str, number: re.Match[str]) -> bool:
    """Tell whether a number stands behind a method and its address, and ends a line."""
    if not _LINE_END.match(text, number.end()):
        return False
    return (
        _CALLED.search(text, max(number.start() - _FAR, 0), number.start()) is not None
    )


def _is_pointed_at(text: str, number: re.Match[str]) -> bool:
    """Tell whether a number stands behind an address, or behind an arrow from one."""
    before = text[max(number.start() - _FAR, 0) : number.start()]
    ends = _LINE_END.match(text, number.end()) is not None
    if before.rstrip()[-1:] in _POINTS:
        ends = ends or _ASIDE.match(text, number.end()) is not None
        return ends and _ARROW.search(before) is not None
    if not ends:
        return False
    *_, address = before.rsplit(maxsplit=1) or [""]
    return (
        before[-1:] == " "
        and address.startswith(_ADDRESS)
        and len(address) >= _SHORTEST
    )
