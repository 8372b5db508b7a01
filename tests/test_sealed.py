"""The field that secrets enter through: sealed, in parts, and in no state."""

from collections.abc import Iterator
from threading import Event
from traceback import walk_tb

import ipywidgets
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sealed_page import MEGABYTE, Page, Sent

from vippsdiag.notebook import envelope, sealed
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.secret import Secret

CANARY = "canary-0123456789-secret"


@pytest.fixture
def page(sent: Sent) -> Iterator[Page]:
    widget = SealedField("Client secret")
    yield Page(widget, sent)
    widget.close()


@pytest.fixture
def box(sent: Sent) -> Iterator[Page]:
    widget = SealedField("What you have", rows=6, files=True)
    yield Page(widget, sent)
    widget.close()


def raw(page: Page) -> str | None:
    value = page.widget.value
    return None if value is None else value.reveal()


class TestAValueThatArrives:
    def test_value_is_a_secret(self, page: Page) -> None:
        page.enter(CANARY)
        assert raw(page) == CANARY
        assert isinstance(page.widget.value, Secret)

    def test_status_tells_its_size_and_fingerprint(self, page: Page) -> None:
        page.enter(CANARY)
        mark = Secret(CANARY).fingerprint
        assert page.status == f"Received · 24 characters · fingerprint {mark}"

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            pytest.param("1", "Received · 1 character", id="one character"),
            pytest.param("x" * 15, "Received · 15 characters", id="too short to hide"),
        ],
    )
    def test_short_value_has_no_fingerprint(
        self, page: Page, text: str, status: str
    ) -> None:
        page.enter(text)
        assert page.status == status

    def test_line_ends_around_a_secret_are_dropped_but_blanks_are_kept(
        self, page: Page
    ) -> None:
        page.enter(" key \r\n")
        assert raw(page) == " key "

    def test_paste_is_kept_as_it_is(self, box: Page) -> None:
        box.enter("a\n\nb\n")
        assert raw(box) == "a\n\nb\n"

    def test_value_without_a_secure_page_comes_as_bytes(self, page: Page) -> None:
        name = page.coming()
        data = [b"{}\n" + CANARY.encode()]
        page.say(data, kind="part", id=name, part=0, of=1, sealed=False)
        assert raw(page) == CANARY

    def test_only_line_ends_are_no_value(self, page: Page) -> None:
        page.enter("\n")
        assert page.widget.value is None
        assert page.status == "There is nothing in it."

    def test_clear_forgets_it(self, page: Page) -> None:
        page.enter(CANARY)
        page.say(kind="clear")
        assert page.widget.value is None
        assert page.status == "Cleared."
        assert page.heard("status")[-1]["status"]["filled"] is False

    def test_close_forgets_it(self, page: Page) -> None:
        page.enter(CANARY)
        page.widget.close()
        assert page.widget.value is None

    def test_value_from_the_kernel_shows_only_its_note(self, page: Page) -> None:
        page.widget.set(Secret(CANARY), "Filled in by the sandbox.")
        assert raw(page) == CANARY
        assert page.status == "Filled in by the sandbox."

    def test_view_that_is_drawn_later_shows_the_same(self, page: Page) -> None:
        page.enter(CANARY)
        page.say(kind="hello", id="second")
        welcome = page.heard("welcome")[-1]
        assert welcome["id"] == "second"
        assert welcome["status"]["text"].startswith("Received · 24 characters")


class TestWhatLeavesTheKernel:
    def test_value_is_in_no_state_and_no_message(self, page: Page) -> None:
        page.enter(CANARY)
        page.widget.clear()
        page.enter(CANARY)
        page.widget.send_state()
        states = [page.widget.get_state(), ipywidgets.Widget.get_manager_state()]
        assert CANARY not in repr(states)
        assert CANARY not in repr(page.sent)
        assert CANARY.encode() not in b"".join(b for _, bs in page.sent for b in bs)

    def test_state_is_the_same_with_and_without_a_value(self, page: Page) -> None:
        before = page.widget.get_state()
        page.enter(CANARY)
        assert page.widget.get_state() == before
        page.widget.set(Secret(CANARY), "From the sandbox.")
        assert page.widget.get_state() == before

    def test_page_cannot_set_the_value_as_state(self, page: Page) -> None:
        page.widget.set_state({"value": CANARY, "_secret": CANARY})
        assert page.widget.value is None
        assert CANARY not in repr(page.sent)

    def test_widget_and_its_attributes_do_not_show_it(self, page: Page) -> None:
        page.enter(CANARY)
        assert CANARY not in repr(page.widget)
        assert CANARY not in repr(vars(page.widget))

    def test_private_key_is_made_once(self, page: Page) -> None:
        page.hello()
        page.hello()
        first, second = (bs[0] for data, bs in page.sent if bs)
        assert first == second


