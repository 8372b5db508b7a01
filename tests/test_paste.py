"""A paste of several things: every piece is found, named, and put together."""

import json
import time

import pytest

from vippsdiag.check import Confidence
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.importers import read_paste
from vippsdiag.keys import KeyKind
from vippsdiag.render.highlight import line_of
from vippsdiag.render.view import view
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    MISSING_KEY,
    MSN,
    OTHER_SUBSCRIPTION_KEY,
    SUBSCRIPTION_KEY,
)

COMMAND = f"""\
curl -X POST https://apitest.vipps.no/accesstoken/get \\
  -H 'client_id: {CLIENT_ID}' \\
  -H 'client_secret: {CLIENT_SECRET}' \\
  -H 'Vipps-Subscription-Key: {SUBSCRIPTION_KEY}'"""
ADDRESS = "https://apitest.vipps.no/webhooks/v1/webhooks"
ANSWER = json.dumps({"statusCode": 401, "message": MISSING_KEY})
RAW = f"HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{ANSWER}"
HAR = json.dumps(
    {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "request": {
                        "method": "GET",
                        "url": "https://apitest.vipps.no/webhooks/v1/webhooks",
                        "headers": [],
                    },
                    "response": {"status": 401, "content": {"text": ANSWER}},
                }
            ],
        }
    }
)


def mail(*parts: str) -> Evidence:
    return read_paste("\n\n".join(parts))


def first(evidence: Evidence) -> str:
    return diagnose(evidence).ranked[0][0].id


def test_a_command_and_its_answer_are_one_exchange() -> None:
    evidence = mail("Hi, this does not work:", COMMAND, "We get:", RAW, "Kari")
    (exchange,) = evidence.exchanges
    assert exchange.request is not None
    assert exchange.request.path == "/accesstoken/get"
    assert exchange.status == 401
    assert first(evidence) == "subscription-key-header-name-wrong"


@pytest.mark.parametrize("mark", ["> ", ">> ", "| "], ids=["quoted", "twice", "bar"])
def test_what_a_mail_program_put_before_the_lines_is_no_matter(mark: str) -> None:
    quoted = "\n".join(mark + line for line in COMMAND.split("\n"))
    evidence = mail("Hello", quoted)
    assert len(evidence.exchanges) == 1
    assert evidence.exchanges[0].request is not None


def test_every_piece_is_named_with_its_lines() -> None:
    evidence = mail("Hi,", COMMAND, f"MSN: {MSN}", "Bye")
    words = [excerpt.words for excerpt in evidence.excerpts]
    assert words[0] == "lines 3 to 6: a cURL command"
    assert words[1] == "line 8: keys"
    assert "line 1: text" in evidence.unused
    assert "line 10: text" in evidence.unused


def test_what_was_not_used_is_named_in_the_order_of_the_lines() -> None:
    evidence = mail("Hi,\nour colour: green\nbye,\nShop no: none", COMMAND)
    numbers = [int(said.split()[1].rstrip(":")) for said in evidence.unused]
    assert len(numbers) > 1
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("blank", ["", "\n"], ids=["glued", "apart"])
@pytest.mark.parametrize("body", ['{"a": "4.5"}', '[\n  {"a": 1}\n]'], ids=["{", "["])
def test_a_body_may_stand_directly_below_the_headers(blank: str, body: str) -> None:
    sent = f"POST {ADDRESS}\nAuthorization: Bearer x\n{blank}{body}"
    (exchange,) = mail(f"{sent}\n\n{RAW.replace(chr(10) * 2, chr(10))}").exchanges
    assert exchange.request is not None
    assert str(exchange.request.body) == body
    assert exchange.response is not None
    assert exchange.response.text == ANSWER


