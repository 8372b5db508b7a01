"""Every exercise fails as told, is diagnosed, and ends when it is mended."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.checks import CHECKS
from vippsdiag.cli import main
from vippsdiag.client import Client
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import Call, Evidence, call_of
from vippsdiag.exchange import Exchange, FailureKind, Headers, Request, Response
from vippsdiag.importers import read_file, read_paste
from vippsdiag.keys import Field
from vippsdiag.render.curl import to_curl
from vippsdiag.render.har import to_har
from vippsdiag.render.http import to_http
from vippsdiag.render.values import revealed
from vippsdiag.samples import (
    MISSING_KEY,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    basic,
    token_call,
)
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import (
    EXERCISES,
    Attempt,
    Exercise,
    Unplayable,
    again,
    classroom,
    flaws,
    from_evidence,
    from_exchange,
    progress,
    start,
)
from vippsdiag.sandbox.exercises.calls import PAYMENT
from vippsdiag.sandbox.exercises.exercise import FIRST_FINDINGS
from vippsdiag.sandbox.exercises.login import NEW_CODE
from vippsdiag.sandbox.exercises.own import Own
from vippsdiag.sandbox.exercises.pages import PAGE, USAGE, exercises_page
from vippsdiag.sandbox.exercises.retold import operation
from vippsdiag.sandbox.exercises.words import sheet
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.sandbox.gateway.received import of_request
from vippsdiag.sandbox.keys.tokens import Mint
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.workshop.progress import MOST_POINTS
from vippsdiag.trials import with_headers

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
every = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda item: item.id)


@pytest.fixture(scope="module", autouse=True)
def _one_signing_key() -> Iterator[None]:
    """Sign everything with one key: to make one takes a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mint, "key", Sandbox().mint.key)
        yield


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOW)


def solve(attempt: Attempt) -> Exchange:
    attempt.exercise.mend(attempt.bench)
    return attempt.call(attempt.exercise.call(attempt.bench))


# What every exercise is like.


def test_there_are_enough_exercises() -> None:
    assert len(EXERCISES) >= 30
    assert len({item.id for item in EXERCISES}) == len(EXERCISES)


