"""A report that was made before, opened again: the evidence is inside it."""

import html
import json
import re
from datetime import datetime
from typing import Any

from vippsdiag.environments import Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers.har.marks import EVIDENCE
from vippsdiag.importers.har.reader import load_har
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.language import mark

_START = re.compile(r'\{\s*"schema"\s*:\s*"vippsdiag-evidence/1"')
_ESCAPED = re.compile(r"\{\s*(?:&quot;|&#34;)schema(?:&quot;|&#34;)\s*:")


def read_report(text: str) -> Evidence | None:
    """Read the evidence in a report, whatever form the report has.

    Returns:
        None if no evidence begins in the text, as where a report is only spoken of.

    Raises:
        UnreadablePaste: the evidence in it is not whole.
    """
    plain = html.unescape(text) if _ESCAPED.search(text) else text
    start = _START.search(plain)
    if start is None:
        return _sorted_anew(plain)
    try:
        value = json.JSONDecoder().raw_decode(plain, start.start())[0]
    except (ValueError, RecursionError) as error:
        raise UnreadablePaste(
            mark("The evidence in this report is not whole."),
            mark("Give the report's file as it was saved."),
        ) from error
    return _evidence(value)


def _sorted_anew(text: str) -> Evidence | None:
    """Read evidence whose members another program wrote in an order of its own.

    It may stand in the report that it is from.
    """
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None
    value = value.get("evidence", value) if isinstance(value, dict) else None
    if not isinstance(value, dict) or value.get("schema") != EVIDENCE:
        return None
    return _evidence(value)


def _evidence(value: dict[str, Any]) -> Evidence:
    har = json.dumps(value.get("har") or {"log": {"entries": []}}).encode()
    exchanges = load_har(har).exchanges if _entries(value) else ()
    unused = value.get("unused")
    return Evidence(
        keys=_keys(value),
        exchanges=exchanges,
        context=Context(
            environment=_one_of(Environment, value.get("environment")),
            kind=_one_of(KeyKind, value.get("kind")),
            product=_text(value.get("product")),
            client=_text(value.get("client")),
        ),
        unused=tuple(map(str, unused if isinstance(unused, list) else ())),
        now=_moment(value.get("now")),
        webhook_secret=_text(value.get("webhook_secret")),
    )


def _entries(value: dict[str, Any]) -> bool:
    har = value.get("har")
    log = har.get("log") if isinstance(har, dict) else None
    return isinstance(log, dict) and bool(log.get("entries"))


def _keys(value: dict[str, Any]) -> KeySet | None:
    given = value.get("keys")
    if not isinstance(given, dict):
        return None
    known = {name.attribute for name in Field}
    return KeySet(
        **{
            name: text
            for name, text in given.items()
            if name in known and isinstance(text, str)
        },
        kind=_one_of(KeyKind, value.get("keys_kind")),
        environment=_one_of(Environment, value.get("keys_environment")),
    )


def _one_of(kind: Any, value: object) -> Any:
    return next((item for item in kind if item.value == value), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    """Return a moment; None without a time zone, which could be any."""
    try:
        moment = datetime.fromisoformat(_text(value) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
