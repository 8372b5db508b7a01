"""The signature of a webhook, and what makes one differ."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from vippsdiag.compare import compare
from vippsdiag.diagnosis import diagnose
from vippsdiag.exchange import Headers, Request
from vippsdiag.importers import read_paste
from vippsdiag.redact import redact
from vippsdiag.secret import Secret
from vippsdiag.webhooks import body_change, content_hash, is_delivery, sign, verify

# The official example of 2023 (facts 6.6).
SECRET = (
    "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6"
    "FhGKhiHTBsG2wo/xU6FY/A=="
)
GUID = "3f2c9a4e-7b1d-4c58-9e60-1a2b3c4d5e6f"
URL = "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63"
DATE = "Thu, 30 Mar 2023 08:38:32 GMT"
BODY = '{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}'
HASH = "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4="
SIGNATURE = "agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U="


def delivery(
    url: str = URL,
    body: str | None = BODY,
    *,
    signature: str = SIGNATURE,
    date: str = DATE,
    hashed: str = HASH,
    **headers: str,
) -> Request:
    pairs = {
        "Host": "webhook.site",
        "x-ms-date": date,
        "x-ms-content-sha256": hashed,
        "Authorization": "HMAC-SHA256 SignedHeaders=x-ms-date;host;"
        f"x-ms-content-sha256&Signature={signature}",
    }
    pairs |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method="POST", url=url, headers=Headers(pairs.items()), body=body)


def signed(path: str = "/hooks/vipps", host: str = "shop.example") -> str:
    return sign(SECRET, path=path, date=DATE, host=host, body_hash=HASH)


def test_the_official_example_is_recomputed() -> None:
    path = URL.removeprefix("https://webhook.site")
    assert content_hash(BODY) == HASH
    made = sign(SECRET, path=path, date=DATE, host="webhook.site", body_hash=HASH)
    assert made == SIGNATURE
    verdict = verify(delivery(), Secret(SECRET))
    assert verdict is not None
    assert verdict.fits
    assert body_change(delivery()) is None


CHANGED = {
    "slash-added": (delivery(URL + "/"), "path"),
    "slash-missing": (
        delivery(
            "https://shop.example/hooks/vipps",
            signature=signed("/hooks/vipps/"),
            Host="shop.example",
        ),
        "path",
    ),
    "prefix-put-before": (delivery(URL.replace("/e2", "/app/e2")), "path"),
    "prefix-taken-away": (
        delivery(
            "https://shop.example/vipps",
            signature=signed(),
            Host="shop.example",
            X_Forwarded_Prefix="/hooks",
        ),
        "path",
    ),
    "path-rewritten": (
        delivery(
            "http://10.0.0.7/index.php",
            signature=signed(),
            Host="shop.example",
            X_Original_URL="/hooks/vipps",
        ),
        "path",
    ),
    "query-added": (delivery(URL + "?source=proxy"), "path"),
    "host-of-the-backend": (
        delivery(Host="127.0.0.1:8080", X_Forwarded_Host="webhook.site"),
        "host",
    ),
    "host-with-port": (delivery(Host="webhook.site:443"), "host"),
    "host-in-forwarded": (
        delivery(
            "http://10.0.0.7" + URL.removeprefix("https://webhook.site"),
            Host="10.0.0.7",
            Forwarded="for=192.0.2.7;host=webhook.site;proto=https",
        ),
        "host",
    ),
    "date-written-anew": (delivery(date="2023-03-30T08:38:32Z", Date=DATE), "date"),
}


@pytest.mark.parametrize(("request_", "part"), CHANGED.values(), ids=list(CHANGED))
def test_the_part_that_was_changed_is_named_alone(request_: Request, part: str) -> None:
    verdict = verify(request_, SECRET)
    assert verdict is not None
    assert not verdict.fits
    assert [change.part for change in verdict.changes] == [part]


SECRETS = {
    "line-break": (SECRET + "\n", "blanks or a line break"),
    "blanks": (f" {SECRET} ", "blanks or a line break"),
    "quotes": (f'"{SECRET}"', "quotes"),
}


@pytest.mark.parametrize(("secret", "words"), SECRETS.values(), ids=list(SECRETS))
def test_a_secret_that_is_not_written_as_it_was_given_is_named(
    secret: str, words: str
) -> None:
    verdict = verify(delivery(), secret)
    assert verdict is not None
    assert words in verdict.changes[0].words


def test_a_signature_made_with_a_decoded_secret_is_named() -> None:
    path = URL.removeprefix("https://webhook.site")
    text = f"POST\n{path}\n{DATE};webhook.site;{HASH}".encode()
    made = hmac.new(base64.b64decode(SECRET), text, hashlib.sha256).digest()
    signature = base64.b64encode(made).decode()
    verdict = verify(delivery(signature=signature), SECRET)
    assert verdict is not None
    assert "decoded from Base64" in verdict.changes[0].words


def test_two_changes_are_named_together() -> None:
    changed = delivery(URL + "/", Host="10.0.0.7", X_Forwarded_Host="webhook.site")
    verdict = verify(changed, SECRET)
    assert verdict is not None
    assert {change.part for change in verdict.changes} == {"path", "host"}


def test_another_secret_leaves_nothing_to_undo() -> None:
    verdict = verify(delivery(), "090a478d-37ff-4e77-970e-d457aeb26a3a")
    assert verdict is not None
    assert not verdict.fits
    assert not verdict.changes


PRETTY = json.dumps({"a/b": "é", "n": 1}, indent=2)
COMPACT = '{"a/b":"é","n":1}'
BODIES = {
    "line-break-added": (BODY + "\n", HASH, "line break was added"),
    "line-break-taken": (COMPACT, content_hash(COMPACT + "\n"), "taken away"),
    "indented": (PRETTY, content_hash(COMPACT), "written anew"),
    "blanks-put-in": (COMPACT, content_hash('{"a/b": "é", "n": 1}'), "Blanks"),
    "slashes-escaped": (COMPACT, content_hash('{"a\\/b":"\\u00e9","n":1}'), "Slashes"),
    "byte-order-mark": ("\ufeff" + BODY, HASH, "byte order mark"),
    "line-ends": ("a\r\nb", content_hash("a\nb"), "CR LF for LF"),
    "another": ("{}", HASH, "not the one that was hashed"),
}


@pytest.mark.parametrize(("body", "hashed", "words"), BODIES.values(), ids=list(BODIES))
def test_what_was_done_to_a_body_is_named(body: str, hashed: str, words: str) -> None:
    change = body_change(delivery(body=body, hashed=hashed))
    assert change is not None
    assert words in change.words


def test_a_body_that_is_not_here_is_not_compared() -> None:
    assert body_change(delivery(body=None)) is None


def test_a_path_with_a_secret_in_it_is_verified_and_not_told() -> None:
    url = "https://shop.example/hooks?client_secret=mZ4tQ8vX1nR6kB3wY7sLpg=="
    path = url.removeprefix("https://shop.example")
    request = delivery(url, signature=signed(path), Host="shop.example")
    verdict = verify(request, SECRET)
    assert verdict is not None
    assert verdict.fits
    assert "mZ4tQ8vX" not in repr(request)


def test_an_ordinary_request_is_no_delivery() -> None:
    assert not is_delivery(Request(method="POST", url=URL))
    assert verify(Request(method="POST", url=URL), SECRET) is None
    assert is_delivery(delivery())


def test_a_large_body_takes_no_longer_than_a_second() -> None:
    large = delivery(body=json.dumps(["x" * 100] * 10_000))
    long = delivery("https://a.example/" + "b/" * 100_000)
    began = time.perf_counter()
    body_change(large)
    verify(large, SECRET)
    verify(long, SECRET)
    assert time.perf_counter() - began < 10


def pasted(secret: str, *, path: str = "", host: str = "webhook.site") -> str:
    """Return a delivery and what it is checked with, as somebody pastes them."""
    path = path or URL.removeprefix("https://webhook.site")
    return (
        f"Our shop refuses this:\n\nPOST {path} HTTP/1.1\nHost: {host}\n"
        f"X-Ms-Date: {DATE}\nX-Ms-Content-Sha256: {HASH}\n"
        "Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&"
        f"Signature={SIGNATURE}\n\n{BODY}\n\n{secret}\n"
    )


def told(text: str) -> list[tuple[str, str]]:
    ranked = diagnose(read_paste(text)).ranked
    return [(check.id, str(finding.message)) for check, finding in ranked]


NAMED = ("Webhook secret:", "secret:", "webhookSecret =", "VIPPS_WEBHOOK_SECRET=")


@pytest.mark.parametrize("name", [*NAMED, "Hemmelighet for webhooks:"])
def test_the_secret_pasted_beside_a_delivery_is_what_it_is_checked_with(
    name: str,
) -> None:
    ((check, right),) = told(pasted(f"{name} {SECRET}"))
    assert check == "webhook-signature-mismatch"
    assert right.startswith("Signature and body are right for this secret")
    ((_, wrong),) = told(pasted(f"{name} 090a478d-37ff-4e77-970e-d457aeb26a3a"))
    assert wrong.startswith("The signature was not made with this secret")


def test_each_part_that_was_changed_on_the_way_is_named() -> None:
    behind = "10.0.0.7\nX-Forwarded-Host: webhook.site"
    ((_, host),) = told(pasted(f"secret: {SECRET}", host=behind))
    path = URL.removeprefix("https://webhook.site") + "/"
    ((_, slash),) = told(pasted(f"secret: {SECRET}", path=path))
    assert "Host" in host
    assert "path" in slash


@pytest.mark.parametrize(
    "date", ["Thu, 30 Mar 2023 10:38:32 +0200", "2023-03-30T08:38:32Z"]
)
def test_a_date_that_was_written_in_another_form_is_named(date: str) -> None:
    text = pasted(f"secret: {SECRET}")
    ((_, words),) = told(text.replace(f"X-Ms-Date: {DATE}", f"X-Ms-Date: {date}"))
    assert words == "The header x-ms-date is not the one that was signed."


@pytest.mark.parametrize(
    "date", ["", "soon", "9" * 400, "Thu, 30 Mar 9999999 8:0:0 -1"]
)
def test_what_is_no_date_is_no_reason_to_fall_over(date: str) -> None:
    assert not verify(delivery(date=date), Secret(SECRET)).fits


def test_the_secret_of_a_registration_is_taken_from_its_answer() -> None:
    answer = json.dumps(
        {"id": "090a478d-37ff-4e77-970e-d457aeb26a3a", "secret": SECRET}
    )
    registered = (
        "POST https://api.vipps.no/webhooks/v1/webhooks HTTP/1.1\nAccept: */*\n\n"
        f"HTTP/1.1 201 Created\nContent-Type: application/json\n\n{answer}\n\n"
    )
    found = dict(told(registered + pasted("")))
    words = found["webhook-signature-mismatch"]
    assert words.startswith("Signature and body are right for this secret")


def test_a_secret_that_was_redacted_checks_nothing() -> None:
    text = pasted(f"Webhook secret: {SECRET}")
    shared = redact(text).text
    assert SECRET not in shared
    ((_, words),) = told(shared)
    assert words.startswith("The shop's answer is not shown; with the webhook's secret")
    refused = shared + "\n\nHTTP/1.1 401 Unauthorized\n"
    found = dict(told(refused))["webhook-signature-mismatch"]
    assert found.startswith("The shop refused a signed delivery")


def test_a_signature_that_nothing_is_said_of_may_be_a_webhooks() -> None:
    ((_, words),) = told("2026-11-24 12:00:01 [error] Vipps: invalid signature")
    assert words.endswith("not whether it is a token's or a webhook's.")
    said = "[error] 401: invalid token signature"
    assert ("token-from-other-environment", REFUSED) in told(said)


REFUSED = "The answer refuses the token's issuer or signature."


def test_a_delivery_without_an_answer_was_not_refused() -> None:
    ((check, words),) = told(pasted(""))
    assert check == "webhook-signature-mismatch"
    assert "refused" not in words


@pytest.mark.parametrize(
    "label", ["webhook secret", "Our webhook secret", "- Webhook signing secret"]
)
def test_a_label_of_several_words_names_the_secret_of_a_webhook(label: str) -> None:
    evidence = read_paste(f'body: {{"msn":"384217"}}\n{label}: {SECRET}\n')
    assert evidence.webhook_secret == Secret(SECRET)
    assert evidence.keys is None or evidence.keys.client_secret is None


def test_a_webhook_named_earlier_in_a_sentence_does_not_make_a_secret_its_own() -> None:
    evidence = read_paste(f"Webhooks fail, my client secret: {SECRET}\nmsn: 384217\n")
    assert evidence.webhook_secret is None


def test_what_is_called_a_secret_is_no_webhooks_where_there_is_none() -> None:
    assert read_paste(f"client_id: {GUID}\nsecret: {SECRET}").webhook_secret is None
    assert read_paste(f"client_id: {GUID}\nclient_secret: {SECRET}").keys is not None


def test_a_delivery_is_compared_with_no_call_to_the_api() -> None:
    evidence = read_paste(pasted("").replace("/e2cee29b", "/webhooks/vipps/e2cee29b"))
    (exchange,) = evidence.exchanges
    assert compare(exchange, evidence) is None