@every
def test_the_call_fails_and_the_diagnosis_finds_why(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    assert not attempt.failing.ok
    first = [check.id for check, _ in attempt.diagnosis().ranked[:FIRST_FINDINGS]]
    assert set(first) & set(exercise.causes), first


@every
def test_the_solution_ends_the_exercise(sandbox: Sandbox, exercise: Exercise) -> None:
    attempt = start(exercise.id, sandbox)
    made = solve(attempt)
    assert exercise.works(made), made.text
    checked = attempt.check(made)
    assert checked.solved, checked.words
    assert attempt.progress.solved == sandbox.clock()
    assert attempt.progress.points == MOST_POINTS


@every
def test_the_same_call_once_more_does_not_end_it(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    assert attempt.failing.request
    checked = attempt.check(attempt.call(attempt.failing.request))
    assert not checked.solved
    assert "still" in checked.words or "No answer" in checked.words
    assert attempt.progress.solved is None


@every
def test_the_command_that_is_shown_can_be_pasted(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    made = attempt.paste(attempt.curl)
    assert made.status == attempt.failing.status
    assert made.request
    assert attempt.failing.request
    assert made.request.body == attempt.failing.request.body
    assert not attempt.check(made).solved


@every
def test_another_easier_call_does_not_end_it(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    exercise.mend(attempt.bench)
    bench, mended = attempt.bench, exercise.call(attempt.bench)
    for other in (bench.token_call(bench.stranger), bench.api_call(bench.bare)):
        assert (
            other.url != mended.url
            or other.method != mended.method
            or (other.headers != mended.headers)
        )
        made = attempt.call(other)
        assert made.ok
        checked = attempt.check(made)
        assert not checked.solved
        assert checked.words.endswith(".")


@every
def test_an_answer_from_elsewhere_does_not_count(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    made_up = replace(attempt.failing, response=Response(status=200), failure=None)
    assert not attempt.check(made_up).solved


@every
def test_hints_lead_from_a_nudge_to_what_mends_it(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    assert len(exercise.hints) >= 3
    assert len(set(exercise.hints)) == len(exercise.hints)
    for hint in exercise.hints:
        assert attempt.solution() is None
        assert attempt.hint() == hint
    assert attempt.hint() == exercise.hints[-1]
    assert attempt.solution() is not None
    fixes = {check.id: check.fix for check in CHECKS}
    assert exercise.hints[-1] == fixes[exercise.causes[0]]
    assert attempt.check(solve(attempt)).solved
    assert attempt.progress.points == 0


@every
def test_the_texts_are_plain_and_blame_nobody(exercise: Exercise) -> None:
    texts = (exercise.story, exercise.goal, *exercise.nudges)
    for text in texts:
        assert text.endswith((".", "?")), text
        assert len(text) <= 240, text
        assert "  " not in text
    words = " ".join(texts).lower().split()
    assert not {"forgot", "mistake", "careless", "error", "fault"} & set(words)
    assert not exercise.title.endswith(".")
    assert exercise.source
    assert {*exercise.causes} <= {check.id for check in CHECKS}


@every
def test_an_exercise_can_be_begun_anew(sandbox: Sandbox, exercise: Exercise) -> None:
    start(exercise.id, sandbox)
    again = start(exercise.id, sandbox)
    assert not again.failing.ok
    assert again.check(solve(again)).solved
    assert again.progress.turns == 2


# What is kept, and for whom.


def test_seats_have_keys_of_their_own() -> None:
    sandbox = Sandbox(classroom(3), clock=lambda: NOW)
    attempts = [start("moved-to-production", sandbox, seat) for seat in range(3)]
    numbers = {attempt.keys["Production unit"].msn for attempt in attempts}
    assert len(numbers) == 3
    borrowed = attempts[1].exercise.call(attempts[1].bench)
    checked = attempts[0].check(attempts[0].call(borrowed))
    assert not checked.solved


def test_a_seat_that_the_sandbox_does_not_have_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(VippsdiagError, match="no seat 7"):
        start("moved-to-production", sandbox, seat=7)


def test_an_exercise_that_is_not_there_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(VippsdiagError, match="no exercise named nothing"):
        start("nothing", sandbox)


def test_the_trainer_sees_every_seat(tmp_path: Path) -> None:
    file = tmp_path / "room.db"
    sandbox = Sandbox(classroom(2), clock=lambda: NOW, state=Database(file))
    start("a-word-in-front", sandbox, seat=1).hint()
    sandbox.advance(timedelta(minutes=5))
    first = start("two-keys-are-enough", sandbox, seat=0)
    first.check(solve(first))
    other = Sandbox(classroom(2), state=Database(file))
    seen = [
        (item.seat, item.exercise, item.hints, item.tries, item.points, item.since)
        for item in progress(other)
    ]
    assert seen == [
        (0, "two-keys-are-enough", 0, 1, 3, NOW + timedelta(minutes=5)),
        (1, "a-word-in-front", 1, 0, 0, NOW),
    ]


def test_what_was_solved_stays_solved(sandbox: Sandbox) -> None:
    attempt = start("a-word-in-front", sandbox)
    attempt.check(solve(attempt))
    sandbox.advance(timedelta(minutes=1))
    again = start("a-word-in-front", sandbox)
    again.check(solve(again))
    assert again.progress.solved == NOW


def test_a_call_that_was_made_elsewhere_is_made_again(sandbox: Sandbox) -> None:
    attempt = start("a-word-in-front", sandbox)
    mended = attempt.exercise.call(attempt.bench)
    made = Exchange(request=mended, response=Response(status=401))
    assert attempt.check(made).solved
    assert attempt.progress.tries == 1


def test_a_call_that_the_sandbox_answered_just_now_is_not_made_again(
    sandbox: Sandbox,
) -> None:
    # A code can be used once only, so that a second call would fail.
    attempt = start("the-back-button", sandbox)
    mended = attempt.exercise.call(attempt.bench)
    made = Exchange(request=mended, response=sandbox.handle(mended))
    assert attempt.check(made).solved
    assert attempt.progress.tries == 0


def test_a_call_over_the_network_counts(sandbox: Sandbox) -> None:
    with running(sandbox) as address:
        attempt = start("trying-in-test-first", sandbox, address=address)
        keys = attempt.keys["Test unit"]
        client = Client(keys, Environment.SANDBOX, sandbox=address)
        made = client.token()
        client.close()
    assert attempt.check(made).solved
    assert attempt.progress.tries == 0


def test_the_calls_go_to_where_the_sandbox_is_served(sandbox: Sandbox) -> None:
    address = "http://127.0.0.1:8642"
    attempt = start("moved-to-production", sandbox, address=address)
    assert f"{address}/production/accesstoken/get" in attempt.curl
    assert attempt.check(solve(attempt)).solved


# What is said when it is not solved yet.


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        pytest.param(
            "two-keys-are-enough",
            {KEY: "0123456789abcdef0123456789abcdef"},
            "still answered with 401 Unauthorized",
            id="still refused",
        ),
        pytest.param(
            "a-word-in-front",
            {MSN: "100000"},
            "has to be made for the sales unit",
            id="another sales unit",
        ),
    ],
)
def test_it_is_said_why_it_is_not_solved(
    sandbox: Sandbox, name: str, changes: dict[str, str | None], words: str
) -> None:
    attempt = start(name, sandbox)
    near = with_headers(attempt.exercise.call(attempt.bench), changes)
    checked = attempt.check(attempt.call(near))
    assert not checked.solved
    assert words in checked.words


def test_a_host_or_path_that_is_another_is_named(sandbox: Sandbox) -> None:
    attempt = start("moved-to-production", sandbox)
    bench = attempt.bench
    elsewhere = attempt.check(attempt.call(bench.token_call(bench.test)))
    assert elsewhere.words == (
        "This call goes to test, and it has to go to production."
    )
    other = attempt.check(attempt.call(bench.api_call(bench.shop)))
    assert other.words == (
        "GET /webhooks/v1/webhooks is not the call that has to succeed. The goal: "
        "Get an access token in production for the production unit."
    )


def test_the_keys_of_another_unit_do_not_end_it(sandbox: Sandbox) -> None:
    attempt = start("secret-of-another-unit", sandbox)
    bench = attempt.bench
    made = attempt.call(bench.token_call(bench.bare))
    assert made.ok
    assert attempt.check(made).words == (
        "For the client_id and the token, use the keys of the test unit, not of the "
        "test unit without ePayment."
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        pytest.param(
            "kroner-and-ore",
            "49950",
            "100",
            "amount.value is not yet what is meant.",
            id="an amount that is easier",
        ),
        pytest.param(
            "no-key-for-repeating",
            "49900",
            "100",
            "Leave amount.value as it was; it is not what has to be mended.",
            id="an amount that was right",
        ),
        pytest.param(
            "a-long-key",
            '"reference"',
            '"other"',
            "reference is missing.",
            id="a field less",
        ),
        pytest.param(
            "body-cut-short",
            "Bl\\u00e5b\\u00e6rsyltet\\u00f8y",
            "Jam",
            "Leave paymentDescription as it was; it is not what has to be mended.",
            id="another description",
        ),
    ],
)
def test_what_the_body_says_has_to_stay(
    sandbox: Sandbox, name: str, old: str, new: str, words: str
) -> None:
    attempt = start(name, sandbox)
    mended = attempt.exercise.call(attempt.bench)
    near = flaws.with_body(mended, lambda text: text.replace(old, new))
    assert near.body != mended.body
    assert attempt.check(attempt.call(near)).words == words


def test_another_payment_does_not_end_it(sandbox: Sandbox) -> None:
    attempt = start("one-letter-of-the-reference", sandbox)
    other = attempt.bench.api_call(attempt.bench.test, PAYMENT)
    made = attempt.call(other)
    assert made.ok
    assert "is not the call that has to succeed" in attempt.check(made).words


def test_keys_that_are_in_the_address_as_well_have_to_leave_it(
    sandbox: Sandbox,
) -> None:
    attempt = start("parameters-of-a-library", sandbox)
    mended = attempt.exercise.call(attempt.bench)
    assert attempt.failing.request
    both = replace(mended, url=flaws.address(attempt.failing.request))
    made = attempt.call(both)
    assert made.ok
    assert attempt.check(made).words == (
        "Leave Ocp-Apim-Subscription-Key out of the address."
    )


@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "BREW"]),
    url=st.one_of(
        st.text(max_size=40),
        st.text(max_size=40).map(lambda text: f"https://apitest.vipps.no/{text}"),
    ),
    headers=st.lists(
        st.tuples(
            st.sampled_from([KEY, MSN, "client_id", "Authorization", "Content-Type"]),
            st.text(max_size=40),
        ),
        max_size=4,
    ),
    body=st.one_of(st.none(), st.text(max_size=60), st.just("[" * 3000)),
)
def test_whatever_is_sent_there_are_words_for_it(
    method: str, url: str, headers: list[tuple[str, str]], body: str | None
) -> None:
    sandbox = Sandbox(clock=lambda: NOW)
    attempt = start("parameters-of-a-library", sandbox)
    sent = Request(method=method, url=url, headers=Headers(headers), body=body)
    checked = attempt.check(attempt.call(sent))
    assert not checked.solved
    assert checked.words
    report = Exchange(request=sent, response=Response(status=401))
    with suppress(Unplayable):
        from_exchange(report)