@pytest.mark.parametrize("answer", [ANSWER, json.dumps(json.loads(ANSWER), indent=2)])
def test_an_error_of_windows_powershell_is_the_answer_to_its_command(
    answer: str,
) -> None:
    sent = f'$r = Invoke-RestMethod -Uri "{ADDRESS}" -Headers $headers'
    record = (
        f"Invoke-RestMethod : {answer}\nAt C:\\shop\\a.ps1:8 char:13\n+ {sent}\n+  ~~~"
    )
    first, second = mail(record, record.replace("v1", "v2")).exchanges
    for exchange in (first, second):
        assert exchange.request is not None
        assert exchange.status == 401
    assert first.request
    assert str(first.request.url) == ADDRESS


def test_keys_around_a_command_are_read_too() -> None:
    evidence = mail(COMMAND, f"MSN: {MSN}\nSecondary key: {OTHER_SUBSCRIPTION_KEY}")
    assert evidence.keys is not None
    assert evidence.keys.msn == MSN
    assert evidence.keys.secondary_subscription_key is not None
    assert evidence.keys.client_secret is None


def test_a_har_in_the_middle_of_a_text_is_read() -> None:
    evidence = mail("Here is the HAR:", HAR, f"and our MSN: {MSN}")
    (exchange,) = evidence.exchanges
    assert exchange.status == 401
    assert evidence.keys is not None
    assert "a HAR" in [excerpt.kind for excerpt in evidence.excerpts]


def test_words_that_only_mention_the_status_are_no_call_of_their_own() -> None:
    evidence = mail("We get a 401 when we call this:", COMMAND, RAW)
    assert len(evidence.exchanges) == 1


def test_what_curl_says_of_its_own_call_is_the_same_call() -> None:
    trace = (
        "> POST /accesstoken/get HTTP/1.1\n> Host: apitest.vipps.no\n> Accept: */*\n>\n"
        f"< HTTP/1.1 401 Unauthorized\n<\n{ANSWER}"
    )
    (exchange,) = mail(COMMAND, trace).exchanges
    assert exchange.status == 401


def test_two_commands_are_two_calls() -> None:
    second = "curl https://apitest.vipps.no/webhooks/v1/webhooks -H 'Accept: x'"
    evidence = mail(COMMAND, RAW, second, "HTTP/1.1 403 Forbidden\n\n")
    assert [exchange.status for exchange in evidence.exchanges] == [401, 403]


def test_two_commands_for_one_address_are_two_calls() -> None:
    one, two = (f"curl -H 'System-Name: {name}' {ADDRESS}" for name in ("one", "two"))
    calls = read_paste(f"{one}\n{two}\n").exchanges
    names = [call.request.headers.get("System-Name") for call in calls if call.request]
    assert names == ["one", "two"]


def test_the_text_is_kept_with_its_secrets_masked() -> None:
    evidence = mail("Hi,", COMMAND, RAW)
    assert evidence.text is not None
    assert "curl -X POST" in evidence.text
    for secret in (CLIENT_SECRET, SUBSCRIPTION_KEY):
        assert secret not in evidence.text
        assert secret not in repr(evidence)


def test_a_finding_names_the_line_that_it_rests_on() -> None:
    evidence = mail("Hi,", COMMAND, RAW)
    report = diagnose(evidence)
    _, finding = report.ranked[0]
    assert line_of(report, finding.place) == 6
    assert view(report).rows[0].place.endswith("line 6")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"x\nclient_id: {CLIENT_ID[:-1]}o\n", 2),
        (f"client_id: {CLIENT_ID}\n\nmsn: 12\nclient_secret: {CLIENT_SECRET}", 3),
        ("one\ntwo\n" + ANSWER, 3),
    ],
    ids=["guid", "number", "answer"],
)
def test_the_line_is_found_for_keys_and_answers(text: str, line: int) -> None:
    report = diagnose(read_paste(text))
    found = {line_of(report, finding.place) for _, finding in report.ranked}
    assert line in found


