"""Where the sandbox is not as the official files say, and why."""

from dataclasses import dataclass

# By the beginning of an operation's path, or by the whole operation. A product that
# comes to be served must leave this list.
NOT_SERVED = {
    "/checkout/v2/": "replaced by Checkout v3",
    "/merchant-management/": "the sign-up of merchants by a payment service provider",
    "/recurring/v2/": "replaced by Recurring v3",
}


def not_served(operation: str) -> str | None:
    """Return the entry of the list above that an operation falls under."""
    path = operation.partition(" ")[2]
    whole = (e for e in NOT_SERVED if e.lower() == operation.lower())
    begun = (e for e in NOT_SERVED if path.startswith(e))
    return next(whole, None) or next(begun, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A fault that has a reason.

    Attributes:
        operation: a part of its name.
        fault: a part of what is told of it.
    """

    file: str
    operation: str
    fault: str
    reason: str


LATER = "came with a newer edition"
DEVIATIONS = (
    Deviation(
        file="access-token.yaml",
        operation="/miami/v1/token",
        fault="Missing required header parameter: client_",
        reason="the keys go into a Basic header, says the newer edition",
    ),
    Deviation(
        file="checkout-v3.yaml",
        operation="POST /checkout/v3/session",
        fault="('type' was unexpected)",
        reason=LATER,
    ),
    Deviation(
        file="epayment.yaml",
        operation="POST /epayment/v1/payments",
        fault="('minimumUserAge' was unexpected)",
        reason=LATER,
    ),
    Deviation(
        file="epayment.yaml",
        operation="POST /epayment/v1/payments",
        fault="('extraDetails', 'instance' were unexpected)",
        reason="extraDetails came with a newer edition; captured problems have both",
    ),
    Deviation(
        file="newer/epayment.yaml",
        operation="POST /epayment/v1/payments",
        fault="('instance' was unexpected)",
        reason="captured problems have it",
    ),
    Deviation(
        file="epayment.yaml",
        operation="/events",
        fault="'paymentAction' is a required property",
        reason="is described nowhere, and gone from the newer edition",
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/recurring/v3/agreements",
        fault="'FLEXIBLE' is not one of",
        reason=LATER,
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/recurring/v3/",
        fault="application/problem+json. Valid mimetypes: ['application/json']",
        reason=LATER,
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/charges",
        fault="('processingMode' was unexpected)",
        reason=LATER,
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/charges",
        fault="('transactionId' was unexpected)",
        reason=LATER,
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/recurring/v3/agreements",
        fault="'type': 'FLEXIBLE', 'currency': 'NOK'} is not valid under any",
        reason=LATER,
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/recurring/v3/agreements",
        fault="'suggestedMaxAmount': 1000} is not valid under any",
        reason="the maximum that nobody chose is not required any more",
    ),
    *(
        Deviation(
            file=file,
            operation="/.well-known/openid-configuration",
            fault="Additional properties are not allowed ('backchannel_",
            reason="documented elsewhere, and read by the official collection",
        )
        for file in ("newer/login.yaml", "login.yaml")
    ),
    *(
        Deviation(
            file=file,
            operation="/recurring/v3/agreements",
            fault="('history' was unexpected)",
            reason="in no file; whether the real API has it is to be settled",
        )
        for file in ("newer/recurring-v3.yaml", "recurring-v3.yaml")
    ),
    Deviation(
        file="report.yaml",
        operation="/settlement/v1/ledgers",
        fault="('currency', 'salesUnits' were unexpected)",
        reason="in no file; whether the real API has them is to be settled",
    ),
    Deviation(
        file="userinfo.yaml",
        operation="/vipps-userinfo-api/userinfo/",
        fault="('phone_number_verified' was unexpected)",
        reason="is in the newer file of the Login API",
    ),
    Deviation(
        file="userinfo.yaml",
        operation="GET /vipps-userinfo-api/userinfo/",
        fault="Missing required header parameter: Ocp-Apim-Subscription-Key",
        reason="goes without a key in the newer file of the Login API",
    ),
)


def deviation(file: str, operation: str, fault: str) -> Deviation | None:
    """Return what a fault falls under, if it has a reason."""
    for found in DEVIATIONS:
        if found.file == file and found.operation in operation and found.fault in fault:
            return found
    return None
