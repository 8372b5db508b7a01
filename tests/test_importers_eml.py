"""A mail that was saved, or whose source was copied, is read as it was meant."""

import base64
import json
import quopri
import time
from email.message import EmailMessage

import pytest

from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.importers import read_paste
from vippsdiag.importers.eml import MOST_PARTS, open_mail
from vippsdiag.redact import redact
from vippsdiag.redact.layers import Layer
from vippsdiag.redact.mail import unpacked
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET, MSN, SUBSCRIPTION_KEY
from vippsdiag.secret import Secret

COMMAND = (
    "curl -X POST 'https://apitest.vipps.no/accesstoken/get' "
    f"-H 'client_id: {CLIENT_ID}' -H 'client_secret: {CLIENT_SECRET}' "
    f"-H 'Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}' "
    f"-H 'Merchant-Serial-Number: {MSN}' -d ''"
)
UNKNOWN = {
    "error": "unauthorized_client",
    "error_description": f"AADSTS700016: Application with identifier '{CLIENT_ID}' was"
    " not found in the directory",
}
ANSWER = (
    "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n"
    f"{json.dumps(UNKNOWN)}"
)
BODY = (
    f"Hei, vi f\u00e5r feil n\u00e5r vi pr\u00f8ver:\n\n{COMMAND}\n\n{ANSWER}\n\n"
    "Mvh \u00d8yvind\n"
)
PAGE = "<html><head><style>p {a: b}</style></head><body>" + "".join(
    f"<p>{line.replace('<', '&lt;')}</p>" for line in BODY.splitlines()
)
HEAD = "From: a@example.com\nSubject: =?utf-8?q?N=C3=B8kler?=\nMIME-Version: 1.0\n"
QUOTED = quopri.encodestring(BODY.encode()).decode()
BASE64 = base64.encodebytes(BODY.encode()).decode()


def of_library(cte: str, *, page: bool = False, charset: str = "utf-8") -> str:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.com", "N\u00f8kler"
    if not page:
        message.set_content(BODY, cte=cte, charset=charset)
        message.add_alternative(PAGE, subtype="html", cte=cte)
    else:
        message.set_content(PAGE, subtype="html", cte=cte, charset=charset)
    return message.as_string()


IN_BASE64 = f"{HEAD}Content-Transfer-Encoding: base64\n\n{BASE64}"
PRINTABLE = f"{HEAD}Content-Transfer-Encoding: quoted-printable\n\n{QUOTED}"
MAILS = {
    "quoted-printable": PRINTABLE,
    "base64": IN_BASE64,
    "crlf": IN_BASE64.replace("\n", "\r\n"),
    "alternative": of_library("quoted-printable"),
    "alternative-base64": of_library("base64"),
    "latin": of_library("quoted-printable", charset="iso-8859-1"),
    "page-alone": of_library("quoted-printable", page=True),
    "body-alone": QUOTED,
    "unknown-charset": f"{HEAD}Content-Type: text/plain; charset=x-none\n"
    f"Content-Transfer-Encoding: base64\n\n{BASE64}",
}


def sent(evidence: Evidence) -> dict[str, str]:
    (request,) = (one.request for one in evidence.exchanges if one.request)
    return {name.lower(): value for name, value in request.headers}


def causes(text: str) -> list[str]:
    return [check.id for check, _ in diagnose(read_paste(text)).ranked]


@pytest.mark.parametrize("text", MAILS.values(), ids=MAILS)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_mail_says_what_its_text_says(text: str, encoded: bool) -> None:
    evidence = read_paste(text.encode() if encoded else text)
    assert sent(evidence) == sent(read_paste(BODY))
    assert diagnose(evidence).ranked[0][0].id == "client-id-unknown"


@pytest.mark.parametrize("text", MAILS.values(), ids=MAILS)
def test_a_redacted_mail_has_the_same_cause_and_no_key(text: str) -> None:
    shared = redact(text).text
    mail = open_mail(shared)
    assert mail is not None
    assert CLIENT_ID in mail.text
    assert CLIENT_SECRET not in mail.text
    assert SUBSCRIPTION_KEY not in mail.text
    assert causes(shared) == causes(text)
    assert redact(shared).text == shared


def test_lines_that_cannot_be_packed_again_keep_nothing() -> None:
    page = Layer(BASE64)
    layer = unpacked(page)
    assert layer is not None
    # Letters of more bytes than those in whose place they stand.
    layer.put(layer.text.index(CLIENT_SECRET), "\u3042" * 3)
    layer.carry()
    assert set(page.result) == {"A", "\n"}
    assert len(page.result) == len(BASE64)


@pytest.mark.parametrize(
    "page",
    [
        f"<body><header>{COMMAND}</header></body>",
        f"<head><title>a</title></head>\u0130<p>{COMMAND}</p>",
        f"<style>p {{a: b}}</style><p>{COMMAND}</p>",
        f"<style>p<p>{COMMAND}</p>",
    ],
)
def test_nothing_of_a_page_is_lost(page: str) -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content(page, subtype="html", cte="base64")
    assert sent(read_paste(message.as_string())) == sent(read_paste(COMMAND))


