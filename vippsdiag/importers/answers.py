"""What makes a JSON value or a page an answer, and the status that it names itself."""

import re
from typing import Any

from vippsdiag.importers.keys.names import Rank, understand
from vippsdiag.sensitive import plain_name

# Fields that only answers have, without case and punctuation, and fields that tell
# something when two of them meet.
_TELLING = frozenset(
    """accesstoken error errorcode errordescription errorgroup errorinfo errormessage
    responseinfo statuscode""".split()
)
_USUAL = frozenset(
    """code contextid detail errors extradetails instance invalidparams message result
    status statuscode timestamp title traceid type""".split()
)
# Only lines of logs have these.
_LOGGED = frozenset("level levelname loglevel messagetemplate mt severity".split())
_MARKUP = re.compile(
    r"\s*<(?:!doctype|html|head|title|h1|error|fault|problem|response)\b"
    r"|\s*<\?xml[^<]{0,500}<(?:\w+:)?(?:error|fault|problem|envelope|html|response)\b",
    re.IGNORECASE,
)
_PAGE_STATUS = re.compile(
    r"<(?:title|h1|statusCode|status|code)[^<>]{0,200}>[^<>]{0,200}?\b([1-5]\d\d)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"([1-5]\d\d)(?: [A-Z][A-Za-z' -]{0,40})?", re.ASCII)
_DEEPEST = 12
_MOST_FIELDS = 100


def is_answer(value: Any, depth: int = 0) -> bool:
    """Tell whether a JSON value looks like the body of an answer."""
    if isinstance(value, list) and depth < _DEEPEST:
        return bool(value) and all(
            isinstance(one, dict) and is_answer(one, depth + 1) for one in value
        )
    if not isinstance(value, dict) or len(value) > _MOST_FIELDS:
        return False
    names = {plain_name(str(name)) for name in value}
    told = names & _TELLING or len(names & _USUAL) > 1
    alone = names in ({"message"}, {"title"})
    telling = bool(told or alone) and not names & _LOGGED
    return telling and not any(map(_is_key, value))


def is_only_an_answer(value: Any) -> bool:
    """Tell whether a JSON value is never sent: it tells a status or an error."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict) or not is_answer(value):
        return False
    names = {plain_name(str(name)) for name in first}
    return status_in(first) is not None or bool(names & _TELLING)


def _is_key(name: str) -> bool:
    meaning = understand((name,))
    return meaning.field is not None and meaning.rank is not Rank.DOUBTFUL


def status_in(value: Any) -> int | None:
    """Return the status that a body names itself; None if it names none."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None
    info = value.get("responseInfo")
    inner = info.get("responseCode") if isinstance(info, dict) else None
    candidates = (value.get("statusCode"), value.get("status"), inner)
    return next(filter(None, map(as_status, candidates)), None)


def as_status(value: Any) -> int | None:
    """Return a value as an HTTP status; None if it is none.

    Go has the reason behind it.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = value if isinstance(value, str) else str(min(value, 1000))
    status = _STATUS.fullmatch(text)
    return int(status[1]) if status else None


def is_page(text: str) -> bool:
    """Tell whether a text is an HTML page or an XML answer."""
    return bool(_MARKUP.match(text))


def page_status(text: str) -> int | None:
    """Return the status that a page names in its title or heading; None for none."""
    found = _PAGE_STATUS.search(text, 0, 20_000)
    return int(found[1]) if found else None