def test_an_answer_without_its_call_is_asked_for_it(sandbox: Sandbox) -> None:
    attempt = start("two-keys-are-enough", sandbox)
    checked = attempt.check(Exchange(response=Response(status=200)))
    assert checked.words == "There is an answer, but no call. Hand in both."


# An exercise out of a report.


def public(shared: Path) -> list[tuple[str, Evidence]]:
    folder = shared / "cases" / "public"
    return [(file.name, read_file(file)) for file in sorted(folder.glob("*.har"))]


def is_served(exchange: Exchange) -> bool:
    """Tell whether the sandbox serves the API that a report is about."""
    request = exchange.request
    kind = call_of(request) if request else None
    return kind in set(Call) - {Call.API} or bool(request and operation(request))


def test_most_public_reports_can_be_played(
    shared: Path,
) -> None:
    played, not_played = [], []
    for name, evidence in public(shared):
        (exchange,) = evidence.exchanges
        if not is_served(exchange):
            continue
        try:
            exercise = from_exchange(exchange, evidence.context)
        except Unplayable as error:
            not_played.append(f"{name}: {error}")
            continue
        played.append(name)
        for seat in range(3):
            sandbox = Sandbox(classroom(3), clock=lambda: NOW)
            attempt = start(exercise, sandbox, seat)
            assert attempt.failing.status == exchange.status, name
            first = attempt.diagnosis().ranked[0][0].id
            assert first == diagnose(evidence).ranked[0][0].id, name
            assert attempt.check(solve(attempt)).solved, name
    share = len(played) / (len(played) + len(not_played))
    assert share >= 0.6, f"{share:.0%} of {len(played) + len(not_played)}"
    assert len(played) >= 20, not_played


