"""A workshop on the sandbox: seats, keys of their own, and what the trainer sees."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.client.control import Control, NoSandbox
from vippsdiag.environments import SANDBOX_PRODUCTION
from vippsdiag.errors import HostNotAllowed, VippsdiagError
from vippsdiag.language import Text, speaking, tr
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES, Exercise, start
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.keys.tokens import Mint
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.state.state import MOST_THINGS
from vippsdiag.sandbox.workshop.course import CHOICES, COURSE, choices, level, theme
from vippsdiag.sandbox.workshop.link import Link, Refused
from vippsdiag.sandbox.workshop.messages import Said, Sent, Sheet
from vippsdiag.sandbox.workshop.seats import MOST_SEATS, Roll

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = "two-keys-are-enough"
KEY = ("Ocp-Apim-Subscription-Key", "{{primary key of the test unit}}")
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


def seat(sandbox: Sandbox, name: str = "Anna") -> Link:
    link = Link(sandbox)
    link.take(name)
    return link


def trainer(sandbox: Sandbox) -> Link:
    link = Link(sandbox)
    link.lead(sandbox.roll.trainer_code())
    return link


def mended(sheet: Sheet) -> Sent:
    """Return the first exercise's call with the key that is missing."""
    return msgspec.structs.replace(sheet.call, headers=[*sheet.call.headers, KEY])


def keys(sheet: Sheet) -> set[str]:
    return {value for value in sheet.hand.values() if value}


