"""The evidence inside a report, redacted, so that the report can be opened again.

One object of JSON, the same in every form of report; `read_report` finds it there.
"""

import json
from collections.abc import Iterator
from typing import Any

from vippsdiag.evidence import Evidence
from vippsdiag.importers.har.marks import EVIDENCE
from vippsdiag.keys import basic_pair
from vippsdiag.redact import Pseudonyms, is_disguised, redact
from vippsdiag.render.har import to_har
from vippsdiag.render.values import revealed
from vippsdiag.secret import Secret, examine, size
from vippsdiag.sensitive import is_sensitive
from vippsdiag.shapes import (
    Shape,
    is_cut,
    is_documented_example,
    is_placeholder,
    shape_of,
    template_in,
)
from vippsdiag.token import TokenDefect, read_token

# A shorter value may stand in a text by chance.
LONG = 12


def to_evidence(evidence: Evidence, pseudonyms: Pseudonyms | None = None) -> str:
    """Return the evidence as JSON with a pseudonym in the place of every secret.

    Empty if a secret would still stand in it, or if what stands in their places made
    it no JSON any more: then there is nothing to open again.
    """
    text = json.dumps(_values(evidence), ensure_ascii=False)
    safe = redact(text, pseudonyms).text
    leaks = any(_stands_in(name, value, safe) for name, value in _secrets(evidence))
    return "" if leaks or not _is_json(safe) else safe


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _values(evidence: Evidence) -> dict[str, Any]:
    context, keys = evidence.context, evidence.keys
    return {
        "schema": EVIDENCE,
        "environment": context.environment,
        "kind": context.kind,
        "product": context.product,
        "client": context.client,
        "now": evidence.now.isoformat() if evidence.now else None,
        "keys": {name.attribute: revealed(value) for name, value in keys.values()}
        if keys
        else None,
        "keys_environment": keys.environment if keys else None,
        "keys_kind": keys.kind if keys else None,
        "webhook_secret": revealed(evidence.webhook_secret)
        if evidence.webhook_secret
        else None,
        "unused": list(evidence.unused),
        "har": json.loads(to_har(evidence.exchanges, revealed)),
    }


def _secrets(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield the values that are secret as a whole, each with its name."""
    if evidence.keys:
        yield from ((name.attribute, value) for name, value in evidence.keys.values())
    if evidence.webhook_secret:
        yield "webhook_secret", evidence.webhook_secret
    for exchange in evidence.exchanges:
        for message in (exchange.request, exchange.response):
            if message:
                yield from message.headers


def _stands_in(name: str, value: str, text: str) -> bool:
    """Tell whether a secret got past the redaction."""
    secret = isinstance(value, Secret) and is_sensitive(name) and size(value) >= LONG
    if not secret or _is_harmless(value):
        return False
    return examine(value, lambda raw: json.dumps(raw, ensure_ascii=False)[1:-1] in text)


def _is_harmless(value: str) -> bool:
    """Tell whether a value in a secret's place is none: redaction leaves it there."""
    known = is_documented_example(value) or is_placeholder(value) or is_cut(value)
    # A token's secret is its signature: a token that was cut has lost it, and one that
    # was redacted before has another word there.
    token = read_token(value)
    lost = TokenDefect.CUT in token.defects or (
        bool(token.header) and _signed_by_none(value)
    )
    bare = shape_of(value) is Shape.GUID or _has_no_secret(value)
    return known or lost or bare or bool(template_in(value))


def _has_no_secret(value: str) -> bool:
    """Tell whether a Basic pair is a client_id with nothing behind it."""
    client_id, secret = basic_pair(value) or ("", "")
    return not size(secret) and shape_of(client_id) is Shape.GUID


def _signed_by_none(value: str) -> bool:
    return examine(value, lambda raw: is_disguised(raw.rpartition(".")[2]))