# What looks like a key, wherever it stands.
VALUE = re.compile(
    r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    r"(?![0-9a-f])|eyJ[\w.-]+|(?<![\w+/])[A-Za-z0-9+/]{16,}={1,2}"
)


def values_in(request: Request) -> set[str]:
    sent = of_request(request)
    texts = (sent.target, sent.body.decode(), *(text for _, text in sent.pairs))
    return {found[0] for text in texts for found in VALUE.finditer(unquote(text))}


def test_no_value_of_a_report_is_in_its_exercise(
    shared: Path,
) -> None:
    looked_at = 0
    for name, evidence in public(shared):
        (exchange,) = evidence.exchanges
        try:
            exercise = from_exchange(exchange, evidence.context)
        except Unplayable:
            continue
        attempt = start(exercise, Sandbox(clock=lambda: NOW))
        assert exchange.request
        assert attempt.failing.request
        values = values_in(exchange.request)
        looked_at += len(values)
        assert not values & values_in(attempt.failing.request), name
    assert looked_at > 40, looked_at


BROKEN = [
    pytest.param(evidence, id=f"{check.id}-{number}")
    for check in CHECKS
    for number, evidence in enumerate(check.broken)
    if len(evidence.exchanges) == 1
]


@pytest.mark.parametrize("evidence", BROKEN)
def test_a_report_is_played_or_it_is_said_why_not(
    evidence: Evidence,
) -> None:
    (exchange,) = evidence.exchanges
    try:
        exercise = from_exchange(exchange, evidence.context)
    except Unplayable as error:
        words = str(error)
    else:
        words = _played(exercise, exchange)
    assert words.endswith(".")