class TestParts:
    def test_large_paste_comes_in_parts(self, box: Page) -> None:
        text = "0123456789abcdef" * (MEGABYTE // 16) * 2 + "end"
        box.enter(text)
        assert raw(box) == text
        assert [m["part"] for m in box.heard("got")] == [0, 1]

    def test_character_cut_in_two_is_whole_again(self, box: Page) -> None:
        text = "x" * (MEGABYTE - 1) + "æøå"
        box.enter(text)
        assert raw(box) == text

    def test_part_out_of_order_is_refused(self, box: Page) -> None:
        box.part(box.coming(), 1, 2, b"{}\nlate")
        assert box.status == "The value could not be opened (ValueError)."
        assert not box.widget.pending

    def test_more_than_the_limit_is_refused(
        self, box: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(envelope, "LIMIT_MEGABYTES", 1)
        box.enter("x" * (MEGABYTE + 1))
        assert box.status == "More than 1 MB cannot be taken in."
        assert box.widget.value is None


class TestWhatCannotBeOpened:
    def test_value_for_another_key_is_refused(self, page: Page) -> None:
        page.key = rsa.generate_private_key(65537, 2048).public_key()
        page.enter(CANARY)
        assert page.widget.value is None
        assert page.status == "The value could not be opened (ValueError)."

    def test_part_that_was_sealed_for_another_place_is_refused(
        self, page: Page
    ) -> None:
        buffers = page.seal(b"{}\n" + CANARY.encode(), "view.9/0/1")
        page.say(buffers, kind="part", id="view.1", part=0, of=1, sealed=True)
        assert page.status == "The value could not be opened (InvalidTag)."

    def test_value_from_before_is_kept(self, page: Page) -> None:
        page.enter(CANARY)
        page.key = rsa.generate_private_key(65537, 2048).public_key()
        page.enter("another value")
        assert raw(page) == CANARY
        assert page.status.endswith("The value from before is kept.")

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param({}, id="empty"),
            pytest.param({"kind": "part"}, id="no id"),
            pytest.param({"kind": "part", "id": "a"}, id="no number"),
            pytest.param(
                {"kind": "part", "id": "a", "part": "0", "of": "1"}, id="texts"
            ),
            pytest.param(
                {"kind": "part", "id": "a", "part": 0, "of": 10**9}, id="too many"
            ),
            pytest.param({"kind": "part", "id": "a", "part": 0, "of": 1}, id="no data"),
            pytest.param(
                {"kind": "part", "id": "a", "part": 0, "of": 1, "sealed": True},
                id="no buffers",
            ),
            pytest.param({"kind": ["coming"], "id": {}}, id="wrong types"),
            pytest.param({"kind": CANARY, "id": CANARY}, id="unknown kind"),
        ],
    )
    def test_garbage_changes_nothing_and_prints_nothing(
        self, page: Page, content: dict, caplog: pytest.LogCaptureFixture
    ) -> None:
        page.say(**content)
        assert page.widget.value is None
        assert not page.widget.pending
        assert caplog.text == ""

    @pytest.mark.parametrize("content", [None, "text", 7, ["coming"]], ids=repr)
    def test_message_that_is_no_table_is_ignored(
        self, page: Page, content: object
    ) -> None:
        page.widget._handle_custom_msg(content, [])
        assert page.heard("refused") == []

    def test_broken_bytes_are_refused_without_showing_them(
        self, page: Page, caplog: pytest.LogCaptureFixture
    ) -> None:
        page.deliver(page.coming(), CANARY.encode() + b"\xff")
        assert page.status == "The value could not be opened (UnicodeDecodeError)."
        assert CANARY not in repr(page.sent) + caplog.text