@pytest.mark.parametrize(
    "text", ["", " \n ", "Hello, how are you?"], ids=["empty", "blank", "prose"]
)
def test_a_text_with_nothing_in_it_is_said_to_be_so(text: str) -> None:
    with pytest.raises(UnreadablePaste) as caught:
        read_paste(text)
    assert str(caught.value).endswith(".")


def test_an_answer_in_words_leaves_its_command_what_it_sends() -> None:
    address = "https://apitest.vipps.no/accesstoken/get"
    command = f"curl -X POST {address} -H 'client_id: {CLIENT_ID}'"
    text = f"We ran `{command}` and got 401"
    (exchange,) = read_paste(text).exchanges
    assert exchange.status == 401
    assert exchange.request is not None
    assert exchange.request.headers.get("client_id") == CLIENT_ID


CODE = f"""Our code:

headers = {{
    "client_id": "{CLIENT_ID}",
    "client_secret": os.environ["SECRET"],
    "Ocp-Apim-Subscription-Key": KEY,
}}
r = requests.post("https://apitest.vipps.no/accesstoken/get", headers=headers)

and the answer:

HTTP/1.1 401 Unauthorized

{{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid secret."}}
"""


def test_what_a_program_names_is_there_and_not_known() -> None:
    evidence = read_paste(CODE)
    (exchange,) = evidence.exchanges
    assert exchange.request
    assert exchange.status == 401
    assert {name for name, _ in exchange.request.headers} == {
        "client_id",
        "client_secret",
        "Ocp-Apim-Subscription-Key",
    }
    assert evidence.keys
    assert [name.value for name, _ in evidence.keys.values()] == ["client_id"]
    found = [check.id for check, _ in diagnose(evidence).ranked]
    assert found[0] == "client-secret-wrong"
    assert "template-variable-not-substituted" not in found


def test_a_program_whose_headers_are_not_told_is_no_request() -> None:
    text = CODE.replace("headers=headers", "headers=vipps_headers()")
    (exchange,) = read_paste(text).exchanges
    assert exchange.request is None


@pytest.mark.parametrize(
    ("command", "sure"),
    [
        ("curl -H 'client_id: {{client_id}}'", Confidence.CERTAIN),
        ('curl -H "client_id: $CLIENT_ID"', Confidence.LIKELY),
        ('curl -H "client_id: ${CLIENT_ID}"', Confidence.LIKELY),
    ],
    ids=["template", "variable", "variable-in-braces"],
)
def test_a_shell_may_have_had_a_value_for_its_variable(
    command: str, sure: Confidence
) -> None:
    text = f"{command} -X POST https://apitest.vipps.no/accesstoken/get"
    ranked = diagnose(read_paste(text)).ranked
    told = {f.confidence for c, f in ranked if c.id.startswith("template-variable")}
    assert told == {sure}


def test_keys_in_json_beside_an_answer_are_read() -> None:
    keys = {"client_id": CLIENT_ID, "subscription_key": SUBSCRIPTION_KEY}
    failed = {"errorCode": "35", "errorMessage": "Requested Order not found"}
    evidence = read_paste(json.dumps({"config": keys, "lastError": failed}))
    assert evidence.keys is not None
    assert evidence.keys.client_id == CLIENT_ID


def test_keys_beside_an_address_are_keys_and_no_call() -> None:
    keys = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    address = {"url": "https://apitest.vipps.no/accesstoken/get"}
    evidence = read_paste(json.dumps(address | keys))
    assert evidence.keys is not None
    assert evidence.keys.client_id == CLIENT_ID
    assert evidence.context.environment is Environment.TEST
    assert not evidence.exchanges


def test_words_above_an_answer_name_its_call_before_those_below() -> None:
    above = "POST https://apitest.vipps.no/epayment/v1/payments is answered with"
    below = "and POST https://apitest.vipps.no/accesstoken/get works."
    for text in (mail(above, RAW, below), mail(RAW, above)):
        (exchange,) = text.exchanges
        assert exchange.request is not None
        assert exchange.request.path == "/epayment/v1/payments"


