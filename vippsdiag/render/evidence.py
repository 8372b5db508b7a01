"""The evidence inside a report, redacted, so that the report can be opened again.

One object of JSON, the same in every form of report; `read_report` finds it there.
"""

import json
from collections.abc import Iterator
from typing import Any

from vippsdiag.evidence import Evidence
from vippsdiag.importers.reports import EVIDENCE
from vippsdiag.redact import Pseudonyms, redact
from vippsdiag.render.har import to_har
from vippsdiag.render.values import revealed
from vippsdiag.secret import Secret, examine, size

# A shorter value may stand in a text by chance.
LONG = 12


def to_evidence(evidence: Evidence, pseudonyms: Pseudonyms | None = None) -> str:
    """Return the evidence as JSON with a pseudonym in the place of every secret.

    Empty if a secret would still stand in it: then there is nothing to open again.
    """
    text = json.dumps(_values(evidence), ensure_ascii=False)
    safe = redact(text, pseudonyms).text
    return "" if any(_stands_in(value, safe) for value in _secrets(evidence)) else safe


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


def _secrets(evidence: Evidence) -> Iterator[str]:
    """Yield the values that are secret as a whole."""
    if evidence.keys:
        yield from (value for _, value in evidence.keys.values())
    if evidence.webhook_secret:
        yield evidence.webhook_secret
    for exchange in evidence.exchanges:
        for message in (exchange.request, exchange.response):
            if message:
                yield from (value for _, value in message.headers)


def _stands_in(value: str, text: str) -> bool:
    if not isinstance(value, Secret) or size(value) < LONG:
        return False
    return examine(value, lambda raw: json.dumps(raw)[1:-1] in text)