def test_what_is_attached_is_read_or_named() -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content("Se vedlegg", cte="base64")
    log = {"log": {"version": "1.2", "entries": []}}
    entry = {
        "request": {"method": "GET", "url": "https://api.vipps.no/x", "headers": []}
    }
    log["log"]["entries"] = [entry | {"response": {"status": 401, "headers": []}}]
    message.add_attachment(
        json.dumps(log).encode(), "application", "json", filename="a.har"
    )
    message.add_attachment(b"\x89PNG\r\n\x1a\n\0\0", "image", "png", filename="b.png")
    evidence = read_paste(message.as_string())
    assert [one.response.status for one in evidence.exchanges if one.response] == [401]
    assert any("image/png" in piece for piece in evidence.unused)


def test_parts_that_are_too_many_are_named() -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content(BODY, cte="base64")
    for _ in range(MOST_PARTS):
        message.add_attachment("a", filename="a.txt")
    evidence = read_paste(message.as_string())
    assert any(str(MOST_PARTS) in piece for piece in evidence.unused)
    assert sent(evidence) == sent(read_paste(BODY))


def test_what_is_not_encoded_stands_beside_what_is() -> None:
    text = (
        f'{HEAD}Content-Type: multipart/mixed; boundary="x"\n\n--x\n'
        f"Content-Type: text/plain; charset=utf-8\n\n\u201cHei\u201d \u00e6\n--x\n"
        "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
        f"{BASE64}\n--x--"
    )
    mail = open_mail(text)
    assert mail is not None
    assert mail.text.startswith("N\u00f8kler\n\n\u201cHei\u201d \u00e6")
    assert sent(read_paste(text)) == sent(read_paste(BODY))


def test_a_text_that_is_none_hides_no_other() -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content("GIF8" + "a" * 90, cte="base64")
    message.add_attachment(BODY, filename="a.txt", cte="base64")
    assert sent(read_paste(message.as_string())) == sent(read_paste(BODY))


@pytest.mark.parametrize(
    "text",
    [
        COMMAND,
        ANSWER,
        BODY,
        f"{COMMAND}\n-d 'a=3Db'",
        "VIPPS_CLIENT_SECRET=3Dabc\nKEY=\n",
        f"Content-Type: text/plain\nSubject: a\n\n{BODY}",
        f"POST /x HTTP/1.1\nHost: a\nContent-Transfer-Encoding: base64\n\n{BASE64}",
    ],
)
def test_another_text_is_no_mail(text: str) -> None:
    assert open_mail(text) is None


HOSTILE = {
    "headers": "From: a\n",
    "long-header": "From: a\n" + " a" * 400_000 + "\n",
    "boundaries": 'Content-Type: multipart/mixed; boundary="a"\n\n--a\n',
    "opened": "<style><script><p",
    "tags": "<br>",
    "soft": "a" * 70 + "=\n",
    "signs": "=3D",
    "parts": "--x\nContent-Type: text/html\n\n<p>\n",
}


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_mail_is_read_in_a_moment(piece: str) -> None:
    head = (
        "From: a\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\n'
        "Content-Transfer-Encoding: base64\nContent-Type: text/html\n\n"
    )
    many = HOSTILE[piece] * (600_000 // len(HOSTILE[piece]) + 1)
    for text in (many, head + many):
        start = time.process_time()
        open_mail(text)
        assert time.process_time() - start < 9


def part(said: str, encoding: str) -> str:
    """Return a part of a mail, without the line before it."""
    raw = said.encode()
    written = (
        base64.encodebytes(raw) if encoding == "base64" else quopri.encodestring(raw)
    )
    kind = "Content-Type: text/plain; charset=utf-8\n"
    return f"{kind}Content-Transfer-Encoding: {encoding}\n\n{written.decode()}"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("before", ["", "--=_a1\n"], ids=["head", "boundary"])
@pytest.mark.parametrize("behind", ["", "\n--=_a1--\n"], ids=["open", "closed"])
def test_a_mail_that_was_copied_from_a_part_on_is_read_as_it_was_meant(
    encoding: str, before: str, behind: str
) -> None:
    said = f"Nøklene våre:\nclient_id: {CLIENT_ID}\nclient_secret: {CLIENT_SECRET}\n"
    evidence = read_paste(before + part(said, encoding) + behind)
    assert evidence.keys
    assert evidence.keys.client_id == CLIENT_ID
    assert isinstance(evidence.keys.client_secret, Secret)
    assert evidence.keys.client_secret.reveal() == CLIENT_SECRET


def test_what_stands_behind_a_part_without_a_head_is_named() -> None:
    said = part(f"client_id: {CLIENT_ID}\n", "base64")
    picture = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw==\n"
    evidence = read_paste(f"{said}\n--=_a1\n{picture}\n--=_a1--\n")
    assert evidence.keys
    assert any("image/png" in one for one in evidence.unused)