class TestASeat:
    def test_an_exercise_is_begun_hinted_tried_and_solved(
        self, sandbox: Sandbox
    ) -> None:
        link = seat(sandbox)
        sheet = link.begin(FIRST)
        assert sheet.answer.status == 401
        assert link.hint(FIRST).hints == 1
        tried = link.call(FIRST, sheet.call, {})
        assert not tried.solved
        assert tried.still
        assert tried.words.again() == (
            "The call is still answered with 401 Unauthorized."
        )
        solved = link.call(FIRST, mended(sheet), {})
        assert solved.solved
        assert (solved.standing.tries, solved.standing.points) == (2, 2)

    def test_the_cause_is_not_told_before_it_is_found_out(
        self, sandbox: Sandbox
    ) -> None:
        link = seat(sandbox)
        sheet = link.begin(FIRST)
        assert link.call(FIRST, sheet.call, {}).found == []
        assert link.choose(FIRST, "subscription-key-missing").right
        found = link.call(FIRST, sheet.call, {}).found
        assert found == ["subscription-key-missing"]

    def test_what_the_learner_broke_is_told_at_once(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        sheet = link.begin(FIRST)
        call = msgspec.structs.replace(mended(sheet), method="GET")
        assert "token-method-wrong" in link.call(FIRST, call, {}).found

    def test_the_first_guess_gives_a_point_and_the_second_none(
        self, sandbox: Sandbox
    ) -> None:
        one, other = seat(sandbox), seat(sandbox, "Bo")
        for link in (one, other):
            link.begin(FIRST)
        assert one.choose(FIRST, "subscription-key-missing").standing.points == 1
        assert not other.choose(FIRST, "keys-swapped").right
        again = other.choose(FIRST, "subscription-key-missing")
        assert again.right
        assert (again.standing.points, again.standing.guesses) == (0, 2)

    def test_seats_have_keys_that_no_other_has(self, sandbox: Sandbox) -> None:
        public = {
            key
            for unit in sandbox.config.units
            for key in unit.shown().values()
            if isinstance(key, str)
        }
        ones, others = (
            keys(seat(sandbox, name).begin(FIRST)) for name in ("Anna", "Bo")
        )
        assert not ones & others
        assert not (ones | others) & {key for key in public if len(key) > 5}

    def test_what_is_done_at_a_seat_is_not_in_the_log_for_all(
        self, sandbox: Sandbox
    ) -> None:
        link = seat(sandbox)
        link.call(FIRST, mended(link.begin(FIRST)), {})
        assert list(sandbox.log) == []
        start(FIRST, sandbox)
        assert list(sandbox.log)

    def test_keys_cannot_be_made_by_who_knows_the_number_of_the_seat(self) -> None:
        one, other = (Sandbox().roll.units_of(1)[0] for _ in range(2))
        assert one.client_secret != other.client_secret

    def test_keys_of_a_seat_work_outside_of_the_exercises(
        self, sandbox: Sandbox
    ) -> None:
        hand = seat(sandbox).begin(FIRST).hand
        headers = {
            "client_id": hand["client_id of the test unit"],
            "client_secret": hand["client_secret of the test unit"],
            "Ocp-Apim-Subscription-Key": hand["secondary key of the test unit"],
        }
        with sandbox.session() as session:
            address = "http://127.0.0.1/accesstoken/get"
            assert session.post(address, headers=headers).ok

    def test_no_two_of_many_seats_share_a_sales_unit(self, sandbox: Sandbox) -> None:
        roll = Roll(sandbox.state, sandbox.config.units)
        units = [unit for number in range(1, 301) for unit in roll.units_of(number)]
        numbers = [(unit.environment, unit.msn) for unit in units if unit.msn]
        assert len(set(numbers)) == len(numbers)

    def test_a_number_that_is_taken_is_not_given_again(self, sandbox: Sandbox) -> None:
        first = Roll(sandbox.state).units_of(1)
        again = Roll(sandbox.state, first[:1]).units_of(1)
        assert first[0].msn != again[0].msn
        assert Roll(sandbox.state).units_of(1) == first

    @pytest.mark.parametrize("name", ["anna", " Anna "], ids=["small", "blanks"])
    def test_a_name_is_taken_once(self, sandbox: Sandbox, name: str) -> None:
        seat(sandbox)
        with pytest.raises(Refused, match=r"(?i)somebody sits here as anna") as refused:
            seat(sandbox, name)
        assert refused.value.status == 409

    @pytest.mark.parametrize(
        "name", ["", "a" * 41, "a\x00b"], ids=["no", "long", "nul"]
    )
    def test_a_name_has_to_be_one(self, sandbox: Sandbox, name: str) -> None:
        with pytest.raises(Refused, match="A name has 1 to 40 letters"):
            seat(sandbox, name)

    def test_progress_of_all_seats_has_room(self) -> None:
        assert MOST_SEATS <= MOST_THINGS
        assert len(EXERCISES) <= MOST_THINGS


class TestACode:
    def test_a_learner_comes_back_with_it(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        link.call(FIRST, mended(link.begin(FIRST)), {})
        assert link.seat
        again = Link(sandbox)
        stand = again.come_back(f" {link.seat.code.lower()} ")
        assert stand.name == "Anna"
        assert [item.solved for item in stand.standings] == [True]
        assert keys(again.begin(FIRST)) == keys(link.begin(FIRST))

    @pytest.mark.parametrize("path", ["seat", "exercise", "hint", "call", "cause"])
    def test_nothing_is_told_without_it(self, sandbox: Sandbox, path: str) -> None:
        link = seat(sandbox)
        assert link.seat
        own = link.seat.code
        for code in ("", "1", "1-", f"2-{own.partition('-')[2]}", own[:-1], "²-A"):
            assert status(sandbox, path, ("Sandbox-Seat", code)) == 401
        assert status(sandbox, path, ("Sandbox-Trainer", own)) == 401

    def test_it_is_of_one_sandbox_only(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        seat(other := Sandbox())
        assert link.seat
        with pytest.raises(Refused) as refused:
            Link(other).come_back(link.seat.code)
        assert refused.value.status == 401

    def test_it_does_not_make_a_trainer(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        assert link.seat
        for path in (
            "board",
            "board/reset",
            "board/code",
            "board/seat",
            "board/exercise",
        ):
            for code in ("", link.seat.code):
                assert status(sandbox, path, ("Sandbox-Trainer", code)) == 401

    def test_half_a_character_is_told_and_is_in_no_error(
        self, sandbox: Sandbox
    ) -> None:
        name = "canaryQ7Zx81Qw9Lk2Pd5v\ud83d"
        with pytest.raises(VippsdiagError, match="Half a character") as caught:
            Link(sandbox).take(name)
        assert caught.value.__context__ is None

    def test_it_is_in_no_text_of_the_link(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        assert link.seat
        assert link.seat.code not in repr(link.seat)
        assert keys(link.begin(FIRST)).isdisjoint(repr(link.begin(FIRST)).split("'"))


def status(sandbox: Sandbox, path: str, header: tuple[str, str]) -> int:
    method = "GET" if path in {"seat", "board"} else "POST"
    asked = Received(
        method=method,
        base="http://127.0.0.1",
        target=f"/_sandbox/workshop/{path}",
        pairs=(header, ("Content-Type", "application/json")),
        body=b'{"exercise": "two-keys-are-enough", "seat": 1, "open": true, '
        b'"name": "Eli"}',
    )
    return sandbox.answer(asked).status


class TestTheTrainer:
    def test_everybody_is_on_the_board(self, sandbox: Sandbox) -> None:
        one, other = seat(sandbox), seat(sandbox, "Bo")
        one.call(FIRST, mended(one.begin(FIRST)), {})
        other.begin(FIRST)
        other.hint(FIRST)
        rows = trainer(sandbox).board().rows
        assert [row.name for row in rows] == ["Anna", "Bo"]
        assert [row.standings[0].solved for row in rows] == [True, False]
        assert rows[1].standings[0].hints == 1

    def test_how_long_it_took_is_told(self) -> None:
        now = [NOW]
        sandbox = Sandbox(clock=lambda: now[0])
        link = seat(sandbox)
        sheet = link.begin(FIRST)
        now[0] += timedelta(minutes=12)
        (standing,) = trainer(sandbox).board().rows[0].standings
        assert (standing.minutes, standing.idle) == (12, 12)
        link.call(FIRST, mended(sheet), {})
        now[0] += timedelta(minutes=30)
        (standing,) = trainer(sandbox).board().rows[0].standings
        assert (standing.minutes, standing.idle) == (12, 30)

    def test_an_exercise_is_closed_and_opened_for_all(self, sandbox: Sandbox) -> None:
        link, leads = seat(sandbox), trainer(sandbox)
        sheet = link.begin(FIRST)
        assert leads.set_open(FIRST, is_open=False).closed == [FIRST]
        assert link.stand().closed == [FIRST]
        for act in (
            lambda: link.begin(FIRST),
            lambda: link.hint(FIRST),
            lambda: link.call(FIRST, mended(sheet), {}),
        ):
            with pytest.raises(Refused, match="The trainer has closed") as refused:
                act()
            assert refused.value.status == 423
        assert leads.set_open(FIRST, is_open=True).closed == []
        assert link.call(FIRST, mended(sheet), {}).solved

    def test_a_seat_begins_again_with_the_keys_that_it_had(
        self, sandbox: Sandbox
    ) -> None:
        one, other = seat(sandbox), seat(sandbox, "Bo")
        before = keys(one.begin(FIRST))
        other.begin(FIRST)
        board = trainer(sandbox).reset(1)
        assert [len(row.standings) for row in board.rows] == [0, 1]
        assert keys(one.begin(FIRST)) == before

    def test_a_lost_code_is_told_again(self, sandbox: Sandbox) -> None:
        link = seat(sandbox)
        assert trainer(sandbox).code_of(1) == link.seat
        with pytest.raises(Refused, match="There is no seat 7"):
            trainer(sandbox).code_of(7)

    def test_a_hub_gives_each_name_the_same_seat_every_time(
        self, sandbox: Sandbox
    ) -> None:
        leads = trainer(sandbox)
        seats = [leads.seat_for(name) for name in ("anna", "bo", "Anna")]
        assert [one.number for one in seats] == [1, 2, 1]
        assert Link(sandbox).come_back(seats[2].code).name == "anna"

    def test_who_took_a_users_name_before_does_not_share_the_users_seat(
        self, sandbox: Sandbox
    ) -> None:
        early = seat(sandbox, "Anna")
        early.begin(FIRST)
        leads = trainer(sandbox)
        vouched = leads.seat_for("anna")
        assert early.seat
        assert (vouched.number, vouched.code == early.seat.code) == (2, False)
        rows = leads.board().rows
        assert [(row.name, len(row.standings)) for row in rows] == [
            ("Anna (1)", 1),
            ("anna", 0),
        ]
        assert early.stand().number == 1
        assert leads.seat_for("anna") == vouched

    def test_nobody_takes_the_name_of_a_hubs_user(self, sandbox: Sandbox) -> None:
        trainer(sandbox).seat_for("anna")
        with pytest.raises(Refused, match="Somebody sits here as Anna"):
            Link(sandbox).take("Anna")

    def test_two_users_of_a_hub_never_share_a_seat(self, sandbox: Sandbox) -> None:
        leads = trainer(sandbox)
        names = ("straße", "strasse", "STRASSE")
        assert [leads.seat_for(name).number for name in names] == [1, 2, 2]

    def test_nobody_else_resets_what_all_share(self, sandbox: Sandbox) -> None:
        seat(sandbox).begin(FIRST)

        def ask(path: str, body: bytes, *headers: tuple[str, str]) -> int:
            asked = Received(
                method="POST",
                base="http://127.0.0.1",
                target=f"/_sandbox/{path}",
                pairs=(("Content-Type", "application/json"), *headers),
                body=body,
            )
            return sandbox.answer(asked).status

        own = ("Sandbox-Trainer", sandbox.roll.trainer_code())
        for path, body in (
            ("reset", b"{}"),
            ("clock", b'{"advance": 1}'),
            ("faults", b'{"fault": "502"}'),
        ):
            assert ask(path, body) == 403
            assert ask(path, body, own) == 200
        (row,) = trainer(sandbox).board().rows
        assert len(row.standings) == 1


class TestAServer:
    def test_the_trainer_sees_at_once_what_a_learner_does(self) -> None:
        sandbox = Sandbox()
        with running(sandbox) as address:
            link, leads = Link(address), Link(address)
            link.take("Anna")
            leads.lead(sandbox.roll.trainer_code())
            assert leads.board().rows[0].standings == []
            link.call(FIRST, mended(link.begin(FIRST)), {})
            assert leads.board().rows[0].standings[0].solved

    def test_what_was_reached_outlives_the_sandbox(self, tmp_path: Path) -> None:
        before = Sandbox(state=Database(tmp_path / "db"))
        link = seat(before)
        sheet = link.begin(FIRST)
        link.call(FIRST, mended(sheet), {})
        assert link.seat
        after = Sandbox(state=Database(tmp_path / "db"))
        again = Link(after)
        assert again.come_back(link.seat.code).standings[0].solved
        # Nobody began it here, so it is begun again, with the same keys.
        tried = again.call(FIRST, mended(sheet), {})
        assert tried.anew
        assert tried.solved
        assert before.roll.trainer_code() == after.roll.trainer_code()

    def test_sandboxes_that_share_a_file_know_each_others_seats(
        self, tmp_path: Path
    ) -> None:
        one, other = (Sandbox(state=Database(tmp_path / "db")) for _ in range(2))
        link = seat(one)
        assert link.seat
        assert Link(other).come_back(link.seat.code).name == "Anna"
        unit = one.roll.units_of(1)[0]
        assert other.keyring.by_client(unit.client_id) == unit

    def test_nothing_answers(self) -> None:
        with running() as address:
            pass
        with pytest.raises(NoSandbox, match="No sandbox answers at http://127"):
            Link(address).take("Anna")

    def test_another_server_is_no_sandbox(self) -> None:
        with running() as address:
            link = Link(address)
            link._control.base += SANDBOX_PRODUCTION
            with pytest.raises(NoSandbox, match="is no sandbox of this version"):
                link.take("Anna")


class TestAnAddress:
    @pytest.mark.parametrize(
        ("address", "base", "local"),
        [
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000", True),
            (" localhost:8000 ", "http://localhost:8000", True),
            ("http://192.0.2.7:80/_code/a-code-of-12", "http://192.0.2.7:80", False),
            ("http://room:80/_code/a-code-of-12/_sandbox", "http://room:80", False),
        ],
        ids=["as printed", "by hand", "with the code", "of the page"],
    )
    def test_it_is_taken_as_it_was_printed(
        self, address: str, base: str, local: bool
    ) -> None:
        control = Control(address)
        assert (control.base, control.local) == (base, local)

    @pytest.mark.parametrize(
        "address",
        [
            "http://192.0.2.7:8000",
            "http://192.0.2.7:8000/_code/",
            "https://api.vipps.no/_code/a-code-of-12",
            "https://apitest.vipps.no",
            "file:///etc/passwd",
            "http://anna:word@127.0.0.1:8000",
            "http://127.0.0.1:8000/elsewhere",
            "http://",
            "",
        ],
        ids=[
            "no code",
            "an empty code",
            "the API",
            "the API in test",
            "no web",
            "a password",
            "a path",
            "no host",
            "nothing",
        ],
    )
    def test_what_can_be_no_sandbox_is_not_asked(self, address: str) -> None:
        with pytest.raises(HostNotAllowed, match=r"address|access code"):
            Control(address)

    def test_the_access_code_is_in_no_error(self) -> None:
        with running() as address:
            pass
        control = Control(f"{address}/_code/canary-code-of-12")
        with pytest.raises(NoSandbox) as raised:
            control.ask("GET", "/", {"Sandbox-Seat": "canary"}, None)
        assert "canary" not in str(raised.value)
        assert raised.value.__context__ is None
        assert "canary" not in repr(vars(control))


class TestTheCourse:
    def test_it_fits_a_workshop_and_goes_from_easy_to_hard(self) -> None:
        known = {item.id: item for item in EXERCISES}
        course = [known[name] for name in COURSE]
        assert len(course) == len(set(COURSE)) == 12
        levels = [level(item) for item in course]
        assert sum(levels[:4]) < sum(levels[4:8]) + 1 <= sum(levels[8:]) + 1
        assert len({theme(item) for item in course}) >= 4

    @every
    def test_one_of_four_choices_is_right(self, exercise: Exercise) -> None:
        ranked = start(exercise, Sandbox()).diagnosis().ranked
        found = {check.id for check, _ in ranked}
        offered = choices(exercise, found)
        assert len(set(offered)) == CHOICES
        assert set(offered) & ({*exercise.causes} | found) == {exercise.causes[0]}
        titles = {check.title for check in CHECKS if check.id in offered}
        assert len(titles) == CHOICES

    def test_the_right_choice_is_not_always_in_the_same_place(self) -> None:
        places = {choices(item, ()).index(item.causes[0]) for item in EXERCISES}
        assert places == set(range(CHOICES))

    def test_every_level_and_theme_has_exercises(self) -> None:
        groups = itertools.groupby(sorted(map(level, EXERCISES)))
        assert all(len(list(group)) >= 15 for _, group in groups)
        assert all(map(theme, EXERCISES))


def test_a_text_is_said_again_where_it_arrives() -> None:
    text = Text("{a} of {b}", {"a": 1, "b": Text("the {c}", {"c": "{unit}"})})
    sent = msgspec.json.encode(Said.of(text))
    again = msgspec.json.decode(sent, type=Said).again()
    assert (again, again.template) == ("1 of the {unit}", "{a} of {b}")
    assert isinstance(again.values["b"], Text)
    assert Said.of("50 % {of}").again() == "50 % {of}"


@pytest.mark.parametrize(
    "template",
    [
        "{a.__class__.__init__.__globals__}",
        "{b.__class__.__new__.__globals__[os].environ}",
        "{a[0]}",
        "{a!r}",
        "{a:>10000}",
        "{a:{c}}",
        "{a}{a}",
        "{0}",
        "{}",
        "{unknown}",
        "{a",
    ],
)
@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_template_of_another_sandbox_reaches_nothing_but_values(
    template: str, language: str
) -> None:
    said = {"text": "{x}", "values": {"x": 1}}
    values = {"a": "word", "b": said, "c": 5, "0": "zero", "": "empty"}
    sent = msgspec.json.encode({"text": template, "values": values})
    again = msgspec.json.decode(sent, type=Said).again()
    with speaking(language):
        assert (str(again), tr(again)) == (template, template)


def test_a_text_in_a_text_does_not_grow_without_bounds() -> None:
    said = Said(text="word")
    for _ in range(50):
        said = Said(text="{a}{a}{a}{a}{a}{a}{a}{a}", values={"a": said})
    assert len(said.again()) < 100


def test_an_unknown_exercise_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(VippsdiagError, match="There is no exercise named nothing"):
        seat(sandbox).begin("nothing")


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parent.parent / "docs" / "workshop.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    exec(compile(example, "docs/workshop.md", "exec"), {})
    assert capsys.readouterr().out == "1\n"
