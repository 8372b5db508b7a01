"""Deliveries of webhooks of which a program printed headers and body alone."""

import json

import pytest

from vippsdiag.check import Confidence
from vippsdiag.diagnosis import diagnose
from vippsdiag.exchange import Request
from vippsdiag.importers.paste import read_paste
from vippsdiag.redact import redact
from vippsdiag.samples import WEBHOOK_BODY, WEBHOOK_SECRET
from vippsdiag.secret import Secret
from vippsdiag.webhooks import content_hash, sign, verify

DATE, HOST, PATH = "Tue, 24 Nov 2026 12:00:00 GMT", "shop.example", "/hooks/vipps"
HASH = content_hash(WEBHOOK_BODY)
AUTHORIZATION = (
    "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="
    + sign(WEBHOOK_SECRET, path=PATH, date=DATE, host=HOST, body_hash=HASH)
)
EXPRESS = f"""headers: {{
  host: '{HOST}',
  'x-ms-date': '{DATE}',
  'x-ms-content-sha256': '{HASH}',
  authorization: '{AUTHORIZATION}',
  'content-type': 'application/json'
}}
body: {WEBHOOK_BODY}
"""
PRINTED = {
    "Express": f"url: '{PATH}'\n{EXPRESS}",
    "Flask": f"path={PATH} headers: {{'Host': '{HOST}', 'X-Ms-Date': '{DATE}', "
    f"'X-Ms-Content-Sha256': '{HASH}', 'Authorization': '{AUTHORIZATION}'}}\n"
    f"body: b'{WEBHOOK_BODY}'\n",
    "Django": f"{{'HTTP_HOST': '{HOST}', 'HTTP_X_MS_DATE': '{DATE}', "
    f"'HTTP_X_MS_CONTENT_SHA256': '{HASH}', 'HTTP_AUTHORIZATION': '{AUTHORIZATION}', "
    f"'PATH_INFO': '{PATH}'}}\n{WEBHOOK_BODY}\n",
    "Go": f"URI: {PATH}\nHost: {HOST}\nmap[Authorization:[{AUTHORIZATION}] "
    f"X-Ms-Content-Sha256:[{HASH}] X-Ms-Date:[{DATE}]]\n{WEBHOOK_BODY}\n",
    "PHP": f"Array\n(\n    [Host] => {HOST}\n    [X-Ms-Date] => {DATE}\n"
    f"    [X-Ms-Content-Sha256] => {HASH}\n    [Authorization] => {AUTHORIZATION}\n)\n"
    f"{WEBHOOK_BODY}\n[REQUEST_URI] => {PATH}\n",
    "Laravel": f'"host" => array:1 [\n    0 => "{HOST}"\n  ]\n'
    f'  "x-ms-date" => array:1 [\n    0 => "{DATE}"\n  ]\n'
    f'  "x-ms-content-sha256" => array:1 [\n    0 => "{HASH}"\n  ]\n'
    f'  "authorization" => array:1 [\n    0 => "{AUTHORIZATION}"\n  ]\n'
    f"{WEBHOOK_BODY}\nregistered: https://{HOST}{PATH}.\n",
    "Spring": f'payload: {WEBHOOK_BODY}\n[host:"{HOST}", x-ms-date:"{DATE}", '
    f'x-ms-content-sha256:"{HASH}", authorization:"{AUTHORIZATION}"]\nPOST {PATH}\n',
    "Rack": f'{{"HTTP_HOST"=>"{HOST}", "HTTP_X_MS_DATE"=>"{DATE}", '
    f'"HTTP_X_MS_CONTENT_SHA256"=>"{HASH}", "HTTP_AUTHORIZATION"=>"{AUTHORIZATION}", '
    f'"REQUEST_URI"=>"{PATH}"}}\nbody: {WEBHOOK_BODY}\n',
    "a function": json.dumps(
        {
            "headers": {
                "Host": HOST,
                "x-ms-date": DATE,
                "x-ms-content-sha256": HASH,
                "Authorization": AUTHORIZATION,
                "X-Original-URI": PATH,
            },
            "body": WEBHOOK_BODY,
        },
        indent=2,
    ),
}
PRINTED["a pretty body"] = PRINTED["Express"].replace(
    WEBHOOK_BODY, json.dumps(json.loads(WEBHOOK_BODY), indent=4)
)


def delivered(text: str) -> Request:
    """Return the one request that a text has."""
    (exchange,) = read_paste(text).exchanges
    assert exchange.request
    return exchange.request


def told(text: str) -> list[str]:
    """Return what is said of the signature."""
    ranked = diagnose(read_paste(text)).ranked
    return [one[1].message for one in ranked if one[0].id.startswith("webhook-sign")]