def test_a_short_state_is_not_blamed_where_login_failed_for_the_client() -> None:
    state = "https://api.vipps.no/access-management-1.0/access/oauth2/auth?state=abc"
    evidence = mail(f"GET {state}", "ERROR login failed: invalid_client")
    found = {one.id: said.confidence for one, said in diagnose(evidence).ranked}
    assert found["login-state-length"] is Confidence.POSSIBLE


TOKEN = "https://apitest.vipps.no/accesstoken/get"
PROGRAM = f"""\
try:
    r = requests.post("{TOKEN}", headers={{"client_id": "{CLIENT_ID}"}})
except requests.Timeout:
    return JsonResponse({{"error": "x"}}, status=500)
"""
ROUTE = f"""\
const r = await fetch('{TOKEN}', {{headers: {{client_id: '{CLIENT_ID}'}}}});
if (!r.ok) {{ return NextResponse.json({{error: 'x'}}, {{status: 502}}); }}
res.status(500).json({{error: 'y'}})
"""


@pytest.mark.parametrize("program", [PROGRAM, ROUTE], ids=["python", "javascript"])
def test_what_a_program_says_to_its_own_callers_is_no_answer(program: str) -> None:
    (exchange,) = read_paste(program).exchanges
    assert exchange.request is not None
    assert exchange.response is None
    assert exchange.failure is None


def test_words_of_a_log_that_read_like_a_statement_are_read() -> None:
    for words in ("return (none)", "<script>a();return b(1)"):
        line = json.dumps({"url": ADDRESS, "msg": words, "status": 401})
        (exchange,) = read_paste(line).exchanges
        assert exchange.status == 401


@pytest.mark.parametrize("piece", [";return(", "{return (;", ") throw ;("])
def test_a_long_line_like_a_program_takes_a_time_that_grows_with_it(piece: str) -> None:
    text = f"status 401\n{piece * (7_000 // len(piece))} x\n" * 20
    start = time.process_time()
    read_paste(text)
    assert time.process_time() - start < 2


def test_a_key_that_stands_in_two_calls_is_one_key() -> None:
    line = f"const a = {{\n 'Ocp-Apim-Subscription-Key': '{SUBSCRIPTION_KEY}'}};\n"
    keys = read_paste(line + line.replace("{\n", "{")).keys
    assert keys is not None
    assert keys.secondary_subscription_key is None


def test_an_answer_is_that_of_the_address_right_above_it() -> None:
    worked = "We GET https://apitest.vipps.no/epayment/v1/payments/a and that works."
    failed = "But https://apitest.vipps.no/recurring/v3/agreements gives"
    answer = json.dumps({"status": 403, "title": "Forbidden"})
    (exchange,) = read_paste(f"{worked}\n{failed}\n{answer}").exchanges
    assert exchange.request is not None
    assert exchange.request.path == "/recurring/v3/agreements"


HEADERS = f"{{'client_id': '{CLIENT_ID}', 'client_secret': '$secret'}}"
DART = f"final res = await http.post(Uri.parse('{TOKEN}'), headers: {HEADERS});"
JAVASCRIPT = f"const res = await fetch('{TOKEN}', {{headers: {HEADERS}}});"


@pytest.mark.parametrize(
    ("program", "blamed"),
    [(DART, False), (JAVASCRIPT, True)],
    ids=["dart", "javascript"],
)
def test_a_name_in_a_string_is_a_value_in_the_languages_that_fill_it_in(
    program: str, blamed: bool
) -> None:
    named = {check.id for check, _ in diagnose(read_paste(program)).ranked}
    assert ("template-variable-not-substituted" in named) is blamed


