"""A sales unit of a fleet, and what came of its check."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vippsdiag.check import Confidence
from vippsdiag.keys import KeySet
from vippsdiag.products import Reach
from vippsdiag.secret import examine

# What says nothing of the keys: another day the answer may be another one.
_PASSING = frozenset(
    {Reach.TOO_MANY, Reach.SERVER_ERROR, Reach.NO_ANSWER, Reach.UNCLEAR}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesUnit:
    """One sales unit to check.

    Attributes:
        msn: its merchant serial number.
        name: what people call it; may be empty.
        keys: its own keys, the number apart; None if it is called with the keys that
            were given for all.
        line: where it stands in the list, counted from 1.
    """

    msn: str
    name: str = ""
    keys: KeySet | None = None
    line: int = 0


class Standing(StrEnum):
    """Whether a sales unit works, in a word."""

    WORKS = "works"
    FAILS = "fails"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What explains that something was not reached.

    Attributes:
        check: the id of the cause.
        confidence: how sure it is.
        product: the API whose call shows it; empty if it is not about one.
    """

    check: str
    confidence: Confidence
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of the check of one sales unit.

    Attributes:
        unit: which one.
        holder: the keyed fingerprint of the keys that it was called with.
        reach: what each product answered; what was not asked for is not in it.
        causes: one for each thing to mend, the best guess first; where several fit
            equally well they are all here.
    """

    unit: SalesUnit
    holder: str
    reach: Mapping[str, Reach]
    causes: tuple[Cause, ...] = ()

    @property
    def standing(self) -> Standing:
        """Whether all that was asked for was reached."""
        missed = {one for one in self.reach.values() if one is not Reach.REACHED}
        if not missed:
            return Standing.WORKS
        return Standing.UNKNOWN if missed <= _PASSING else Standing.FAILS

    def to_json(self) -> str:
        """Return what is kept of it: no name, no line and no key."""
        causes = [[one.check, one.confidence, one.product] for one in self.causes]
        return json.dumps({"reach": dict(self.reach), "causes": causes})


def read_checked(unit: SalesUnit, holder: str, text: str) -> Checked:
    """Return what was kept of a unit's check.

    Args:
        unit: the unit as it stands in the list now.
        holder: the keyed fingerprint of its keys.
        text: what `Checked.to_json` returned.
    """
    kept = json.loads(text)
    return Checked(
        unit=unit,
        holder=holder,
        reach={name: Reach(word) for name, word in kept["reach"].items()},
        causes=tuple(
            Cause(check=check, confidence=Confidence(sure), product=product)
            for check, sure, product in kept["causes"]
        ),
    )


def fingerprint_of(keys: KeySet, salt: bytes) -> str:
    """Return a fingerprint of a set of keys, the merchant serial number apart.

    It is keyed with a salt, so that nobody can compare it with one made elsewhere.
    """
    mark = hashlib.blake2b(f"{keys.kind}\0".encode(), key=salt, digest_size=8)
    for name, value in keys.values():
        if name.attribute != "msn":
            part = examine(value, lambda raw: _part(raw, salt))
            mark.update(f"{name}\0{part}\0".encode())
    return mark.hexdigest()


def _part(raw: str, salt: bytes) -> str:
    text = raw.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, key=salt, digest_size=16).hexdigest()