def _played(exercise: Exercise, exchange: Exchange) -> str:
    attempt = start(exercise, Sandbox(clock=lambda: NOW))
    assert exchange.request
    assert not values_in(exchange.request) & values_in(
        attempt.failing.request or exchange.request
    )
    assert attempt.failing.status == exchange.status
    checked = attempt.check(solve(attempt))
    assert checked.solved
    return checked.words


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        pytest.param(
            Exchange(response=Response(status=401)),
            "There is an answer, but no call that could be made again.",
            id="no call",
        ),
        pytest.param(
            token_call(TEST, failure=FailureKind.TIMEOUT),
            "There is no answer to this call, and the sandbox always gives one.",
            id="no answer",
        ),
        pytest.param(
            token_call(TEST),
            "This call succeeded, so there is nothing to mend.",
            id="nothing wrong",
        ),
        pytest.param(
            api_call(TEST, status=418, answer=""),
            "No cause is found in this report, so there is none to play.",
            id="nothing found",
        ),
        pytest.param(
            api_call(
                TEST,
                path="/vipps-ipp/v1/recipients",
                status=403,
                answer={"error": {"title": "Forbidden"}},
            ),
            "The sandbox does not serve /vipps-ipp/v1/recipients.",
            id="an API that is not served",
        ),
        pytest.param(
            api_call(TEST, status=503, answer=""),
            "The sandbox cannot play this cause: The service itself had a problem.",
            id="a cause that cannot be played",
        ),
    ],
)
def test_it_is_said_why_a_report_cannot_be_played(
    exchange: Exchange, words: str
) -> None:
    with pytest.raises(Unplayable, match=f"^{re.escape(words)}$"):
        from_exchange(exchange)


def test_of_several_calls_the_one_that_the_diagnosis_names_is_played(
    sandbox: Sandbox,
) -> None:
    vague = api_call(TEST, status=503, answer="")
    clear = token_call(TEST, headers={KEY: None}, status=401, answer=MISSING_KEY)
    evidence = Evidence(exchanges=(token_call(TEST), vague, clear), now=NOW)
    exercise = from_evidence(evidence)
    assert exercise.causes == ("subscription-key-missing",)
    assert start(exercise, sandbox).failing.status == 401


def test_a_report_of_an_unknown_host_is_played(sandbox: Sandbox) -> None:
    base = "https://apitest.vippsmobilepay.com"
    failed = token_call(TEST, failure=FailureKind.DNS)
    assert failed.request
    sent = replace(failed.request, url=f"{base}/accesstoken/get")
    report = replace(failed, request=sent)
    attempt = start(from_exchange(report), sandbox)
    assert attempt.failing.failure
    assert base in attempt.curl
    assert attempt.check(solve(attempt)).solved


@pytest.mark.parametrize(
    ("raw", "wanted", "like"),
    [
        pytest.param('"{key}"', Field.SUBSCRIPTION_KEY, '"{own}"', id="quotes"),
        pytest.param("{{client_id}}", Field.CLIENT_ID, "{{client_id}}", id="template"),
        pytest.param("", Field.CLIENT_ID, "", id="empty"),
        pytest.param("REDACTED", Field.SUBSCRIPTION_KEY, "{own}", id="redacted"),
    ],
)
def test_a_value_keeps_its_flaw(
    sandbox: Sandbox, raw: str, wanted: Field, like: str
) -> None:
    unit = sandbox.config.units[0]
    own = Own(unit=unit, token="eyJ", msn=unit.msn)
    given = raw.replace("{key}", SUBSCRIPTION_KEY)
    assert own.like(given, wanted) == like.replace("{own}", unit.primary)


# How they are shown.


@every
def test_a_learner_sees_the_story_and_the_call_and_not_what_is_wrong(
    sandbox: Sandbox, exercise: Exercise
) -> None:
    attempt = start(exercise.id, sandbox)
    text = sheet(attempt)
    assert exercise.title in text
    assert "curl -X" in text
    assert exercise.check.fix not in text
    assert "Hint" not in text
    assert text.count("curl") == 1


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == exercises_page()


