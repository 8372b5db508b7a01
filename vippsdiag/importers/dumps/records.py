"""The records that a log store exports: hits of a search, events, timed lines."""

from typing import Any

from vippsdiag.importers.answers import status_in
from vippsdiag.importers.dumps.calls import Json
from vippsdiag.sensitive import plain_name

# Where log stores keep their records: Elasticsearch and OpenSearch, CloudWatch, Google
# Cloud, Datadog, Azure.
_LISTS = "hits events logevents logs entries records data".split()
_TIMES = frozenset("timestamp time ingestiontime eventtime receivetimestamp".split())
_TEXTS = frozenset("message textpayload jsonpayload httprequest source content".split())
_DEEPEST = 2


def records_in(value: Any, depth: int = 0) -> list[Json]:
    """Return the records of an export; none if it is something else."""
    if isinstance(value, list):
        records = [one for one in value if isinstance(one, dict)]
        alike = len(records) == len(value) and all(map(_is_record, records))
        return [_without_index(one) for one in records] if alike else []
    if not isinstance(value, dict) or depth > _DEEPEST:
        return []
    named = (inner for name, inner in value.items() if plain_name(str(name)) in _LISTS)
    found = (records_in(inner, depth + 1) for inner in named)
    return next(filter(None, found), [])


def _without_index(value: Json) -> Json:
    """Return a record without what a search puts around it."""
    inner = value.get("_source")
    return inner if isinstance(inner, dict) else value


def _is_record(value: Json) -> bool:
    """Tell whether an object is a line of a log; an answer names its status, too."""
    names = {plain_name(str(name)) for name in value}
    hit = names >= {"index", "source"}
    return status_in(value) is None and (hit or bool(names & _TIMES and names & _TEXTS))
