"""The official Postman collections and the official SDK, run through their flows."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import flows
import pytest
from conftest import Results
from exceptions import deviation
from observing import is_served, observe
from official import Edition
from serving import PRODUCTION, TEST, Served, hurried, served

from vippsdiag.sandbox import Unit

pytestmark = pytest.mark.conformance

HERE = Path(__file__).parent
ENVIRONMENT = "postman/vipps-developers--global-postman-environment.json"

# Flows that cannot run to their end yet, by what the sandbox does not serve.
NOT_YET: set[str] = set()

# What each request is answered with; the names are those of the collections. Some are
# refused, as they would be by the real API: login asks a person to paste codes,
# management leaves a part of a path out, report asks for the ledger of somebody else,
# recurring captures a charge that is due tomorrow, and in epayment nobody shared a
# profile.
FLOWS = {
    "epayment": """
        200 Get Access Token
        201 Create payment - Web redirect
        200 Get payment
        200 Force approve payment
        200 Get payment
        200 Capture payment
        200 Refund payment
        200 Cancel payment
        200 Get payment event log
        200 Get payment
        404 Get Userinfo
    """,
    "epayment-creates": """
        200 Get Access Token
        201 Create payment - Web redirect
        201 Create payment - QR
        201 Create payment - Push request
        201 Create payment - Native redirect
        201 Create payment - User info
        201 Create payment - Card
        200 Cancel payment
        200 Get payment
    """,
    "login": """
        200 Get OIDC well-known
        400 Get token
        200 Init CIBA no-redirect
        200 Token no-redirect
        200 Init CIBA redirect
        400 Token redirect
        200 1. Get partner token
        200 2. Start login
        400 3. Get login token
        200 1. Get partner token
        200 2. Start login
        200 3. Get login token
        200 Get user info
    """,
    "management": """
        200 Get Access Token
        404 Get merchant by organization number
        200 Get sales unit details based on MSN
    """,
    "order-management": """
        200 Get Access Token
        200 Initiate Payment
        200 Upload an image
        200 Add category to an order
        201 Add receipt to an order
        200 Get order with category and receipt
    """,
    "qr": """
        200 0. Get Access Token
        200 1. Generate QR
        200 2. Get QR by id
        200 3. Update redirectUrl for id
        200 5. Get all QRs
        200 4. Delete QR by id
        200 1. Initiate Payment
        200 2. Generate OTP QR
    """,
    "recurring": """
        200 Get Access Token
        201 Draft Agreement - Profile sharing flow
        200 Get Agreement
        204 (Test only) Force accept agreement
        200 Get Agreement
        200 List Agreements
        204 Update Agreement - Product name
        204 Update Agreement - Product description
        204 Update Agreement - Merchant agreement url
        204 Update Agreement - Legacy pricing amount
        201 Create Charge - Reserve capture
        200 Get Charge
        400 Capture reserved charge
        400 Refund Charge
        201 Create Charge - Direct capture
        200 List Charges
        204 Cancel Charge
        204 Stop Agreement
        200 Get Userinfo
    """,
    "recurring-drafts": """
        200 Get Access Token
        201 Draft Agreement - Legacy pricing
        201 Draft Agreement - Legacy pricing and reserve initial charge
        201 Draft Agreement - Legacy pricing and direct capture initial charge
        201 Draft Agreement - Variable pricing
        201 Draft Agreement - Price campaign
        201 Draft Agreement - Price campaign and initial charge
        201 Draft Agreement - Period campaign
        201 Draft Agreement - Period campaign and initial charge
        201 Draft Agreement - Event campaign
        201 Draft Agreement - Event campaign and initial charge
        201 Draft Agreement - Full flex campaign
        201 Draft Agreement - Full flex campaign and initial charge
    """,
    "report": """
        200 Get access token
        200 Get ledgers
        404 Get ledger transactions
    """,
    "webhooks": """
        200 Get Access Token
        201 Register
        200 Get All
        204 Delete Last
    """,
}
# The collection of login expects a person who helps.
EXPECTED_COMPLAINTS = {
    ("login", "Get token"),
    ("login", "Token redirect"),
    ("login", "3. Get login token"),
}


def unit_of(flow: str) -> Unit:
    """Some APIs exist in production alone."""
    return PRODUCTION if flow in {"management", "report"} else TEST


def pace(flow: str, running: Served) -> AbstractContextManager[None]:
    """Where requests wait for a buyer, the time goes faster."""
    return hurried(running) if flow in flows.PAUSES else nullcontext()


def missing(collection: Path) -> list[str]:
    """Return what the sandbox does not serve of a collection."""
    return [
        f"{method} {path}"
        for method, path, production in flows.operations(collection)
        if not is_served(method, path, production=production)
        and not is_served(method, path.rstrip("/"), production=production)
    ]


@pytest.mark.parametrize("flow", FLOWS)
def test_postman_runs_the_official_collection(
    flow: str,
    official: Path,
    clients: Path,
    editions: dict[str, Edition],
    results: Results,
) -> None:
    collection = official / "flows" / f"{flow}.json"
    rows = results.setdefault("Official Postman collections", [])
    lacking = missing(collection)
    assert bool(lacking) == (flow in NOT_YET), lacking
    if lacking:
        rows.append((flow, "not yet", f"not served: {lacking[0]}"))
        return
    environment = official / ENVIRONMENT
    with served() as running, pace(flow, running):
        steps = flows.run(collection, environment, clients, running, unit_of(flow))
    expected = [line.strip() for line in FLOWS[flow].strip().splitlines()]
    right = sum(str(step) == line for step, line in zip(steps, expected, strict=False))
    refused = sum(line.startswith("4") for line in expected)
    text = f"requests answered as expected, {refused} of them refused"
    rows.append((flow, f"{right}/{len(expected)}", text))
    told = "\n".join(step.told() for step in steps)
    assert [str(step) for step in steps] == expected, told
    complaints = {(flow, step.name) for step in steps if step.complaints}
    assert complaints <= EXPECTED_COMPLAINTS, told
    assert set(faults(steps, editions)) == set()


def faults(steps: list[flows.Step], editions: dict[str, Edition]) -> Iterator[str]:
    """Yield what is not as documented in the answers.

    Not in the requests: the collections send what the files forbid, as numbers where
    strings are due.
    """
    for step in steps:
        for observed in observe(editions.values(), step.request, step.response):
            file, operation = observed.edition.file, observed.operation
            for fault in observed.faults:
                answer = fault.startswith("answer")
                if answer and not deviation(file, operation, fault):
                    yield f"{step}: {file}: {fault}"


def test_no_official_flow_is_left_out(official: Path) -> None:
    found = {path.stem for path in (official / "flows").glob("*.json")}
    assert found == set(FLOWS)


# What the SDK is answered; it tells only whether that was well, and the body.
SDK = {
    "payment": "create, approve, info, capture, refund, cancel, history",
    "recurring": "agreement, info, forceAccept, list, update, charge, chargeInfo, "
    "chargeById, charges, cancelCharge, charge, batch, stop",
    "webhook": "register, list, delete",
    "checkout": "create, info",
}
SDK_NEEDS = {
    "payment": "POST /epayment/v1/payments",
    "recurring": "POST /recurring/v3/agreements",
    "webhook": "POST /webhooks/v1/webhooks",
    "checkout": "POST /checkout/v3/session",
}
SDK_NOT_YET: set[str] = set()


@pytest.mark.parametrize("flow", SDK)
def test_the_official_sdk_runs(flow: str, clients: Path, results: Results) -> None:
    rows = results.setdefault("Official Node.js SDK", [])
    needed = SDK_NEEDS[flow]
    assert is_served(*needed.split()) == (flow not in SDK_NOT_YET), needed
    if flow in SDK_NOT_YET:
        rows.append((flow, "not yet", f"not served: {needed}"))
        return
    expected = ["token", *SDK[flow].split(", ")]
    with served() as running:
        steps = sdk(flow, clients, running.address, TEST)
    fine = [step["name"] for step in steps if step["ok"]]
    rows.append((flow, f"{len(fine)}/{len(expected)}", "calls answered as expected"))
    assert fine == expected, steps


def sdk(flow: str, clients: Path, address: str, unit: Unit) -> list[dict[str, object]]:
    """Run the SDK as it is; only where it sends to is ours."""
    given = {
        "SDK": str(clients / "package.json"),
        "ADDRESS": address,
        "CLIENT_ID": unit.client_id,
        "CLIENT_SECRET": unit.client_secret,
        "SUBSCRIPTION_KEY": unit.primary,
        "MSN": unit.msn,
    }
    done = subprocess.run(
        ["node", str(HERE / "sdk.mjs"), flow],
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
