"""Reports as people write them: the first finding is the cause, or one that fits.

Made up after the kinds of public reports that exist: of Vipps MobilePay itself, of the
gateway in front of it, of the identity provider behind it, and of OAuth servers and
firewalls that answer in the same way. Where one answer has several causes, any of them
may be first.
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from vippsdiag.check import Severity
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, FailureKind, Response
from vippsdiag.importers import read_paste
from vippsdiag.keys import Field, KeyKind
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    INVALID_KEY,
    KEYS,
    MISSING_KEY,
    NOW,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    basic,
    call,
    case,
    details,
    ecom,
    ecom_call,
    gateway,
    identity_provider,
    login_call,
    recurring,
    specialized_call,
    token,
    token_call,
)

KEY = "Ocp-Apim-Subscription-Key"
MSN = "Merchant-Serial-Number"
JSON = {"Content-Type": "application/json"}
LOGIN = "https://apitest.vipps.no/access-management-1.0/access/oauth2"
PAYMENT = "/epayment/v1/payments/order-12345"
AGREEMENTS = "/recurring/v3/agreements"
AZURE_PAGE = (
    "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 "
    "Forbidden</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2"
    "</center>\r\n</body>\r\n</html>"
)
INVALID_CLIENT = (
    "Client authentication failed (e.g., unknown client, no client authentication "
    "included, or unsupported authentication method)."
)
INVALID_GRANT = (
    "The provided authorization grant (e.g., authorization code, resource owner "
    "credentials) or refresh token is invalid, expired, revoked, does not match the "
    "redirection URI used in the authorization request, or was issued to another client"
)
AZURE_401 = {
    "responseInfo": {"responseCode": 401, "responseMessage": "Unauthorized"},
    "result": {"message": "Something went wrong, please try again later."},
}
WRONG_ENVIRONMENT = {
    "production-keys-on-test",
    "test-keys-on-production",
    "subscription-key-invalid",
}


def tokens(status: int | None, answer: object = "", **parts: Any) -> Exchange:
    return token_call(TEST, status=status, answer=answer, **parts)


def aadsts(code: int, text: str, error: str = "invalid_client") -> dict[str, object]:
    return identity_provider(code, text, error)


def text_only(text: str, status: int | None = None) -> Exchange:
    return Exchange(response=Response(status=status, body=text))


def authorize(answer: object, status: int = 400, query: str = "") -> Exchange:
    url = (
        f"{LOGIN}/auth?client_id={CLIENT_ID}&response_type=code&state=abcdefgh1{query}"
    )
    return call("GET", url, status=status, answer=answer)


def create(answer: object, status: int = 400, **merchant: object) -> Exchange:
    return ecom_call(status=status, answer=answer, **merchant)


Case = tuple[Evidence, set[str]]
_TESTS_ISSUER = "https://sts.windows.net/e5116526-51dc-4c14-b086-a5cb4716bc4b/"
_ORDER = "/accesstoken/get"


def challenged(words: str) -> Exchange:
    asked = f'Bearer error="invalid_token", error_description="{words}"'
    headers = {"WWW-Authenticate": asked}
    sent = {"Authorization": "Bearer ***"}
    return api_call(
        PRODUCTION, headers=sent, status=401, answer="", answer_headers=headers
    )


REPORTS: dict[str, Case] = {
    # What .NET's, Java's and Python's libraries say of a token.
    "issuer-in-a-challenge": (
        case(challenged(f"The issuer '{_TESTS_ISSUER}' is invalid")),
        {"token-from-other-environment"},
    ),
    "signing-key-in-a-challenge": (
        case(challenged("The signature key was not found")),
        {"token-from-other-environment"},
    ),
    "signature-that-has-expired": (
        case(challenged("Signature has expired")),
        {"token-expired"},
    ),
    "exp-claim-in-a-challenge": (
        case(challenged('"exp" claim timestamp check failed')),
        {"token-expired"},
    ),
    "nbf-claim-in-a-challenge": (
        case(challenged('"nbf" claim timestamp check failed')),
        {"clock-skew"},
    ),
    "what-a-promise-is-written-as": (
        case(
            api_call(
                TEST, headers={"Authorization": "Bearer [object Promise]"}, status=401
            )
        ),
        {"template-variable-not-substituted"},
    ),
    "a-token-in-angle-brackets": (
        case(
            api_call(
                TEST, headers={"Authorization": f"Bearer <{token(TEST)}>"}, status=401
            )
        ),
        {"token-malformed"},
    ),
    "secret-manager-reference": (
        case(
            tokens(
                401,
                aadsts(7000215, "Invalid client secret."),
                headers={"client_secret": "op://Shop/vipps/secret"},
            )
        ),
        {"template-variable-not-substituted"},
    ),
    "number-on-the-login-page": (
        case(
            call(
                "POST",
                "https://apitest.vipps.no/vipps-login-idp/fetch-api/login",
                JSON,
                body={"phoneNumber": "91234567"},
                status=400,
                answer={"errorText": "Du må være minst 15 år."},
            )
        ),
        {"real-user-in-test", "test-user-invalid"},
    ),
    "secret-that-a-proxy-left-out": (
        case(
            tokens(
                401,
                aadsts(7000216, "'client_secret' is required"),
                headers={
                    "client_id": None,
                    "client_secret": None,
                    "Via": "1.1 proxy.example",
                },
            )
        ),
        {"underscore-headers-dropped"},
    ),
    "order-that-a-plugin-does-not-find": (
        case(
            api_call(
                PRODUCTION,
                path=PAYMENT,
                status=404,
                answer="Could not get payment results for order 7 - you may have the "
                "wrong MSN for the order",
            )
        ),
        {"order-of-other-msn"},
    ),
    "header-among-the-errors-of-dotnet": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers=JSON,
                body={"reference": "order-12345"},
                status=400,
                answer={
                    "title": "One or more validation errors occurred.",
                    "errors": {"Idempotency-Key": ["The field is required."]},
                },
            )
        ),
        {"idempotency-key-missing"},
    ),
    "user-that-test-does-not-know": (
        case(create(ecom("81", "User not registered with Vipps"))),
        {"real-user-in-test"},
    ),
    "nbf-in-the-future": (
        case(challenged("Token is not active: nbf is in the future")),
        {"clock-skew"},
    ),
    "code-of-a-loop": (
        case(tokens(400, aadsts(50196, "A request loop.", "invalid_grant"))),
        {"rate-limited"},
    ),
    # Who answered was none of Vipps MobilePay's.
    "address-without-a-host": (
        case(
            call(
                "POST",
                "http://localhost:3000" + _ORDER,
                {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
                status=404,
                answer="Cannot POST " + _ORDER,
            )
        ),
        {"base-url-wrong"},
    ),
    "callback-behind-a-challenge": (
        case(
            call(
                "POST",
                "https://shop.example/vipps/callback",
                {"Authorization": "a-word"},
                status=403,
                answer="",
                answer_headers={"cf-mitigated": "challenge"},
            )
        ),
        {"callback-unreachable"},
    ),
    "tunnel-refused": (
        case(
            token_call(
                TEST,
                failure=FailureKind.PROXY,
                message="CONNECT tunnel failed, response 403",
            )
        ),
        {"network-egress-blocked"},
    ),
    "form-in-several-parts": (
        case(
            specialized_call(
                headers={"Content-Type": "multipart/form-data; boundary=x"},
                body='--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\n'
                "client_credentials\r\n--x--",
                status=400,
                answer={"error": "invalid_request"},
            )
        ),
        {"content-type-wrong"},
    ),
    # The gateway: the subscription key.
    "key-missing": (
        case(tokens(401, gateway(401, MISSING_KEY), headers={KEY: None})),
        {"subscription-key-missing"},
    ),
    "key-missing-by-its-text-alone": (
        case(text_only(MISSING_KEY)),
        {"subscription-key-missing"},
    ),
    "key-under-the-announced-name": (
        case(
            tokens(
                401,
                gateway(401, MISSING_KEY),
                headers={KEY: None, "Vipps-Subscription-Key": SUBSCRIPTION_KEY},
            )
        ),
        {"subscription-key-header-name-wrong", "subscription-key-missing"},
    ),
    "key-as-query-parameter": (
        case(
            tokens(
                401,
                MISSING_KEY,
                headers={KEY: None},
                path=f"/accesstoken/get?subscription-key={SUBSCRIPTION_KEY}",
            )
        ),
        {"keys-in-query-string", "subscription-key-missing"},
    ),
    "keys-as-json-body": (
        case(
            tokens(
                401,
                gateway(401, MISSING_KEY),
                headers={KEY: None, "client_id": None, "client_secret": None, **JSON},
                body={"client_id": CLIENT_ID, "client_secret": "x", KEY: "y"},
            )
        ),
        {"keys-in-body-not-headers"},
    ),
    "key-invalid-on-production": (
        case(
            token_call(PRODUCTION, status=401, answer=gateway(401, INVALID_KEY)),
            environment=PRODUCTION,
        ),
        {"test-keys-on-production", "subscription-key-invalid"},
    ),
    "key-invalid-on-test": (
        case(tokens(401, gateway(401, INVALID_KEY)), environment=TEST),
        {"production-keys-on-test", "subscription-key-invalid"},
    ),
    "key-invalid-by-its-text-alone": (
        case(text_only("401 " + INVALID_KEY)),
        WRONG_ENVIRONMENT,
    ),
    "key-not-found": (
        case(
            tokens(
                401,
                {"errorCode": "Unauthorized", "errorMessage": "Subscription not found"},
            )
        ),
        WRONG_ENVIRONMENT,
    ),
    "key-with-quotes": (
        case(
            tokens(
                401,
                gateway(401, INVALID_KEY),
                headers={KEY: f'"{SUBSCRIPTION_KEY}"'},
            )
        ),
        {"value-contains-hidden-characters", "subscription-key-malformed"},
    ),
    "key-cut": (
        case(
            tokens(401, gateway(401, INVALID_KEY), headers={KEY: SUBSCRIPTION_KEY[:20]})
        ),
        {"subscription-key-malformed", "value-truncated"},
    ),
    "secret-as-subscription-key": (
        case(tokens(401, gateway(401, INVALID_KEY), headers={KEY: CLIENT_SECRET})),
        {"keys-swapped"},
    ),
    "api-call-with-key-of-another-product": (
        case(
            tokens(200, {"access_token": token(TEST)}),
            api_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
        ),
        {"subscription-key-invalid", "product-not-activated"},
    ),
    "partner-keys-on-test": (
        case(tokens(401, gateway(401, INVALID_KEY)), kind=KeyKind.PARTNER),
        {"partner-keys-on-test"},
    ),
    "out-of-call-volume": (
        case(
            api_call(
                TEST,
                status=403,
                answer=gateway(
                    403, "Out of call volume quota. Quota will be replenished"
                ),
            )
        ),
        {"rate-limited"},
    ),
    "rate-limit": (
        case(
            api_call(TEST, status=429, answer=gateway(429, "Rate limit is exceeded."))
        ),
        {"rate-limited"},
    ),
    # The identity provider.
    "client-unknown": (
        case(
            tokens(
                400,
                aadsts(
                    700016,
                    "Application with identifier '4204662b (truncated)' was not found "
                    "in the directory 'VIPPS-TEST'.",
                    "unauthorized_client",
                ),
            )
        ),
        {"client-id-unknown", "production-keys-on-test"},
    ),
    "client-unknown-by-its-text-alone": (
        case(
            text_only(
                "AADSTS700016: Application with identifier "
                "'7d0a9c1e-52b4-4e86-9f3d-c81b6a20e574' was not found in the directory"
            )
        ),
        {"client-id-unknown"},
    ),
    "client-is-a-variable": (
        case(
            text_only(
                "AADSTS700016: Application with identifier '{{client_id}}' was not "
                "found in the directory 'VIPPS-TEST'"
            )
        ),
        {"template-variable-not-substituted"},
    ),
    "client-is-a-placeholder": (
        case(
            text_only(
                "AADSTS70001: Application with identifier 'YOUR-CLIENT-ID' was not "
                "found in the directory testapivipps.no"
            )
        ),
        {"example-value-left-in-request", "client-id-unknown"},
    ),
    "client-with-a-letter-o": (
        case(
            tokens(
                400,
                aadsts(
                    700016,
                    "Application with identifier "
                    "'01931aoo-8486-4ba3-85f9-73de7fc66aoe' was not found in the "
                    "directory 'VIPPS-TEST'.",
                ),
                headers={"client_id": "REDACTED"},
            )
        ),
        {"client-id-malformed"},
    ),
    "client-and-secret-swapped": (
        case(
            tokens(
                400,
                aadsts(700016, "Application with identifier 'x' was not found"),
                headers={"client_id": CLIENT_SECRET, "client_secret": CLIENT_ID},
            )
        ),
        {"keys-swapped"},
    ),
    "secret-wrong": (
        case(
            tokens(401, aadsts(7000215, "Invalid client secret provided. Ensure the"))
        ),
        {"client-secret-wrong", "stale-secret-after-rotation"},
    ),
    "secret-wrong-older-code": (
        case(
            tokens(
                401,
                "AADSTS70002: Error validating credentials. AADSTS50012: Invalid "
                "client secret is provided.",
            )
        ),
        {"client-secret-wrong", "client-secret-encoding"},
    ),
    "secret-expired": (
        case(
            tokens(401, aadsts(7000222, "The provided client secret keys are expired"))
        ),
        {"client-secret-expired", "client-secret-wrong", "stale-secret-after-rotation"},
    ),
    "secret-missing": (
        case(
            tokens(
                401,
                aadsts(
                    7000218,
                    "The request body must contain the following parameter: "
                    "'client_assertion' or 'client_secret'.",
                ),
                headers={"client_secret": None},
            )
        ),
        {"client-secret-missing"},
    ),
    "secret-missing-though-sent": (
        case(
            tokens(
                401,
                aadsts(
                    7000218,
                    "The request body must contain the following parameter: "
                    "'client_assertion' or 'client_secret'.",
                ),
            )
        ),
        {
            "client-secret-missing",
            "client-id-missing",
            "content-type-wrong",
            "client-id-of-other-app",
        },
    ),
    "secret-missing-older-code": (
        case(
            text_only(
                "AADSTS70002: The request body must contain the following parameter: "
                "'client_secret or client_assertion'."
            )
        ),
        {"client-secret-missing"},
    ),
    "client-id-missing-by-its-text-alone": (
        case(
            text_only(
                "AADSTS900144: The request body must contain the following parameter: "
                "'client_id'."
            )
        ),
        {"client-id-missing"},
    ),
    "grant-type-missing": (
        case(
            specialized_call(
                body=None,
                status=400,
                answer=aadsts(
                    900144,
                    "The request body must contain the following parameter: "
                    "'grant_type'.",
                    "invalid_request",
                ),
            )
        ),
        {"grant-type-missing", "content-type-wrong"},
    ),
    "origin-of-a-development-server": (
        case(
            tokens(
                400,
                aadsts(9002326, "Cross-origin token redemption is permitted only for"),
                headers={"Origin": "http://localhost:5173", "User-Agent": "node"},
            )
        ),
        {"origin-header-forwarded", "cors-browser-call"},
    ),
    "browser-fetch": (
        case(
            tokens(
                400,
                aadsts(9002326, "Cross-origin token redemption is permitted only for"),
                headers={"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0"},
            )
        ),
        {"cors-browser-call"},
    ),
    "cors-in-the-console": (
        case(
            tokens(
                None,
                failure=FailureKind.CORS,
                message="blocked by CORS policy: No 'Access-Control-Allow-Origin'",
            )
        ),
        {"cors-browser-call"},
    ),
    # Paths, methods and hosts.
    "token-path-of-recurring": (
        case(
            tokens(
                404,
                {"responseInfo": {"responseCode": 404, "responseMessage": "Something"}},
                path="/recurring/accessToken/get",
            )
        ),
        {"token-path-wrong"},
    ),
    "token-path-with-version": (
        case(tokens(404, gateway(404, "Resource not found"), path="/v1/accesstoken")),
        {"token-path-wrong"},
    ),
    "token-path-with-slash": (
        case(tokens(404, gateway(404, "Resource not found"), path="/accesstoken/get/")),
        {"token-path-wrong"},
    ),
    "token-by-get": (
        case(tokens(404, gateway(404, "Resource not found"), method="GET")),
        {"token-method-wrong"},
    ),
    "api-path-wrong": (
        case(
            api_call(
                TEST,
                path="/epayment/payments",
                method="POST",
                status=404,
                answer=gateway(404, "Resource not found"),
            )
        ),
        {"api-path-wrong"},
    ),
    "guessed-host": (
        case(
            call(
                "POST",
                "https://api.vippsmobilepay.com/accesstoken/get",
                failure=FailureKind.DNS,
                message="getaddrinfo ENOTFOUND api.vippsmobilepay.com",
            )
        ),
        {"host-unknown", "base-url-wrong", "dns-resolution-failure"},
    ),
    "landing-page-by-post": (
        case(
            call(
                "POST",
                "https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway",
                status=405,
                answer_headers={"x-ms-error-code": "UnsupportedHttpVerb"},
            )
        ),
        {"wrong-http-method"},
    ),
    "old-version": (
        case(
            api_call(
                TEST,
                path="/recurring/v2/agreements",
                status=404,
                answer=gateway(404, "Resource not found"),
            )
        ),
        {"api-version-retired", "api-path-wrong"},
    ),
    "report-in-test": (
        case(
            api_call(
                TEST,
                path="/report/v2/ledgers",
                status=404,
                answer=gateway(404, "Resource not found"),
            )
        ),
        {"product-not-in-test"},
    ),
    # The access token.
    "token-without-bearer": (
        case(
            api_call(
                TEST,
                headers={"Authorization": token(TEST)},
                status=401,
                answer=AZURE_401,
            )
        ),
        {"bearer-prefix-missing"},
    ),
    "bearer-twice": (
        case(
            api_call(
                TEST,
                headers={"Authorization": "Bearer Bearer " + token(TEST)},
                status=401,
                answer=AZURE_401,
            )
        ),
        {"bearer-duplicated"},
    ),
    "token-refused": (
        case(api_call(TEST, status=401, answer=AZURE_401)),
        {"token-expired", "token-invalid", "token-from-other-sales-unit"},
    ),
    "token-of-test-on-production": (
        case(
            api_call(
                PRODUCTION,
                headers={"Authorization": "Bearer " + token(TEST)},
                status=401,
                answer=AZURE_401,
            )
        ),
        {"token-from-other-environment"},
    ),
    "recurring-token-refused": (
        case(
            api_call(
                TEST, path=AGREEMENTS, status=401, answer=recurring("not-authorized")
            )
        ),
        {"token-invalid", "token-expired"},
    ),
    "report-keys-refused": (
        case(
            api_call(
                PRODUCTION,
                path="/settlement/v1/ledgers",
                status=401,
                answer={
                    "code": "Unauthorized",
                    "message": "Please check your API keys",
                },
            )
        ),
        {"token-invalid", "token-from-other-sales-unit", "wrong-token-flow"},
    ),
    "token-refused-by-its-text-alone": (
        case(text_only("Unauthorized. Access token is missing or invalid.", 401)),
        {"token-invalid", "token-expired"},
    ),
    # Sales units, partners and products.
    "partner-number-not-connected": (
        case(
            api_call(
                PRODUCTION,
                status=403,
                answer=ecom(
                    "Unauthorized",
                    "Invalid MSN: 654321. This MSN is not valid for the provided super "
                    "merchant id. Check that you are using the correct credentials.",
                ),
            ),
            kind=KeyKind.PARTNER,
        ),
        {"msn-not-connected-to-partner"},
    ),
    "partner-without-number": (
        case(
            text_only(
                "Invalid MSN: This MSN is not valid for the provided supermerchant ID."
            )
        ),
        {"msn-missing-partner"},
    ),
    "number-of-other-environment": (
        case(
            text_only(
                "Invalid MSN: 654321. Check your API keys on portal.vipps.no and see "
                "the eCom FAQ for tips."
            )
        ),
        {"msn-for-other-environment", "msn-not-connected-to-partner"},
    ),
    "webhooks-forbidden": (
        case(api_call(TEST, status=403, answer="")),
        {"keys-of-other-sales-unit", "token-from-other-sales-unit"},
    ),
    "not-allowed-for-ecommerce": (
        case(
            create(ecom("97", "Merchant Not Allowed for Ecommerce Payment"), status=403)
        ),
        {"product-not-activated"},
    ),
    "not-allowed-for-recurring": (
        case(
            text_only(
                '{"title":"merchant.not.allowed.for.recurring.operation","status":403}',
                403,
            )
        ),
        {"product-not-activated"},
    ),
    "sdk-text-for-403": (
        case(
            text_only(
                "Your credentials are not authorized for this product, please visit "
                "portal.vipps.no",
                403,
            )
        ),
        {"product-not-activated"},
    ),
    "push-not-allowed": (
        case(
            api_call(
                TEST, method="POST", status=400, answer=details("5080", "Not allowed")
            )
        ),
        {"product-not-activated"},
    ),
    "deactivated": (
        case(
            create(ecom("37", "Merchant not available or deactivated or blocked"), 403)
        ),
        {"sales-unit-deactivated"},
    ),
    "login-of-inactive-unit": (
        case(
            authorize(
                "The client or its related sales unit or merchant does not exist or is "
                "not active"
            )
        ),
        {"sales-unit-deactivated", "client-id-unknown"},
    ),
    "accounting-keys-at-the-wrong-endpoint": (
        case(
            token_call(PRODUCTION, status=401, answer=gateway(401, MISSING_KEY)),
            kind=KeyKind.ACCOUNTING,
        ),
        {"wrong-token-flow"},
    ),
    "subscription-key-at-miami": (
        case(
            specialized_call(
                headers={KEY: SUBSCRIPTION_KEY},
                status=401,
                answer={"error": "invalid_client"},
            )
        ),
        {"subscription-key-on-specialized-flow"},
    ),
    "order-not-found": (
        case(
            api_call(
                TEST,
                path="/ecomm/v2/payments/acme-1/details",
                status=404,
                answer={
                    "responseInfo": {"responseCode": "404", "responseMessage": ""},
                    "errorInfo": {
                        "errorGroup": "Merchant",
                        "errorCode": "35",
                        "errorMessage": "Requested Order not found",
                    },
                },
            )
        ),
        {"order-of-other-msn"},
    ),
    "reference-not-found-in-a-log": (
        case(
            text_only("404: The reference `acme-1` does not exist for MSN 123456", 404)
        ),
        {"order-of-other-msn"},
    ),
    # Login and OAuth servers.
    "redirect-uri-of-hydra": (
        case(
            authorize(
                "The 'redirect_uri' parameter does not match any of the OAuth 2.0 "
                "Client's pre-registered redirect urls.",
                query="&redirect_uri=https%3A%2F%2Fshop.example%2Fcb",
            )
        ),
        {"redirect-uri-mismatch"},
    ),
    "redirect-uri-mismatch-in-words": (
        case(text_only("Error: redirect_uri_mismatch", 400)),
        {"redirect-uri-mismatch"},
    ),
    "redirect-uri-of-entra": (
        case(
            text_only(
                "AADSTS50011: The redirect URI 'https://shop.example/' specified in "
                "the request does not match the redirect URIs configured",
                400,
            )
        ),
        {"redirect-uri-mismatch"},
    ),
    "login-code-twice": (
        case(
            login_call(
                status=400,
                answer={"error": "invalid_grant", "error_description": INVALID_GRANT},
            )
        ),
        {"authorization-code-invalid", "redirect-uri-mismatch"},
    ),
    "login-code-by-its-text-alone": (
        case(text_only("invalid_grant: " + INVALID_GRANT, 400)),
        {"authorization-code-invalid", "redirect-uri-mismatch"},
    ),
    "login-client-refused": (
        case(
            login_call(
                status=401,
                answer={"error": "invalid_client", "error_description": INVALID_CLIENT},
            )
        ),
        {
            "client-secret-wrong",
            "token-endpoint-auth-method-mismatch",
            "client-id-unknown",
            "product-not-activated",
        },
    ),
    "login-without-authentication": (
        case(
            login_call(
                headers={"Authorization": None},
                body=f"grant_type=authorization_code&code=a&client_id={CLIENT_ID}",
                status=401,
                answer={"error": "invalid_client", "error_description": INVALID_CLIENT},
            )
        ),
        {"token-endpoint-client-auth-missing"},
    ),
    "login-basic-with-line-break": (
        case(
            login_call(
                headers={"Authorization": basic(CLIENT_ID, CLIENT_SECRET + "\n")},
                status=401,
                answer={"error": "invalid_client", "error_description": INVALID_CLIENT},
            )
        ),
        {"client-secret-encoding", "value-contains-hidden-characters"},
    ),
    "login-method-in-the-answer": (
        case(
            text_only(
                "invalid_client: The OAuth 2.0 Client supports client authentication "
                "method 'client_secret_basic', but method 'client_secret_post' was "
                "requested.",
                401,
            )
        ),
        {"token-endpoint-auth-method-mismatch"},
    ),
    "login-path-without-base": (
        case(
            login_call(
                path="/oauth2/token", status=404, answer="404 Resource not found"
            )
        ),
        {"token-path-wrong", "base-url-wrong"},
    ),
    "userinfo-with-key": (
        case(
            api_call(
                TEST,
                path="/vipps-userinfo-api/userinfo/",
                status=401,
                answer="HTTP Unauthorized 401",
            )
        ),
        {"subscription-key-sent-to-userinfo"},
    ),
    "login-fifteen-years": (
        case(
            authorize(
                "<html>You need to have Vipps on your phone and be at least 15 years",
                status=400,
            )
        ),
        {"real-user-in-test", "test-user-invalid"},
    ),
    "login-server-error": (
        case(
            call(
                "GET",
                f"{LOGIN}/auth",
                status=302,
                answer_headers={"Location": "https://x.example/cb?error=server_error"},
            )
        ),
        {"service-outage"},
    ),
    "login-in-the-other-app": (
        case(
            call(
                "GET",
                f"{LOGIN}/auth?client_id=a",
                failure=FailureKind.OTHER,
                message="Error: Could not get Vipps Login token",
            )
        ),
        {"production-app-with-test-environment"},
    ),
    # Payments.
    "fallback-localhost": (
        case(
            create(
                ecom("merchantInfo.fallBack.invalid", "Invalid fallback URL"),
                fallBack="http://127.0.0.1/return",
            )
        ),
        {"fallback-url-invalid"},
    ),
    "return-url-of-epayment": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers=JSON | {"Idempotency-Key": "k"},
                body={"returnUrl": "http://localhost:3000/done"},
                status=400,
                answer=details("4090", "Invalid URL"),
            )
        ),
        {"fallback-url-invalid"},
    ),
    "callback-localhost": (
        case(create("callbackUrl is invalid", callbackPrefix="http://localhost/vipps")),
        {"callback-url-invalid"},
    ),
    "callback-invalid-address": (
        case(
            create(
                ecom("merchantInfo.callbackPrefix.invalid", "Invalid IP address"),
                callbackPrefix="https://shop.local//vipps",
            )
        ),
        {"callback-url-invalid"},
    ),
    "number-in-json": (
        case(
            create(
                {"responseInfo": {"responseCode": 500, "responseMessage": "Something"}},
                status=500,
                merchantSerialNumber=384217,
            )
        ),
        {"msn-as-integer"},
    ),
    "order-id-twice": (
        case(create(ecom("34", "Unique constraint violation of the order id"))),
        {"order-id-reused"},
    ),
    "idempotency-key-twice": (
        case(
            api_call(
                TEST,
                method="POST",
                path=PAYMENT + "/capture",
                status=409,
                answer=details("4010", "Capture idempotency conflict"),
            )
        ),
        {"idempotency-conflict", "idempotency-key-reused"},
    ),
    "idempotency-key-absent": (
        case(
            api_call(
                TEST,
                method="POST",
                path=AGREEMENTS,
                headers=JSON,
                body={"a": 1},
                status=400,
                answer={"detail": "Missing or invalid Idempotency key header."},
            )
        ),
        {"idempotency-key-missing"},
    ),
    "capture-before-reservation": (
        case(
            api_call(
                TEST,
                method="POST",
                path=PAYMENT + "/capture",
                status=400,
                answer=details("6080", "Cannot capture before reservation"),
            )
        ),
        {"operation-not-allowed-in-state"},
    ),
    "refund-with-500": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/ecomm/v2/payments/acme-1/refund",
                status=500,
                answer=[
                    {
                        "errorGroup": "VippsError",
                        "errorCode": "99",
                        "errorMessage": "Internal error",
                    }
                ],
            )
        ),
        {"operation-not-allowed-in-state", "service-outage"},
    ),
    "user-unknown-in-production": (
        case(
            api_call(
                PRODUCTION,
                method="POST",
                path="/ecomm/v2/payments",
                status=400,
                answer=ecom("81", "User not registered with Vipps"),
            )
        ),
        {"test-user-on-production"},
    ),
    "user-unknown-in-test": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                status=400,
                answer=details("7010", "Customer not found"),
            )
        ),
        {"real-user-in-test", "test-user-invalid", "test-user-not-ready"},
    ),
    "force-approve-500": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/test/payments/order-12345/approve",
                headers=JSON,
                body={"customer": {"phoneNumber": "4799999999"}},
                status=500,
                answer="",
            )
        ),
        {"test-user-not-ready", "service-outage"},
    ),
    "content-type-of-a-form": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Idempotency-Key": "k",
                },
                body={"amount": 100},
                status=415,
                answer={"title": "Unsupported Media Type"},
            )
        ),
        {"content-type-wrong"},
    ),
    # Firewalls, proxies and the network.
    "firewall-page": (
        case(api_call(TEST, path=PAYMENT, status=403, answer=AZURE_PAGE)),
        {"waf-blocked"},
    ),
    "firewall-page-at-the-token-call": (
        case(tokens(403, AZURE_PAGE)),
        {"waf-blocked"},
    ),
    "firewall-by-its-text-alone": (
        case(text_only(AZURE_PAGE, 403)),
        {"waf-blocked"},
    ),
    "firewall-of-cloudflare": (
        case(
            tokens(
                403,
                "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>",
                answer_headers={"Server": "cloudflare", "cf-ray": "8a1-OSL"},
            )
        ),
        {"waf-blocked", "intermediary-cache-or-proxy"},
    ),
    "page-of-the-network": (
        case(tokens(200, "<html><title>Guest WiFi sign in</title>")),
        {"intermediary-cache-or-proxy"},
    ),
    "underscores-dropped": (
        case(
            tokens(
                400,
                aadsts(
                    900144,
                    "The request body must contain the following parameter: "
                    "'client_id'.",
                ),
                headers={
                    "client_id": None,
                    "client_secret": None,
                    "Via": "1.1 nginx",
                },
            )
        ),
        {"underscore-headers-dropped", "client-id-missing"},
    ),
    "name-not-resolved": (
        case(
            tokens(
                None,
                failure=FailureKind.DNS,
                message="cURL error 28: Resolving timed out after 10000 milliseconds",
            )
        ),
        {"dns-resolution-failure"},
    ),
    "certificate": (
        case(
            tokens(
                None,
                failure=FailureKind.TLS,
                message="cURL error 60: SSL certificate problem: unable to get local",
            )
        ),
        {"tls-failure"},
    ),
    "time-out": (
        case(tokens(None, failure=FailureKind.TIMEOUT, message="connect ETIMEDOUT")),
        {"network-egress-blocked", "dns-resolution-failure"},
    ),
    "http2": (
        case(
            tokens(
                None,
                failure=FailureKind.PROTOCOL,
                message="Invalid header line detected",
            )
        ),
        {"client-http2-unsupported", "client-library-bug"},
    ),
    "library": (
        case(
            tokens(
                None,
                failure=FailureKind.OTHER,
                message="TypeError: Cannot read properties of undefined",
            )
        ),
        {"client-library-bug"},
    ),
    "outage-of-the-token-endpoint": (
        case(
            tokens(
                500,
                {
                    "responseInfo": {
                        "responseCode": "1000",
                        "responseMessage": "Something went wrong. Please try again.",
                    }
                },
            )
        ),
        {"service-outage", "vipps-side-bug"},
    ),
    "bad-gateway": (
        case(
            api_call(
                TEST, path=PAYMENT, status=502, answer="<html><h1>502 Bad Gateway</h1>"
            )
        ),
        {"service-outage"},
    ),
    # Callbacks.
    "callback-blocked": (
        case(
            call(
                "POST",
                "https://shop.example/wc-api/vipps/callback",
                failure=FailureKind.TIMEOUT,
            )
        ),
        {"callback-unreachable"},
    ),
    "callback-forbidden": (
        case(
            call(
                "POST",
                "https://shop.example/vipps/callback/v2/payments/1",
                {"Authorization": "x"},
                status=401,
            )
        ),
        {"callback-auth-mismatch"},
    ),
    "callback-error": (
        case(
            call(
                "POST",
                "https://shop.example/vipps/callback/v2/payments/1",
                status=500,
                answer="PHP Fatal error: Uncaught Error",
            )
        ),
        {"callback-handler-error", "client-library-bug"},
    ),
    # What only the words around an answer tell.
    "guzzle-quotes-the-answer": (
        case(
            tokens(
                401,
                "Client error: `POST /accesstoken/get` resulted in a `401 Access "
                f"Denied` response:\n{json.dumps(gateway(401, MISSING_KEY))}",
                headers={KEY: None},
            )
        ),
        {"subscription-key-missing"},
    ),
    "guzzle-cuts-the-answer": (
        case(
            api_call(
                TEST,
                path="/recurring/v3/agreements",
                status=403,
                answer='Client error: 403 response:\n{"type":"https://x/problems#y",'
                '"title":"Forbidden","detail":"The merchant (truncated...)',
            )
        ),
        {"product-not-activated"},
    ),
    "a-shop-hands-the-answer-on": (
        case(
            call(
                "GET",
                "https://shop.example/pay/vipps",
                status=502,
                answer="Vipps: AADSTS7000215: Invalid client secret provided.",
            )
        ),
        {"client-secret-wrong"},
    ),
    "a-shop-hands-its-library-s-words-on": (
        case(
            call(
                "GET",
                "https://shop.example/pay",
                status=500,
                answer="cURL error 60: SSL certificate problem (https://api.vipps.no)",
            )
        ),
        {"tls-failure"},
    ),
    "browser-tells-the-page-nothing": (
        case(
            token_call(
                TEST,
                headers={"Origin": "https://butik.example", "User-Agent": "Mozilla/5"},
                failure=FailureKind.CORS,
                message="TypeError: Failed to fetch",
            )
        ),
        {"cors-browser-call"},
    ),
    "front-door-gives-an-old-answer": (
        case(
            tokens(
                401,
                gateway(401, INVALID_KEY),
                answer_headers={"X-Cache": "TCP_HIT", "Via": "1.1 x"},
            )
        ),
        {"intermediary-cache-or-proxy"},
    ),
    "keys-never-set": (
        case(
            tokens(
                401,
                gateway(401, INVALID_KEY),
                headers={"client_id": "None", "client_secret": "None", KEY: "None"},
            )
        ),
        {"template-variable-not-substituted"},
    ),
    "login-sends-the-browser-to-its-error-page": (
        case(
            call(
                "GET",
                f"{LOGIN}/auth?client_id={CLIENT_ID}&redirect_uri=https%3A%2F%2Fa.no",
                status=302,
                answer_headers={
                    "Location": "/oauth2/fallbacks/error?error=invalid_request&error_"
                    "hint=The+%22redirect_uri%22+parameter+does+not+match+any"
                },
            )
        ),
        {"redirect-uri-mismatch"},
    ),
    "secret-encoded-before-basic": (
        case(
            login_call(
                headers={"Authorization": basic(CLIENT_ID, "ab%2Fcd%2Bef%3D%3D")},
                status=401,
                answer={"error": "invalid_client", "error_description": INVALID_CLIENT},
            )
        ),
        {"client-secret-encoding"},
    ),
    "webhook-at-an-inner-address": (
        case(
            api_call(
                TEST,
                method="POST",
                headers=JSON,
                body={"url": "https://10.1.2.3/hook", "events": ["a"]},
                status=400,
                answer={"title": "Bad Request"},
            )
        ),
        {"callback-url-invalid"},
    ),
    "shop-refuses-a-callback-in-json": (
        case(
            call(
                "POST",
                "https://shop.example/vipps/callback/v2/payments/1",
                {"Authorization": "x"},
                status=403,
                answer={"message": "Unauthorized"},
            )
        ),
        {"callback-auth-mismatch"},
    ),
    "old-paste-of-a-token-from-test": (
        case(
            api_call(
                PRODUCTION,
                headers={
                    "Authorization": "Bearer "
                    + token(TEST, issued=NOW - timedelta(hours=9))
                },
                status=401,
                started=None,
            )
        ),
        {"token-from-other-environment"},
    ),
    # Keys that were pasted alone.
    "pasted-keys-with-a-letter-o": (
        case(
            keys=KEYS.with_value(Field.CLIENT_ID, CLIENT_ID.replace("0", "o")),
        ),
        {"client-id-malformed"},
    ),
}


REPORTS |= {
    "key-missing-in-a-text-that-breaks-off": (
        case(api_call(TEST, headers={KEY: None}, status=401, answer=MISSING_KEY[:40])),
        {"subscription-key-missing"},
    ),
    "secret-percent-encoded-in-the-header": (
        case(
            tokens(
                401,
                aadsts(7000215, "Invalid client secret provided."),
                headers={"client_secret": CLIENT_SECRET.replace("=", "%3D")},
            )
        ),
        {"client-secret-encoding"},
    ),
    "token-of-the-other-host-masked": (
        case(
            token_call(TEST),
            api_call(
                PRODUCTION,
                headers={"Authorization": "Bearer [REDACTED]"},
                status=401,
                answer=AZURE_401,
            ),
        ),
        {"token-from-other-environment"},
    ),
    "token-call-refused-without-a-word": (
        case(tokens(401, "")),
        WRONG_ENVIRONMENT,
    ),
    "title-without-its-number": (
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers=JSON | {"Idempotency-Key": "k"},
                body={},
                status=400,
                answer={"title": "Express payment not allowed", "status": 400},
            )
        ),
        {"product-not-activated"},
    ),
    "keys-masked-with-rows-of-x": (
        case(
            tokens(
                401,
                aadsts(7000215, "Invalid client secret provided."),
                headers=dict.fromkeys(("client_id", "client_secret", KEY), "xxxx"),
            )
        ),
        {"client-secret-wrong"},
    ),
}

STRANGER = "https://statistics.example/v1/collect"
# Nothing is wrong in these, though a call in them failed or a value looks odd.
PAGE = "due to invalid subscription key, AADSTS700016, Invalid MSN: 654321, at least 15"
QUIET: dict[str, Evidence] = {
    "an-outage-that-a-retry-got-over": case(
        api_call(TEST, path=PAYMENT, status=503, answer=""),
        api_call(TEST, path=PAYMENT, answer={"state": "CREATED"}),
    ),
    "too-many-calls-and-then-patience": case(
        api_call(TEST, path=PAYMENT, status=429, answer=""),
        api_call(TEST, path=PAYMENT, answer={"state": "CREATED"}),
    ),
    "a-connection-that-came-about-later": case(
        tokens(None, failure=FailureKind.TIMEOUT), tokens(200, None)
    ),
    "an-ended-token-that-was-renewed": case(
        api_call(
            TEST,
            headers={
                "Authorization": f"Bearer {token(TEST, issued=NOW - timedelta(days=1))}"
            },
            status=401,
            answer=AZURE_401,
        ),
        token_call(TEST),
        api_call(TEST),
    ),
    "a-look-before-a-payment-is-made": case(
        api_call(TEST, path=PAYMENT, status=404, answer=details("5090", "Reference")),
        api_call(
            TEST,
            method="POST",
            path="/epayment/v1/payments",
            headers=JSON | {"Idempotency-Key": "k"},
            body={"reference": "order-12345"},
            status=201,
            answer={"reference": "order-12345"},
        ),
    ),
    "errors-of-other-hosts": case(
        api_call(TEST),
        call("POST", STRANGER, status=429),
        call("POST", STRANGER, status=400, answer={"errorCode": "51"}),
        call("POST", STRANGER, status=401, answer={"error": "invalid_grant"}),
        call("POST", STRANGER, failure=FailureKind.CORS, message="ERR_FAILED"),
        call("GET", STRANGER, failure=FailureKind.DNS, message="no such host"),
        call("GET", "https://checkout.vipps.no/api/session", status=401),
    ),
    "a-shop-with-token-calls-of-its-own": case(
        api_call(TEST),
        call("POST", "https://shop.example/oauth2/token", status=401),
        call("POST", "https://shop.example/api/access-token", status=403),
    ),
    "a-shop-that-is-being-made": case(
        call("GET", "http://localhost:3000/api/me", status=401),
        call("GET", "http://localhost:3000/missing", status=404, answer=""),
        call("POST", "http://localhost:3000/api/stock", status=500),
        call("GET", "http://localhost:3000/src/%7B%7Bx%7D%7D.ts", status=404),
    ),
    "a-sign-in-with-another-directory": case(
        api_call(TEST),
        call(
            "POST",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
            status=400,
            answer=identity_provider(70008, "The code has expired.", "invalid_grant"),
        ),
    ),
    "a-number-in-the-body-is-no-header": case(
        call(
            "POST",
            "https://apitest.vipps.no/ecomm/v2/payments",
            {"Authorization": f"Bearer {token(TEST)}", KEY: SUBSCRIPTION_KEY},
            body={"merchantInfo": {}},
            status=400,
            answer="The merchantSerialNumber has to be a string",
        ),
    ),
    "pages-that-tell-of-errors": case(
        *(
            call("GET", url, answer=f"<html>{PAGE}</html>")
            for url in (
                "https://developer.vippsmobilepay.com/docs/knowledge-base/errors/",
                "https://github.com/vippsas/vipps-developers/issues/80",
            )
        ),
        call("GET", "https://shop.example/faq", answer="Vipps: minst 15 år."),
    ),
    "values-that-were-covered-afterwards": case(
        token_call(
            TEST,
            headers={
                "client_id": "<client id>",
                "client_secret": "xxxx",
                KEY: "b84e********",
            },
            answer={"token_type": "Bearer", "access_token": "eyJ0eXAi..."},
        )
    ),
    "letters-in-an-address-as-their-codes": case(
        api_call(PRODUCTION, path="/order-management/v2/ecom/receipts/%C3%B8l-7")
    ),
}


@pytest.mark.parametrize("evidence", QUIET.values(), ids=list(QUIET))
def test_nothing_is_said_where_nothing_is_wrong(evidence: Evidence) -> None:
    assert first(evidence) == "nothing"


def first(evidence: Evidence) -> str:
    ranked = diagnose(evidence).ranked
    found = [item.id for item, _ in ranked if item.severity is not Severity.NOTE]
    return found[0] if found else "nothing"


@pytest.mark.parametrize(("evidence", "accepted"), REPORTS.values(), ids=list(REPORTS))
def test_the_first_finding_of_a_report_is_its_cause(
    evidence: Evidence, accepted: set[str]
) -> None:
    assert first(evidence) in accepted


def test_there_are_reports_of_both_environments() -> None:
    hosts = {
        exchange.request.environment
        for evidence, _ in REPORTS.values()
        for exchange in evidence.exchanges
        if exchange.request
    }
    assert {Environment.TEST, Environment.PRODUCTION} <= hosts
    assert len(REPORTS) >= 60


RENEWED = {
    "english": ("We regenerated the keys yesterday.", True),
    "button": ('En kollega trykket på "Regenerer" for client secret.', True),
    "danish": ("Vi har fornyet vores nøgler i går", True),
    "swedish": ("Vi förnyade nyckeln igår.", True),
    "finnish": ("Avaimet uusittiin eilen.", True),
    "asked": ("Should the keys be regenerated?", False),
    "question": ("Were the keys regenerated?", False),
    "denied": ("The keys were not regenerated.", False),
    "condition": ("See whether the keys were regenerated.", False),
    "wish": ("Kan vi få regenerert nøklene?", False),
    "other": ("We renewed the certificate.", False),
    "token": ("We renewed the access token, and the key is refused.", False),
    "general": ("A secret of another unit, or one that was regenerated", False),
}


@pytest.mark.parametrize(("words", "said"), RENEWED.values(), ids=RENEWED)
def test_old_keys_are_thought_of_where_somebody_says_they_were_renewed(
    words: str, said: bool
) -> None:
    answer = "401 AADSTS7000215: Invalid client secret provided."
    evidence = read_paste(
        f"{words}\n\nPOST https://api.vipps.no/accesstoken/get -> {answer}"
    )
    found = [check.id for check, _ in diagnose(evidence).ranked]
    assert ("stale-secret-after-rotation" in found) is said
    assert "client-secret-wrong" in found