def test_the_example_on_the_page_works(capsys: pytest.CaptureFixture[str]) -> None:
    exec(USAGE, {})
    printed = capsys.readouterr().out
    assert "Solved: the same call succeeds.\n3 two-keys-are-enough " in printed
    assert printed.endswith(" 1 2\n")


def test_the_command_lists_every_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [item.id for item in EXERCISES]


def test_the_command_shows_an_exercise_with_as_many_hints_as_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["exercises", "show", "two-keys-are-enough", "--hint", "1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Two keys, or three\n")
    assert "401 Unauthorized\n" in text
    assert "Hint 1: The answer names what is missing." in text
    assert "Hint 2" not in text


def test_the_command_explains_that_there_is_no_such_exercise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["exercises", "show", "nothing"]) == 2
    assert "There is no exercise named nothing." in capsys.readouterr().err


# The mended call, handed to the command.


def handed_in(attempt: Attempt, form: Callable[[Request], str]) -> list[str]:
    """Return the options and, last, the text of a learner who knows the solution."""
    before, began = dict(attempt.settings), attempt.bench.sandbox.clock()
    made: list[Request] = []
    send = attempt.bench.send

    def noted(call: Request) -> Exchange:
        made.append(call)
        return send(call)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempt.bench, "send", noted)
        attempt.exercise.mend(attempt.bench)
    waited = (attempt.bench.sandbox.clock() - began).total_seconds()
    mended = attempt.exercise.call(attempt.bench)
    text = "\n\n".join(form(call) for call in (*made, mended))
    named = dict(attempt.bench.made)
    if NEW_CODE in attempt.exercise.known:
        named[NEW_CODE] = parse_qs(flaws.body(mended))["code"][0]
    for name, value in named.items():
        text = text.replace(value, again.in_braces(name))
    changed = attempt.settings.items() - before.items()
    options = [f"--set={name}={value}" for name, value in changed]
    return [*options, f"--wait={waited:.0f}", text]


def as_curl(call: Request) -> str:
    return to_curl(call, revealed)


def checked(file: Path, name: str, text: str, *options: str) -> int:
    file.write_text(text, "utf-8")
    return main(["exercises", "check", name, str(file), *options])


@every
def test_the_command_takes_the_solution_and_refuses_the_failing_call(
    exercise: Exercise, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "call.txt"
    assert main(["exercises", "show", exercise.id]) == 0
    text = capsys.readouterr().out
    command = text[text.index("\ncurl -X ") :].partition("\n\n")[0]
    for failing in (command, text):
        assert checked(file, exercise.id, failing) == 1
        assert re.match("The call is still|No answer came", capsys.readouterr().out)
    *options, solution = handed_in(start(exercise.id, Sandbox()), as_curl)
    whole = text.replace(command, f"\n{solution}")
    assert checked(file, exercise.id, whole, *options) == 0
    capsys.readouterr()
    assert checked(file, exercise.id, solution, *options) == 0
    assert capsys.readouterr().out == "Solved: the same call succeeds.\n"


@every
def test_a_call_that_was_mended_the_day_before_is_good(exercise: Exercise) -> None:
    yesterday = start(exercise.id, Sandbox(clock=lambda: NOW - timedelta(days=1)))
    failing = read_paste(again.shown(yesterday))
    today = start(exercise.id, Sandbox(clock=lambda: NOW))
    made = again.play(today, failing, timedelta())
    assert not today.check(made).solved
    if exercise.id in {"since-this-morning", "the-clock-on-the-wall"}:
        # Its token has expired since, as the one to mend.
        return
    *_, wait, solution = handed_in(yesterday, as_curl)
    today = start(exercise.id, Sandbox(clock=lambda: NOW))
    today.settings.update(yesterday.settings)
    seconds = float(wait.partition("=")[2])
    made = again.play(today, read_paste(solution), timedelta(seconds=seconds))
    assert today.check(made).solved


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(lambda call: to_http(Exchange(request=call), revealed), id="http"),
        pytest.param(
            lambda call: to_har((Exchange(request=call),), revealed), id="har"
        ),
    ],
)
@pytest.mark.parametrize("name", ["two-keys-are-enough", "due-today", "version-two"])
def test_the_command_reads_a_call_in_any_form(
    tmp_path: Path, name: str, form: Callable[[Request], str]
) -> None:
    *_, text = handed_in(start(name, Sandbox()), form)
    assert checked(tmp_path / "call.txt", name, text) == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("since-this-morning", r"eyJ[\w.-]+", "{{access token of the test unit}}"),
        ("column-too-short", r"eyJ[\w.-]+", "{{access token of the test unit}}"),
        ("a-word-in-front", "Authorization: ", "Authorization: Bearer "),
        ("secret-in-the-form", "&client_id.*'", "' -H 'Authorization: Basic {pair}'"),
        ("the-back-button", "{{code}}", "{{code of a new login}}"),
        ("due-today", r'"due": "[\d-]+"', '"due": "2027-11-24"'),
    ],
)
def test_what_the_sheet_shows_is_enough(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    old: str,
    new: str,
) -> None:
    main(["exercises", "show", name, "--seat", "2"])
    text = capsys.readouterr().out
    command = text[text.index("\ncurl -X ") :].partition("\n\n")[0]
    unit = classroom(2).units[len(classroom(1).units)]
    pair = basic(unit.client_id, unit.client_secret).removeprefix("Basic ")
    mended = re.sub(old, lambda _: new.replace("{pair}", pair), command)
    mended = re.sub(r"(Idempotency-Key: )[\w-]+", r"\1another-key", mended)
    assert checked(tmp_path / "call.txt", name, mended, "--seat=2") == 0
    assert checked(tmp_path / "call.txt", name, mended) == 1


