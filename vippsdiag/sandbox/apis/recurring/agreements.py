"""The operations on agreements."""

from vippsdiag.environments import Environment
from vippsdiag.sandbox.apis.buyer.landing import address, wait
from vippsdiag.sandbox.apis.customers import NEVER_APPROVED, NOBODY
from vippsdiag.sandbox.apis.recurring.acceptance import KIND
from vippsdiag.sandbox.apis.recurring.acceptance import accept as accept_agreement
from vippsdiag.sandbox.apis.recurring.agreement import Agreement, new_ids
from vippsdiag.sandbox.apis.recurring.bodies import Draft
from vippsdiag.sandbox.apis.recurring.drafts import examine
from vippsdiag.sandbox.apis.recurring.ledger import (
    all_agreements,
    keep,
    save,
    the_agreement,
)
from vippsdiag.sandbox.apis.recurring.new_charges import first_charge
from vippsdiag.sandbox.apis.recurring.paging import number, paged
from vippsdiag.sandbox.apis.recurring.problems import invalid, refusal
from vippsdiag.sandbox.apis.userinfo import msisdn
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json

# In milliseconds.
LATEST = 2**63 - 1
STATES = ("PENDING", "ACTIVE", "STOPPED", "EXPIRED")


def draft(call: Call) -> Reply:
    """Draft an agreement, which then waits for the buyer."""
    given: Draft = call.given
    examine(call, given)
    agreement = _new(call, given)
    agreement.token = wait(call, KIND, agreement.id)
    agreement.note("CREATE", call.now, "MERCHANT")
    save(call, agreement, [])
    first = given.initial_charge
    if first:
        charge = first_charge(call, agreement, first)
        agreement.initial = charge.id
        keep(call, agreement, charge)
    body = {
        "agreementId": agreement.id,
        "uuid": agreement.uuid,
        "vippsConfirmationUrl": _start(call, agreement),
        "chargeId": agreement.initial,
    }
    return in_json(201, body)


def _new(call: Call, given: Draft) -> Agreement:
    name, long = new_ids()
    return Agreement(
        id=name,
        uuid=long,
        pricing=given.pricing,
        product=given.product_name,
        description=given.product_description,
        redirect=given.merchant_redirect_url,
        page=given.merchant_agreement_url or "",
        created=call.now,
        interval=given.interval,
        campaign=given.campaign,
        phone=msisdn(str(given.phone_number or "")),
        scope=given.scope or "",
        external=given.external_id,
        is_app=bool(given.is_app),
    )


def _start(call: Call, agreement: Agreement) -> str:
    """Return where the buyer decides, by the address that the caller uses.

    It is not kept as a whole, for it may hold the access code.
    """
    return address(call, agreement.token, is_app=agreement.is_app)


def _shown(call: Call, agreement: Agreement) -> dict[str, object]:
    shown = agreement.shown(call.base)
    if agreement.status == "PENDING":
        shown["vippsConfirmationUrl"] = _start(call, agreement)
    return shown


def get(call: Call) -> Reply:
    """Return an agreement."""
    return in_json(200, _shown(call, the_agreement(call)))


def agreements(call: Call) -> Reply:
    """List the agreements of one status; those that are active if not asked."""
    status = call.asked.get("status") or "ACTIVE"
    if status not in STATES:
        raise invalid(call, Flaw("status", f"It has to be one of {', '.join(STATES)}."))
    after = number(call, "createdAfter", 0, 0, LATEST) / 1000
    found = [
        agreement
        for agreement in all_agreements(call)
        if agreement.status == status and agreement.created.timestamp() > after
    ]
    return paged(call, found, lambda agreement: _shown(call, agreement))


def accept(call: Call) -> Reply:
    """Accept an agreement as the buyer would; only test has this operation."""
    if call.environment is not Environment.TEST:
        raise Refusal(answers.path_unknown(call))
    agreement = the_agreement(call)
    if agreement.status != "PENDING":
        # Inferred, as is the identifier.
        detail = f"The agreement is {agreement.status}."
        raise refusal(call, 400, "operation-failed", detail)
    phone = msisdn(str(call.given.phone_number))
    if phone in {NOBODY, NEVER_APPROVED}:
        # That it fails is documented (the toolkit's skill, high), the rest is inferred.
        detail = "This number is not one of a test user who can accept."
        raise refusal(call, 400, "operation-failed", detail)
    accept_agreement(call, agreement, phone)
    return empty(204)
