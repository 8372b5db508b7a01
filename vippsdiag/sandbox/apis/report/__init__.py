"""The Report API: ledgers, and what moved the balance of each. Production only.

A sales unit reads its own ledger with its usual keys, an accountant those of the
merchants that let it, with a token of the specialized endpoint and nothing else.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date
from typing import Any

from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.apis.buyer.landing import in_name_of
from vippsdiag.sandbox.apis.report.entries import Entry, entries
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import PROBLEM, Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit

# The usual size of a page, which an answer names as well (the toolkit's skill, high).
PAGE = 1000
SIZE_HEADER = "Vipps-Feed-Page-Size"
TOPICS = frozenset({"funds", "fees"})
INVALID = "10002"


def refused(call: Call) -> Reply:
    """401 as the specification shows it (high)."""
    body = {"code": "Unauthorized", "message": "Please check your API keys"}
    return in_json(401, body)


def not_found() -> Refusal:
    """A ledger of somebody else does not exist (text high, form inferred)."""
    body = {"title": "No such ledgerId", "status": 404, "detail": "No such ledgerId"}
    return Refusal(in_json(404, body, PROBLEM))


def invalid(text: str) -> Refusal:
    """Input validation (form and code of the page of errors, text inferred)."""
    return Refusal(in_json(400, {"code": INVALID, "message": text}))


def reader(call: Call, forms: Forms) -> None:
    """See who reads: a sales unit with both its keys, or an accountant with a token.

    Partner keys never read reports (high; that the answer is this one is inferred).
    """
    if not call.header(gate.KEY):
        gate.specialized_token(call, forms)
    else:
        gate.key(call, forms)
        gate.token(call, forms)
        gate.own_key(call, forms)
        gate.activation("Report")(call, forms)
    kinds = {KeyKind.SALES_UNIT, KeyKind.ACCOUNTING, KeyKind.PSP}
    if call.unit is None or call.unit.kind not in kinds:
        raise Refusal(refused(call))
    number = call.header(MSN)
    if number and call.unit.msn and number != call.unit.msn:
        raise Refusal(refused(call))


FORMS = Forms(token=refused, other_unit=refused, not_activated=refused)
GATE = Gate(steps=(reader,), forms=FORMS)


def ledger_id(unit: Unit) -> str:
    """Return the number of a sales unit's ledger, which stays the same."""
    return str(int(unit.msn) + 300_000)


def _readable(call: Call) -> list[Unit]:
    """Return whose ledgers the caller may read."""
    unit = call.unit
    if unit is None:
        return []
    numbers = {unit.msn} | unit.ledgers
    found = (
        call.sandbox.keyring.by_number(call.environment, msn) for msn in sorted(numbers)
    )
    return [each for each in found if each]


def _owner(call: Call, name: str) -> Unit:
    for unit in _readable(call):
        if ledger_id(unit) == name:
            return unit
    raise not_found()


def ledgers(call: Call) -> Reply:
    """List the ledgers that the caller may read."""
    wanted = call.asked.get("settlesForRecipientHandles")
    items = [_shown(unit) for unit in _readable(call)]
    kept = [
        item for item in items if wanted in {None, *item["settlesForRecipientHandles"]}
    ]
    return in_json(200, {"cursor": "", "items": kept})


def _shown(unit: Unit) -> dict[str, Any]:
    handle = f"api:{unit.msn}"
    return {
        "ledgerId": ledger_id(unit),
        "currency": "NOK",
        "payoutBankAccount": {"scheme": "BBAN:NO", "id": "86011117947"},
        "owner": {"scheme": "business:NO:ORG", "id": unit.organisation},
        "settlesForRecipientHandles": [handle],
        "salesUnits": [{"name": unit.name, "recipientHandle": handle}],
    }


