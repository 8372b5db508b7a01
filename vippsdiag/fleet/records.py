"""A fleet's results for programs: CSV, JSON lines, and a pandas table.

The names and the words are the same in every language. There is no key in them: whose
keys they were is a keyed fingerprint, and the line in the list.
"""

import csv
import io
import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet.summary import Action, Summary
from vippsdiag.fleet.unit import Checked
from vippsdiag.fleet.words import causes_of
from vippsdiag.language import say

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _record(one: Checked, products: tuple[str, ...]) -> dict[str, str | int]:
    """Return a unit as a row: no cell has more than one value."""
    told = {name: one.reach.get(name, "") for name in products}
    return {
        "msn": one.unit.msn,
        "name": one.unit.name,
        "line": one.unit.line,
        "standing": str(one.standing),
        "cause": causes_of(one),
        "confidence": str(one.causes[0].confidence) if one.causes else "",
        **{name: str(word) for name, word in told.items()},
        "keys": one.holder,
    }


def to_csv(summary: Summary) -> str:
    """Return a row for each unit."""
    text = io.StringIO()
    heads = ["msn", "name", "line", "standing", "cause", "confidence"]
    writer = csv.DictWriter(text, [*heads, *summary.products, "keys"])
    writer.writeheader()
    for one in summary.results:
        row = _record(one, summary.products)
        row["name"] = _harmless(str(row["name"]))
        writer.writerow(row)
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_jsonl(summary: Summary) -> str:
    """Return a line for each unit, and then one for each thing to mend."""
    return "".join(json.dumps(line) + "\n" for line in _lines(summary))


def _lines(summary: Summary) -> Iterator[dict[str, object]]:
    for one in summary.results:
        yield {
            "type": "unit",
            "msn": one.unit.msn,
            "name": one.unit.name,
            "line": one.unit.line,
            "standing": one.standing,
            "reach": one.reach,
            "causes": [
                {
                    "check": cause.check,
                    "confidence": cause.confidence,
                    "product": cause.product or None,
                }
                for cause in one.causes
            ],
            "keys": one.holder,
        }
    yield from map(_action, summary.actions)
    change = summary.change
    if change:
        parts = ("broke", "healed", "other", "new")
        yield {
            "type": "change",
            "since": change.since.isoformat(),
            **{part: [one.unit.msn for one in getattr(change, part)] for part in parts},
            "gone": list(change.gone),
        }


def _action(action: Action) -> dict[str, object]:
    return {
        "type": "action",
        "check": action.cause or None,
        "product": action.product or None,
        "fix": action.check.fix if action.check else None,
        "confidence": action.confidence,
        "shared_keys": action.units[0].holder if action.shared else None,
        "units": [one.unit.msn for one in action.units],
    }


def to_frame(summary: Summary) -> "pd.DataFrame":
    """Return a row for each unit as a pandas ``DataFrame``."""
    import pandas as pd  # noqa: PLC0415 - loads slowly

    return pd.DataFrame([_record(one, summary.products) for one in summary.results])


def see_parquet() -> None:
    """See that Parquet can be written.

    Raises:
        VippsdiagError: the library for it is not installed.
    """
    if find_spec("pyarrow") is None:
        raise VippsdiagError(
            say(
                "Parquet needs the package pyarrow, which is not installed. Install "
                "it, or choose csv or jsonl."
            )
        )


def write_parquet(summary: Summary, path: Path) -> None:
    """Write a row for each unit as Parquet.

    Raises:
        VippsdiagError: the library for it is not installed.
        OSError: the file cannot be written.
    """
    see_parquet()
    to_frame(summary).to_parquet(path, engine="pyarrow", index=False)