def test_an_error_of_the_shop_in_an_address_is_no_answer_of_login() -> None:
    line = '10.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET {} HTTP/1.1" 500 0 "-" "x"'
    shop = line.format("/pay/vipps?error=out_of_stock&state=cart")
    login = line.format("/pay/vipps?error=access_denied&state=abcdefgh")
    first, second = read_paste(f"{shop}\n{login}").exchanges
    assert (first.status, second.status) == (500, None)
    assert second.text == '{"error": "access_denied"}'


def test_an_address_far_below_an_answer_is_not_that_of_its_call() -> None:
    below = "\n" * 9 + "And this is another thing: https://api.vipps.no/webhooks/v1/x"
    (exchange,) = read_paste(RAW + below).exchanges
    assert exchange.request is None


def test_an_address_that_begins_a_login_is_a_call_and_takes_no_other_answer() -> None:
    login = "https://api.vipps.no/access-management-1.0/access/oauth2"
    begun = f"{login}/auth?client_id={CLIENT_ID}&redirect_uri=https%3A%2F%2Fa.no%2Fb"
    sent = f"curl -X POST {login}/token -d 'code=c&redirect_uri=https://a.no/b/'"
    refused = 'HTTP/1.1 400 Bad Request\n\n{"error": "invalid_grant"}'
    evidence = mail(begun, sent, refused)
    first, second = evidence.exchanges
    assert first.request is not None
    assert (first.request.method, first.response) == ("GET", None)
    assert (second.status, second.request and second.request.method) == (400, "POST")
    messages = [str(said.message) for _, said in diagnose(evidence).ranked]
    assert any("one of them has a slash at the end" in words for words in messages)
    assert not mail(f'open("{begun}")').exchanges


def test_an_answer_below_a_command_is_not_that_of_a_program_further_above() -> None:
    program = f"""\
const response = await fetch("{ADDRESS}", {{
  method: "POST",
  headers: {{ "Merchant-Serial-Number": "{MSN}" }},
}});
"""
    command = f"curl -X POST {ADDRESS} -H 'client_id: {CLIENT_ID}'"
    above, below = mail(program, command, "HTTP Error 401: no key").exchanges
    assert above.response is None
    assert below.status == 401
    assert below.request is not None
    assert below.request.headers.get("client_id") == CLIENT_ID


def test_a_failure_below_a_program_is_of_its_call_and_of_no_address_in_a_comment() -> (
    None
):
    program = f"""\
// src/vipps.ts, which runs at https://app.example.no
const response = await fetch("{ADDRESS}", {{
  method: "POST",
  headers: {{ "Merchant-Serial-Number": "{MSN}" }},
}});
"""
    failed = "TypeError: NetworkError when attempting to fetch resource."
    (exchange,) = mail(program, failed).exchanges
    assert exchange.request is not None
    assert exchange.request.url == ADDRESS
    assert exchange.failure is not None


HAVE = {
    "english": ("we received our partner keys last week.", KeyKind.PARTNER),
    "wrapped": ("Hello,\nthese are the\naccounting keys of Acme", KeyKind.ACCOUNTING),
    "norwegian": ("Vi har fått regnskapsnøkler: to verdier", KeyKind.ACCOUNTING),
    "danish": ("Vores partnernøgler virker ikke", KeyKind.PARTNER),
    "swedish": ("Jag använder våra partnernycklar", KeyKind.PARTNER),
    "finnish": ("Saimme kumppanilta partner-avaimet", KeyKind.PARTNER),
    "question": ("Do our partner keys work in test?", None),
    "wish": ("We want to order partner keys.", None),
    "denied": ("We do not use partner keys.", None),
    "condition": ("If we had partner keys, would it work", None),
    "instead": ("Vi bruker testnøkler i stedet, ikke våre partnernøkler", None),
    "elsewhere": ("We have partner keys in production.", None),
    "before": ("Our partner keys worked earlier", None),
    "two": ("We have partner keys.\n\nOur accounting keys are there, too.", None),
    "of-others": ("Partner keys are for partners.", None),
    "no-keys": ("Our partner client calls us", None),
}