def of_date(call: Call) -> Reply:
    """Return the entries of one day; of one that is not over, those so far."""
    rows = _rows(call)
    day, today = _day(call, call.params["ledgerDate"]), call.now.date()
    if day > today:
        body = {"title": "The report for this date is not available yet", "status": 404}
        raise Refusal(in_json(404, body, PROBLEM))
    first = _first(call)
    kept = [row for row in rows if row["ledgerDate"] == day.isoformat()]
    more = len(kept) > first + PAGE
    body = {
        "items": kept[first : first + PAGE],
        "hasMore": more,
        "tryLater": day == today,
    }
    return _page(body | ({"cursor": _cursor(first + PAGE)} if more else {}))


def feed(call: Call) -> Reply:
    """Return what is new since a cursor, which is never empty."""
    rows, first = _rows(call), _first(call)
    items = rows[first : first + PAGE]
    cursor = _cursor(min(first + PAGE, max(first, len(rows))))
    caught_up = first + PAGE >= len(rows)
    return _page({"cursor": cursor, "tryLater": caught_up, "items": items})


def transactions(call: Call) -> Reply:
    """Return the entries of one day or of several; this operation is deprecated."""
    asked = call.asked
    if not asked.get("ledgerId"):
        raise invalid("ledgerId is required")
    rows = _told(_owner(call, asked["ledgerId"]), call)
    day = asked.get("ledgerDate")
    begin = _day(call, asked.get("fromLedgerDate") or day or "1970-01-01")
    end = _day(call, asked.get("toLedgerDate") or day or "9999-12-31")
    first = _first(call)
    kept = [
        row for row in rows if begin.isoformat() <= row["ledgerDate"] <= end.isoformat()
    ]
    more = len(kept) > first + PAGE
    cursor = _cursor(first + PAGE) if more else ""
    return in_json(200, {"cursor": cursor, "items": kept[first : first + PAGE]})


def _rows(call: Call) -> list[dict[str, Any]]:
    """Return the entries of a ledger and a topic; there are no fees here."""
    owner = _owner(call, call.params["ledgerId"])
    topic = call.params["topic"]
    if topic not in TOPICS:
        raise invalid("topic is funds or fees")
    return _told(owner, call) if topic == "funds" else []


def _told(owner: Unit, call: Call) -> list[dict[str, Any]]:
    rows, balance = [], 0
    for entry in entries(in_name_of(call, owner.msn)):
        rows.append(_row(entry, balance, owner.msn))
        balance += entry.amount
    return rows


def _row(entry: Entry, balance: int, msn: str) -> dict[str, Any]:
    at = entry.at.astimezone(UTC)
    return {
        "pspReference": entry.psp_reference,
        "time": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "ledgerDate": at.date().isoformat(),
        "entryType": entry.kind,
        "reference": entry.reference,
        "currency": entry.currency,
        "amount": entry.amount,
        "balanceBefore": balance,
        "balanceAfter": balance + entry.amount,
        "recipientHandle": f"api:{msn}",
    }


def _day(call: Call, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("A date has the form YYYY-MM-DD") from None


def _cursor(first: int) -> str:
    return urlsafe_b64encode(f"after:{first}".encode()).decode()


def _first(call: Call) -> int:
    cursor = call.asked.get("cursor")
    if not cursor:
        return 0
    try:
        word, _, first = urlsafe_b64decode(cursor).decode("ascii").partition(":")
    except ValueError:
        word, first = "", ""
    if word != "after" or not first.isdecimal() or len(first) > 9:
        raise invalid("The cursor is not one that was handed out")
    return int(first)


def _page(body: dict[str, Any]) -> Reply:
    return in_json(200, body, headers=((SIZE_HEADER, str(PAGE)),))


_LEDGER = "/report/v2/ledgers/{ledgerId}/{topic}"

ROUTES = tuple(
    Route(method="GET", template=template, gate=GATE, serve=serve, production=True)
    for template, serve in (
        ("/settlement/v1/ledgers", ledgers),
        (_LEDGER + "/dates/{ledgerDate}", of_date),
        (_LEDGER + "/feed", feed),
        ("/report/v1/ledgertransactions", transactions),
    )
)
