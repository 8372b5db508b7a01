"""What the APIs say in words, pasted alone, in a log, or in a merchant's sentence."""

import pytest

from vippsdiag.check import Check, Severity
from vippsdiag.checks.answers import Says
from vippsdiag.checks.worded import _OAUTH, _TEXTS, codes_of_words, search
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers import read_paste

MESSAGES = (
    "Requested order not found",
    "Order with id acme-1042 was not found",
    "Reference not found",
    "Order acme-1042 does not exist for MSN 123456",
    "User not registered with Vipps",
    "Invalid phone number for test",
    "Not a valid Vipps user",
    "User app version not supported",
    "Duplicate order id",
    "Unique constraint violation",
    "OrderId acme-1042 has already been used",
    "Reference acme-1042 already exists",
    "Agreement not signed",
    "Can not cancel already captured order",
    "Cannot cancel order which is not reserved",
    "The amount you tried to capture is not reserved",
    "Capture before reservation",
    "Captured amount exceeds the reserved amount",
    "Cannot refund more than captured amount",
    "Can't refund a reserved order",
    "Cannot refund a cancelled order",
    "Capture amount must be the same in an idempotent retry",
    "Order locked and already processing",
    "Merchant is blocked because of fraud",
    "Receiving limit of merchant is exceeded",
    "Merchant is not allowed to skip landing page",
    "Merchant is not allowed to initiate long-living payments",
    "User doesn't have a valid card",
    "Refused by issuer bank",
    "Refused by issuer because of expired card",
    "Reservation failed for some unknown reason",
    "Capture failed for some unknown reason",
    "Refund failed during debit",
    "Transaction is not allowed",
    "Transaction already processed",
    "Too many concurrent requests",
    "This person is not BankID verified",
    "Capture idempotency conflict",
    "Invalid phone number",
    "Missing required parameter",
    "Reference exists",
    "Express payment not allowed",
    "Long-living payment not allowed",
    "Bank account not verified",
    "Payment cannot be created",
    "PUSH_MESSAGE not allowed",
    "Capture amount too high",
    "Capture period expired",
    "Not enough refundable amount",
    "Refund period expired",
    "Funds unavailable",
    "Approve failed",
    "Approve not allowed",
    "Identification required",
    "Invalid payment source",
    "No cards",
    "Payment limit exceeded",
    "Client authentication failed (e.g., unknown client)",
    "The provided authorization grant is invalid, expired or revoked",
    "The client is not allowed to use authorization grant 'client_credentials'",
    "Unsupported grant type",
    "The requested scope is invalid, unknown, or malformed",
    "Access denied due to missing subscription key. Make sure to include it.",
    "Access denied due to invalid subscription key",
    "Subscription not found",
    "Access denied due to suspended subscription",
    "Access token is missing or invalid.",
    "JWT token is invalid",
    "Invalid token",
    "The access token provided has expired",
    "jwt expired",
    "IDX10223: Lifetime validation failed. The token is expired.",
    "The token is not yet valid",
    "jwt not active",
    "Issuer validation failed",
    "Signature verification failed",
    "Invalid audience",
    "IDX10214: Audience validation failed",
    "Resource not found",
    "Invalid client secret provided",
    "AADSTS7000215: Invalid client secret provided.",
    "The request body must contain the following parameter: 'client_secret'.",
    "Invalid MSN: 123456",
    "The provided PSP ID does not match the key",
    "The super merchant is not allowed",
    "Your MSN or subscription key (or both) seem to be incorrect",
    "Merchant not allowed for payment",
    "Not authorized for this product",
    "Merchant is not allowed to perform payments",
    "Invalid subscription or configuration",
    "Invalid sale unit",
    "Merchant not available or deactivated or blocked",
    "The sales unit or merchant does not exist or is not active",
    "Merchant is unavailable, deleted, deactivated or blocked",
    "Du må være minst 15 år",
    "You must be at least 15 years old",
    "You need to have Vipps on your phone",
    "Customer not found",
    "Du skal være mindst 15 år",
    "Du måste vara minst 15 år",
    "Sinun on oltava vähintään 15-vuotias",
    "Could not get Vipps login token",
    "The redirect_uri does not match the registered ones",
    "The 'redirect_uri' parameter does not match the registered ones",
    "The redirect_uri you sent does not match any of your preregistered URIs",
    "Invalid redirect_uri",
    "Callback URL mismatch",
    "The requested OAuth 2.0 Client does not exist",
    "The client secret could not be decoded",
    "The Client supports authentication method 'client_secret_basic', no other",
    "Invalid currency for merchant",
    "Cross-origin token redemption is permitted only for another client-type",
    "The signature key was not found",
    "Signature has expired",
    "You may have the wrong MSN for the order",
)
# What a status or a page says by itself, and no message.
ALONE = {Says.HTML}
WAYS = {
    "alone": "{}",
    "behind a word": "Error: {}",
    "in a log": "2026-11-25T10:00:00Z ERROR Vipps: {}",
    "of an exception": "Exception: {} in /var/www/pay.php:14",
    "below a word": "Hi!\n\nThis is what comes:\n{}\n\nWhat is wrong?",
    "behind a status": "400 Bad Request: {}",
    "below a status": "Status: 400\n{}",
    "before a status": "{} 403 Forbidden",
    "in a mail": (
        "Hello,\n\nwe sell shoes in Bergen, and since yesterday nothing works. We get "
        '"{}" when we call the API for the first time.\n\nBest regards'
    ),
}
PROSE = (
    "The reference exists in our system, so we can look it up.",
    'If you get "Reference exists", use a new reference.',
    "What does 'Reference exists' mean?",
    'The error "Transaction already processed" means that it was captured before.',
    "When the API returns 'Payment limit exceeded', the user pays another way.",
    "We sell shoes and have no cards in stock. Invalid phone numbers are mended.",
    "Our customers must be at least 15 years old to shop with us.",
    "Hei! Kundene våre må være minst 15 år for å handle. Hva koster Vipps?",
    "Casino cards are on sale",
    "We have no cards saved, and would like to know how to store them.",
    "You should make sure that the order is locked before it is sent.",
    "The duplicate reference check is something that we wrote ourselves.",
    'Hvordan unngår vi feilen "Duplicate reference" i fremtiden?',
    "Can we use Vipps if the merchant is blocked in another country?",
    "Error handling: if a customer was not found, we make a new one.",
    "Hi, the payment was not found in our books but the money came. Can you help?",
    "Note: redirect_uri does not have to be the same as fallback.",
    "Thanks for the help! It was the invalid phone number that you saw.",
    "Vi får ikke lagt til ny redirect URI i portalen, knappen er ikke der",
    'What must the "redirect_uri" be, if it is not to be the same as the fallback?',
    'Is it right that the "client_secret" must never be in an app?',
    "How long is the token valid? Is it not valid after an hour?",
    "400 Bad Request is what you get if the reference exists.",
    "| 4150 | Reference exists | use another |\n| 4070 | Invalid phone number | fix |",
    "\n\n".join(f"{one}\n\nThis has a cause." for one in MESSAGES[20:32]),
)