@pytest.mark.parametrize(("words", "kind"), HAVE.values(), ids=HAVE)
def test_the_kind_of_keys_is_what_a_person_says_to_have(
    words: str, kind: KeyKind | None
) -> None:
    command = f"curl -X POST {TOKEN} -H 'client_id: {CLIENT_ID}'"
    assert mail(words, command).context.kind is kind


def test_a_limit_of_time_in_a_program_is_no_failure() -> None:
    program = f"""\
var request = URLRequest(url: URL(string: "{TOKEN}")!,timeoutInterval: Double.infinity)
request.addValue("{CLIENT_ID}", forHTTPHeaderField: "client_id")
request.httpMethod = "POST"
let task = URLSession.shared.dataTask(with: request)
"""
    (exchange,) = read_paste(program).exchanges
    assert exchange.request is not None
    assert exchange.failure is None


def test_what_login_said_below_the_address_that_began_it_is_read() -> None:
    begun = "https://api.vipps.no/access-management-1.0/access/oauth2/auth?state=abc"
    found = {
        item.id: said.confidence
        for item, said in diagnose(
            mail("The address is:", begun, "invalid_scope")
        ).ranked
    }
    assert found["scope-invalid"] is Confidence.CERTAIN
    assert found["login-state-length"] is Confidence.POSSIBLE


def test_an_error_of_login_without_its_address_is_read() -> None:
    said = "error=invalid_request&error_description=The+%22redirect_uri%22+does+not"
    (exchange,) = mail(f"Login fails with: {said}+match").exchanges
    assert exchange.response is not None
    assert (
        '"redirect_uri" does not match'
        in json.loads(exchange.response.text)["error_description"]
    )
    assert not mail(f"MSN: {MSN}", "see my-error=bad_thing&x=y").exchanges


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("POST https://apitest.vipps.no/accesstoken/get 401", 401),
        ('POST https://apitest.vipps.no/accesstoken/get 401 {"message": "no"}', 401),
        ("we called /accesstoken/get 404\nand it was not there", 404),
        ("POST https://shop.example/vipps/callbacks -> 503 (a new version)", 503),
        ("GET https://apitest.vipps.no/accesstoken/get 200 and/or 404", None),
        ("we called /orders/all 404 (of 500)", None),
        ("Error: room a/b 404", None),
    ],
)
def test_a_number_right_behind_an_address_is_its_status(
    text: str, status: int | None
) -> None:
    try:
        found = [one.status for one in read_paste(text).exchanges]
    except UnreadablePaste:
        found = []
    assert found == ([status] if status else [])


def test_a_message_is_not_lost_beside_a_status_that_its_logger_adds() -> None:
    words = "Access denied due to invalid subscription key."
    line = f'[2026-11-20T10:01:02+00:00] vipps.ERROR: {words} {{"statusCode": 401}} []'
    (exchange,) = mail(line).exchanges
    assert exchange.response is not None
    assert exchange.status == 401
    assert words.rstrip(".") in exchange.response.text
    (bare,) = mail('answered with {"statusCode": 401} today').exchanges
    assert bare.status == 401


def test_a_status_that_is_named_twice_is_told_once() -> None:
    first, again = "On Monday we got HTTP 401.", "\n\n\nToday, it is error 401 again."
    (exchange,) = mail(first, again).exchanges
    assert exchange.status == 401
    (exchange,) = mail(first, COMMAND, again).exchanges
    assert exchange.request
    assert exchange.status == 401
    one, other = mail(COMMAND, again, COMMAND.replace("POST", "PUT"), again).exchanges
    assert one.status == other.status == 401
    assert one.request
    assert other.request
    (exchange,) = mail(first, COMMAND, again, RAW).exchanges
    assert exchange.text == ANSWER