def test_an_idempotency_key_has_its_answer_again_in_another_sandbox(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attempt = start("before-the-buyer", Sandbox())
    text = "\n\n".join([handed_in(attempt, as_curl)[-1], attempt.curl])
    assert checked(tmp_path / "call.txt", "before-the-buyer", text) == 1
    assert "still answered with 400" in capsys.readouterr().out


def test_the_sheet_has_the_keys_and_says_where_the_call_goes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["exercises", "show", "moved-to-production", "--seat", "3"])
    text = capsys.readouterr().out
    for unit in start("moved-to-production", Sandbox(classroom(3)), 2).keys.values():
        assert revealed(unit.client_secret or "") in text
        assert revealed(unit.subscription_key or "") in text
    assert "Do not send this call to the real API" in text
    assert "\n  vippsdiag exercises check moved-to-production --seat 3\n" in text


def test_standard_input_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = start("two-keys-are-enough", Sandbox()).curl
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
    assert main(["exercises", "check", "two-keys-are-enough"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("The call is still answered with 401 Unauthorized.\n\n401 ")


def test_no_key_of_another_place_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = token_call(TEST).request
    assert sent
    assert checked(tmp_path / "call.txt", "two-keys-are-enough", as_curl(sent)) == 1
    out = capsys.readouterr().out
    assert not values_in(sent) & {found[0] for found in VALUE.finditer(out)}


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        pytest.param("", (), "There is nothing in it.", id="empty"),
        pytest.param("hello", (), "nothing in this text", id="no call"),
        pytest.param(
            "HTTP/1.1 401 Unauthorized\n\n{}", (), "no call in this", id="an answer"
        ),
        pytest.param(
            "hello", ("--set=network=office",), "can be set: nothing", id="no setting"
        ),
    ],
)
def test_what_cannot_be_read_is_told_apart(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: tuple[str, ...],
    words: str,
) -> None:
    assert checked(tmp_path / "call.txt", "get-means-get", text, *options) == 2
    assert words in capsys.readouterr().err


def test_the_command_loads_a_report(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shared / "cases" / "public" / "vipps-prod-keys-on-apitest-52.har"
    assert main(["exercises", "load", str(file), "--hint", "2"]) == 0
    text = capsys.readouterr().out
    assert "curl -X POST 'https://apitest.vipps.no/accesstoken/get'" in text
    assert "Hint 2: " in text


def test_the_command_explains_that_nothing_fails(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = min((shared / "cases" / "healthy").glob("*.har"))
    assert main(["exercises", "load", str(file)]) == 2
    assert "There is no failing call" in capsys.readouterr().err