class TestPending:
    def test_action_waits_for_the_value(self, page: Page) -> None:
        seen: list[str | None] = []
        name = page.coming()
        page.widget.when_ready(lambda: seen.append(raw(page)))
        assert (page.widget.pending, seen) == (True, [])
        page.deliver(name, CANARY.encode())
        assert (page.widget.pending, seen) == (False, [CANARY])

    def test_action_runs_at_once_when_nothing_is_coming(self, page: Page) -> None:
        seen: list[str] = []
        page.widget.when_ready(lambda: seen.append("run"))
        assert seen == ["run"]

    @pytest.mark.parametrize("ending", ["failed", "refused"])
    def test_action_also_runs_when_the_value_fails(
        self, page: Page, ending: str
    ) -> None:
        seen: list[str | None] = []
        name = page.coming()
        page.widget.when_ready(lambda: seen.append(raw(page)))
        if ending == "failed":
            page.say(kind="failed", id=name)
        else:
            page.part(name, 1, 2, b"")
        assert seen == [None]

    def test_action_waits_for_the_newest_of_two_values(self, page: Page) -> None:
        seen: list[str | None] = []
        first, second = page.coming(), page.coming()
        page.widget.when_ready(lambda: seen.append(raw(page)))
        page.say(kind="failed", id=first)
        assert seen == []
        page.deliver(second, b"second")
        assert seen == ["second"]

    def test_actions_run_once_in_their_order_after_the_callbacks(
        self, page: Page
    ) -> None:
        seen: list[str] = []
        page.widget.on_value(lambda _: seen.append("callback"))
        name = page.coming()
        page.widget.when_ready(lambda: seen.append("first"))
        page.widget.when_ready(lambda: seen.append("second"))
        page.deliver(name, CANARY.encode())
        page.enter(CANARY)
        assert seen == ["callback", "first", "second", "callback"]

    def test_page_that_went_away_holds_nothing_up(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []
        page.coming()
        page.widget.when_ready(lambda: seen.append("old"))
        later = envelope.monotonic() + envelope.PATIENCE + 1
        monkeypatch.setattr(envelope, "monotonic", lambda: later)
        assert not page.widget.pending
        page.widget.when_ready(lambda: seen.append("new"))
        assert seen == ["new"]

    def test_announcement_that_comes_after_its_value_holds_nothing_up(
        self, page: Page
    ) -> None:
        page.deliver("view.1", CANARY.encode())
        assert page.coming() == "view.1"
        assert (page.widget.pending, raw(page)) == (False, CANARY)

    def test_action_can_wait_for_several_fields(self, page: Page, box: Page) -> None:
        seen: list[tuple[str | None, str | None]] = []
        one, two = page.coming(), box.coming()
        fields = [page.widget, box.widget]
        when_ready(fields, lambda: seen.append((raw(page), raw(box))))
        page.deliver(one, b"first")
        assert seen == []
        box.deliver(two, b"second")
        assert seen == [("first", "second")]

    def test_callback_hears_of_arriving_setting_and_clearing(self, page: Page) -> None:
        seen: list[str | None] = []
        page.widget.on_value(lambda field: seen.append(field.value and raw(page)))
        page.enter("one")
        page.widget.set(Secret("two"), "From the sandbox.")
        page.widget.clear()
        page.widget.clear()
        assert seen == ["one", "two", None]

    def test_failing_callback_does_not_hold_up_an_action_or_show_the_value(
        self, page: Page, caplog: pytest.LogCaptureFixture
    ) -> None:
        seen: list[str] = []
        page.widget.on_value(lambda _: 1 / 0)
        name = page.coming()
        page.widget.when_ready(lambda: seen.append("run"))
        page.deliver(name, CANARY.encode())
        assert seen == ["run"]
        (record,) = caplog.records
        assert record.exc_info
        frames = [frame.f_locals for frame, _ in walk_tb(record.exc_info[2])]
        assert any(frame.get("self") is page.widget for frame in frames)
        assert CANARY not in repr(frames) + caplog.text


class TestFiles:
    def test_text_file_is_taken_with_its_name(self, box: Page) -> None:
        box.drop("C:\\mail\\keys.txt", "nøkkel".encode("utf-16"))
        assert raw(box) == "nøkkel"
        assert box.widget.file_name == "keys.txt"
        assert box.status == "Received · “keys.txt” · 6 characters"

    def test_binary_file_is_refused_with_its_name(self, box: Page) -> None:
        box.drop("keys.bin", b"PK\x03\x04\0")
        assert box.widget.value is None
        assert box.status == (
            "“keys.bin” is not a text file; it looks like a ZIP archive or an Office "
            "document. Save it as text, then try again."
        )

    def test_file_name_goes_when_something_else_comes(self, box: Page) -> None:
        box.drop("keys.txt", b"key")
        box.enter("typed")
        assert box.widget.file_name is None


def test_label_and_help_reach_the_page() -> None:
    widget = SealedField("Client id", help="In the portal.", placeholder="a1b2")
    state = widget.get_state()
    assert (state["label"], state["help"], state["placeholder"]) == (
        "Client id",
        "In the portal.",
        "a1b2",
    )
    assert (state["rows"], state["files"]) == (1, False)
    widget.close()


def test_page_and_kernel_agree_on_the_limit() -> None:
    script = str(SealedField._esm)
    assert f"LIMIT_MEGABYTES = {sealed.LIMIT_MEGABYTES};" in script


class TestAClickThatCameBeforeWhatThePageSaidBefore:
    def test_it_waits_for_the_value_that_the_page_holds(self, page: Page) -> None:
        seen: list[str | None] = []
        page.touched()
        page.held = ["view.1"]
        page.widget.when_ready(lambda: seen.append(raw(page)))
        assert (page.widget.pending, seen) == (True, [])
        page.enter(CANARY)
        assert (page.widget.pending, seen) == (False, [CANARY])

    def test_it_waits_for_no_value_that_is_here(self, page: Page) -> None:
        seen: list[str | None] = []
        page.enter(CANARY)
        page.touched()
        page.held = ["view.1"]
        page.widget.when_ready(lambda: seen.append(raw(page)))
        assert seen == [CANARY]

    @pytest.mark.parametrize(
        ("in_use", "times"), [(True, 2), (False, 1)], ids=["in use", "left"]
    )
    def test_the_page_is_asked_while_the_field_is_in_use(
        self, page: Page, in_use: bool, times: int
    ) -> None:
        page.hello()
        page.widget.when_ready(lambda: None)
        assert page.heard("ask") == []
        page.touched()
        page.in_use = in_use
        for _ in range(2):
            page.widget.when_ready(lambda: None)
        assert len(page.heard("ask")) == times

    def test_every_field_is_asked_before_one_is_waited_for(
        self, page: Page, box: Page
    ) -> None:
        seen: list[tuple[str | None, str | None]] = []
        page.touched()
        box.touched()
        page.held = box.held = ["view.1"]
        when_ready(
            [page.widget, box.widget], lambda: seen.append((raw(page), raw(box)))
        )
        box.enter("second")
        assert seen == []
        page.enter("first")
        assert seen == [("first", "second")]

    @pytest.mark.parametrize("held", [None, "view.1", [1, None]], ids=repr)
    def test_an_answer_that_makes_no_sense_holds_nothing_up(
        self, page: Page, held: object
    ) -> None:
        seen: list[str] = []
        page.touched()
        page.held = held  # type: ignore[assignment]
        page.widget.when_ready(lambda: seen.append("run"))
        assert (page.widget.pending, seen) == (False, ["run"])

    def test_an_answer_to_no_question_is_ignored(self, page: Page) -> None:
        page.touched()
        page.say(kind="answer", id="ask.x", held=["view.1"])
        assert not page.widget.pending

    def test_a_page_that_does_not_answer_is_waited_for_in_vain(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sealed, "ANSWERED_WITHIN", 0.01)
        done = Event()
        page.touched()
        page.silent = True
        page.widget.when_ready(done.set)
        assert done.wait(10)
        assert not page.widget.pending

    def test_a_field_that_is_closed_waits_for_no_answer(self, page: Page) -> None:
        page.touched()
        page.silent = True
        page.widget.when_ready(lambda: pytest.fail("it is closed"))
        page.widget.close()
        assert not page.widget.pending
        done: list[str] = []
        page.widget.when_ready(lambda: done.append("run"))
        assert done == ["run"]

    def test_it_is_not_made_up_for_once_its_page_has_gone(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []
        page.touched()
        page.coming()
        page.widget.when_ready(lambda: done.append("of the page that went away"))
        monkeypatch.setattr(envelope, "PATIENCE", -1)
        page.widget.when_ready(lambda: done.append("of the page that is here"))
        assert done == ["of the page that is here"]