@pytest.mark.parametrize("name", PRINTED)
def test_headers_and_body_are_a_delivery_however_they_are_printed(name: str) -> None:
    request = delivered(PRINTED[name])
    assert str(request.url) == f"https://{HOST}{PATH}"
    verdict = verify(request, WEBHOOK_SECRET)
    assert verdict
    assert verdict.fits
    assert request.body is not None
    assert content_hash(request.body) == HASH


@pytest.mark.parametrize("name", PRINTED)
def test_each_part_that_was_changed_is_named(name: str) -> None:
    text = PRINTED[name] + f"\nwebhook secret: {WEBHOOK_SECRET}\n"
    assert told(text)[0].startswith("Signature and body are right")
    slash = text.replace(PATH, PATH + "/")
    assert told(slash) == ["A slash was added to the end of the path."]
    assert "another registration" in told(text.replace("5b0e7f4c", "5b0e7f4d"))[0]


@pytest.mark.parametrize("name", sorted(PRINTED.keys() - {"a pretty body"}))
def test_a_body_that_was_changed_is_named(name: str) -> None:
    text = PRINTED[name].replace("12345", "12346")
    assert told(text)[0] == "The body is not the one that was hashed and signed."


def test_a_body_over_several_lines_is_not_what_was_sent() -> None:
    text = PRINTED["a pretty body"].replace("12345", "12346")
    assert delivered(text).body is None


def test_a_delivery_that_is_right_and_that_nobody_refused_is_no_likely_cause() -> None:
    text = f"{PRINTED['Express']}\nsecret: {WEBHOOK_SECRET}\n"
    assert diagnose(read_paste(text)).ranked[0][1].confidence is Confidence.POSSIBLE
    refused = diagnose(read_paste(f"{text}We answer HTTP 401 Unauthorized\n")).ranked
    assert refused[0][1].confidence is Confidence.LIKELY


def test_without_a_path_nothing_is_said_of_the_secret() -> None:
    text = EXPRESS + f"webhook secret: {WEBHOOK_SECRET}\n"
    assert str(delivered(text).url) == f"https://{HOST}"
    (words,) = told(text)
    assert words.startswith("Where the webhook was sent is not shown")


def test_the_address_that_was_registered_shows_a_host_that_was_changed() -> None:
    text = EXPRESS.replace(f"host: '{HOST}'", "host: 'localhost:3000'")
    text += f"registered https://{HOST}{PATH}\nwebhook secret: {WEBHOOK_SECRET}\n"
    assert told(text) == [
        "The Host header was changed on the way; shop.example was signed."
    ]


def test_a_body_that_nobody_could_write_anew_is_read_as_it_is() -> None:
    deep = '{"msn":' * 600 + "1" + "}" * 600
    assert delivered(EXPRESS.replace(WEBHOOK_BODY, deep)).body == deep


def test_the_documentations_address_is_no_shops() -> None:
    text = EXPRESS + "https://developer.vippsmobilepay.com/docs/APIs/webhooks-api/\n"
    assert str(delivered(text).url) == f"https://{HOST}"


@pytest.mark.parametrize(
    "words",
    [
        "secret = {}",
        "our secret is {}",
        "Hemmeligheten vår er {}",
        "vores hemmelighed: {}",
        "min hemlighet är {}",
        "salaisuus on {}",
    ],
)
def test_a_secret_beside_a_delivery_is_what_it_is_signed_with(words: str) -> None:
    evidence = read_paste(f"{PRINTED['Express']}\n{words.format(WEBHOOK_SECRET)}\n")
    assert evidence.webhook_secret == Secret(WEBHOOK_SECRET)
    assert evidence.keys is None


def test_several_deliveries_are_told_apart() -> None:
    second = WEBHOOK_BODY.replace("AUTHORIZED", "CAPTURED")
    text = EXPRESS + EXPRESS.replace(WEBHOOK_BODY, second).replace(
        HASH, content_hash(second)
    )
    found = [one.request for one in read_paste(text).exchanges]
    assert [request and request.body for request in found] == [WEBHOOK_BODY, second]


def test_the_answer_below_is_no_body() -> None:
    text = EXPRESS.replace(
        f"body: {WEBHOOK_BODY}", 'HTTP 401 {"error": "bad signature"}'
    )
    (exchange,) = read_paste(text).exchanges
    assert exchange.status == 401
    assert exchange.request
    assert exchange.request.body is None


def test_a_program_that_signs_is_no_delivery() -> None:
    program = """const headers = {
      'x-ms-date': date, 'x-ms-content-sha256': theContentHashOfTheWholeBody,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date&Signature=${signature}`,
    }
    client_id=6d2b1a7c-3f5e-4d8a-9b0c-1e2f3a4b5c6d
    """
    assert read_paste(program).exchanges == ()


def test_nothing_secret_is_shown_and_redaction_leaves_a_delivery() -> None:
    text = PRINTED["Express"]
    assert AUTHORIZATION not in str(read_paste(text).text)
    again = redact(text).text
    assert AUTHORIZATION[-20:] not in again
    assert delivered(again).body == WEBHOOK_BODY
