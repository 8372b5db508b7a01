"""Where the sandbox is not as the official files say, and why."""

from dataclasses import dataclass

# By the beginning of an operation's path, or by the whole operation. A product that
# comes to be served must leave this list.
NOT_SERVED = {
    "/access-management-1.0/": "not yet",
    "/checkout/v2/": "replaced by Checkout v3 in 2022",
    "/checkout/v3/": "not yet",
    "/ecomm/": "not yet",
    "/epayment/v1/test/": "not yet",
    "/management/": "not yet",
    "/merchant-management/": "the sign-up of merchants by a payment service provider",
    "/order-management/": "not yet",
    "/partner-api/": "replaced by the Management API",
    "/point-of-sale/": "Check-in has no page any more that says it is available",
    "/psp/": "not yet",
    "/qr/": "not yet",
    "/recurring/v2/": "replaced by Recurring v3",
    "/recurring/v3/": "not yet",
    "/report/": "not yet",
    "/settlement/": "not yet",
    "/vipps-login-ciba/": "not yet",
    "/vipps-userinfo-api/": "not yet",
    "DELETE /webhooks/v1/webhooks/{id}": "not yet",
    "POST /epayment/v1/payments": "not yet",
    "POST /epayment/v1/payments/{reference}/cancel": "not yet",
    "POST /epayment/v1/payments/{reference}/capture": "not yet",
    "POST /epayment/v1/payments/{reference}/refund": "not yet",
    "POST /webhooks/v1/webhooks": "not yet",
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
        file="newer/epayment.yaml",
        operation="/events",
        fault="('paymentAction' was unexpected)",
        reason="the edition of 2024 requires it",
    ),
    Deviation(
        file="recurring-v3.yaml",
        operation="/recurring/v3/agreements",
        fault="'FLEXIBLE' is not one of",
        reason=LATER,
    ),
    Deviation(
        file="userinfo.yaml",
        operation="/vipps-userinfo-api/userinfo/{sub}",
        fault="('phone_number_verified' was unexpected)",
        reason="is in the newer file of the Login API",
    ),
)


def deviation(file: str, operation: str, fault: str) -> Deviation | None:
    """Return what a fault falls under, if it has a reason."""
    for found in DEVIATIONS:
        if found.file == file and found.operation in operation and found.fault in fault:
            return found
    return None