def said(text: str) -> str:
    """Return what the answers in a text say."""
    answers = (one.response for one in read_paste(text).exchanges)
    return " ".join(str(one.body) for one in answers if one)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_read_however_it_is_told(message: str, way: str) -> None:
    assert message.rstrip(".)'") in said(way.format(message))


def test_there_is_a_message_for_all_that_the_checks_know_by_words() -> None:
    known = {what: what.value for what in Says if what not in ALONE} | _TEXTS | _OAUTH
    assert [
        name
        for name, words in known.items()
        if not any(words.search(one) for one in MESSAGES)
    ] == []


@pytest.mark.parametrize("message", [*MESSAGES, "IDX10205", "IDX10511", "IDX10223"])
def test_known_words_are_found_in_a_long_answer_too(message: str) -> None:
    long = message + "\n" + "a page " * 1000
    for what in Says:
        short = search(what.value, message)
        for text in (long, long.upper()):
            assert (search(what.value, text) is None) is (short is None), what


@pytest.mark.parametrize(
    "text",
    [
        "Vi får Transaction already processed hele tiden",
        "We get the error Reference exists, what is wrong?",
        "Kunden får «Du må være minst 15 år» når hun logger inn",
        "If we capture twice, we get 'Capture idempotency conflict'",
    ],
)
def test_a_message_in_a_sentence_comes_to_a_finding(text: str) -> None:
    assert any(check.severity is not Severity.NOTE for check in found(text))


def test_a_page_of_login_is_read_with_what_stands_around_it() -> None:
    page = (
        'Vipps\nNoe gikk galt\nThe "redirect_uri" provided with your request does not '
        "match any of your preregistered URIs. See how to add/update URIs in our "
        "documentation:\n"
    )
    assert "redirect-uri-mismatch" in [check.id for check in found(page)]


@pytest.mark.parametrize("text", PROSE)
def test_what_only_speaks_of_a_message_comes_to_nothing(text: str) -> None:
    assert [
        check.id for check in found(text) if check.severity is not Severity.NOTE
    ] == []


def found(text: str) -> list[Check]:
    """Return the checks that find something in a text; none if it is not readable."""
    try:
        return [check for check, _ in diagnose(read_paste(text)).ranked]
    except UnreadablePaste:
        return []


# Each code whose words can be written in several ways, in one or more of them.
WORDED = [
    ("35", "Requested Order not found"),
    ("35", "The order does not exist for MSN 384217"),
    ("35", "reference not found"),
    ("35", "The payment a-1 was not found"),
    ("81", "User is not registered with Vipps"),
    ("81", "Invalid phone number for test"),
    ("81", "Not a valid Vipps user"),
    ("34", "Unique constraint violation"),
    ("34", "Duplicate orderId"),
    ("34", "order id a-1 already used"),
    ("34", "Reference a-1 already exists"),
    ("51", "Cannot cancel an already captured order"),
    ("53", "Can't cancel order which is not reserved"),
    ("62", "The amount you tried to capture is not reserved"),
    ("62", "Capture before reservation"),
    ("71", "Can not refund more than captured"),
    ("72", "Cannot refund an order that is reserved"),
    ("73", "Cannot refund a cancelled order"),
    ("93", "Must be the same in an idempotent retry"),
    ("93", "Idempotency-Key a already used"),
    ("93", "Different payload in an idempotent call"),
    ("41", "User doesn't have a valid card"),
    ("42", "Refused by the issuer bank"),
    ("44", "Refused by issuer because of expired card"),
    ("4070", "INVALID PHONE NUMBER"),
    ("5050", "Long-living payment not allowed"),
    ("5080", "PUSH_MESSAGE not allowed"),
]


@pytest.mark.parametrize(("code", "words"), WORDED)
def test_a_code_is_known_by_each_of_its_words(code: str, words: str) -> None:
    assert code in codes_of_words(words)
    assert code in codes_of_words(f"X{words.upper()}"[1:])


def test_every_code_that_has_one_way_to_be_worded_is_known_by_it() -> None:
    several = {code for code, _ in WORDED}
    for code, words in _TEXTS.items():
        if code not in several:
            assert code in codes_of_words(words.pattern.replace(r"\b", ""))
