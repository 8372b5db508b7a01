"""The troubleshooting notebook: paste, click, read what is shown."""

import html as escaping
import json
import re
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient
from sealed_page import Page, Sent

from vippsdiag.align import State, with_known
from vippsdiag.calls import KEY
from vippsdiag.check import Report, Tried
from vippsdiag.client import Client
from vippsdiag.compare import compare
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import HostNotAllowed
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers import read_paste
from vippsdiag.integrations import integration_of
from vippsdiag.keys import KeyKind
from vippsdiag.notebook import Troubleshooting
from vippsdiag.notebook.voice import speak_in
from vippsdiag.render.found import calls_view, read_lines, read_view, timeline_view
from vippsdiag.render.reply import to_reply, to_reply_markdown
from vippsdiag.samples import MISSING_KEY, TEST, case, token_call
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import FAMILIES, find, start
from vippsdiag.sandbox.exercises.words import sent_in
from vippsdiag.secret import Secret

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "02-troubleshooting.ipynb"
CANARY = "canaryQ7Zx81Qw9Lk2Pd5v=="
TOKEN_CALL = "https://apitest.vipps.no/accesstoken/get"
MAIL = f"""Hello, this has stopped working since Monday:

curl -X POST {TOKEN_CALL} \\
  -H 'client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246' \\
  -H 'client_secret: {CANARY}'

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{{"statusCode": 401, "message": "{MISSING_KEY}"}}
"""

REPLY = """Hello,

Thank you for what you sent. This is what we found in it.

What is wrong: No subscription key reached the gateway. What you sent leaves no other cause.

What shows it: The request has no Ocp-Apim-Subscription-Key header.

What to do: Send the header Ocp-Apim-Subscription-Key with the primary or the secondary subscription key.

Read more: https://developer.vippsmobilepay.com/docs/knowledge-base/http-headers/

The call as it should be, with your own values in place of the variables:

curl -X POST 'https://apitest.vipps.no/accesstoken/get' \\
  -H 'client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246' \\
  -H "client_secret: $CLIENT_SECRET" \\
  -H "Ocp-Apim-Subscription-Key: $SUBSCRIPTION_KEY"

Please leave client_secret, subscription keys and tokens out of your messages. We do not need them to help you.

If it still fails after that, please send the new call and its answer.

Kind regards
"""  # noqa: E501 - a paragraph is one line


@pytest.fixture
def parts(sent: Sent) -> Troubleshooting:  # noqa: ARG001 - it goes first
    return Troubleshooting()


@pytest.fixture
def page(parts: Troubleshooting, sent: Sent) -> Page:
    return Page(parts.paste.field, sent)


def shown(widget: ipywidgets.HTML) -> str:
    """Return the text of a view, as a person reads it."""
    return plain(widget.value)


def plain(view: str) -> str:
    text = re.sub(r"<style>.*?</style>", "", view, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def everything(parts: Troubleshooting) -> str:
    views = [parts.found, parts.causes, parts.calls, parts.reply.view]
    return " ".join(map(shown, views)) + parts.reply.plain.text


def example(name: str) -> str:
    return sent_in(start(name, Sandbox()))


def report_of(text: str) -> Report:
    return diagnose(read_paste(text))


class TestAPaste:
    def test_its_cause_is_named_with_pieces_calls_and_reply(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.enter(MAIL)
        parts.paste.diagnose.click()
        assert shown(parts.paste.said) == "Done: what was found stands below."
        assert "Certain: No subscription key reached the gateway." in shown(
            parts.causes
        )
        assert "The call was answered by the gateway" in shown(parts.causes)
        assert "Your call beside one that works" in shown(parts.causes)
        assert "Lines 3 to 5: a cURL command." in shown(parts.found)
        assert "Request headers" in shown(parts.calls)
        assert "401 Unauthorized" in shown(parts.calls)
        assert "What is wrong: No subscription key" in shown(parts.reply.view)

    def test_what_could_not_be_used_is_shown(self, parts: Troubleshooting) -> None:
        parts.paste.field.set(Secret(f"{MAIL}\nSHOP_COLOUR=blue\n"), "")
        parts.paste.diagnose.click()
        assert "Not used from what you pasted" in shown(parts.found)

    def test_a_dropped_file_is_diagnosed(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.drop("mail.txt", MAIL.encode())
        parts.paste.diagnose.click()
        assert parts.report is not None
        assert parts.report.ranked[0][0].id == "subscription-key-missing"

    def test_what_is_told_beside_it_counts(self, parts: Troubleshooting) -> None:
        parts.paste.environment.value = Environment.PRODUCTION
        parts.paste.kind.value = KeyKind.PARTNER
        parts.paste.integration.value = "WooCommerce"
        parts.paste.field.set(Secret(MAIL), "")
        context = parts.paste.read().context
        assert context.environment is Environment.PRODUCTION
        assert context.kind is KeyKind.PARTNER
        parts.paste.diagnose.click()
        assert "The integration in use: WooCommerce." in shown(parts.causes)

    def test_every_integration_that_can_be_chosen_is_known_by_its_name(
        self, parts: Troubleshooting
    ) -> None:
        for _, name in parts.paste.integration.options[1:]:
            told = integration_of(Evidence(context=Context(client=str(name))))
            assert told is not None
            assert told.name.lower() == str(name).lower()

    def test_what_is_told_later_makes_the_diagnosis_older(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.field.set(Secret(MAIL), "")
        parts.paste.diagnose.click()
        parts.paste.kind.value = KeyKind.PARTNER
        assert shown(parts.paste.said).endswith("What stands below is from before.")
        parts.paste.diagnose.click()
        parts.paste.integration.value = "Magento"
        assert shown(parts.paste.said).endswith("What stands below is from before.")
        parts.paste.diagnose.click()
        assert shown(parts.paste.said).startswith("Done")

    def test_another_paste_says_that_the_diagnosis_is_older(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.field.set(Secret(MAIL), "")
        assert shown(parts.paste.said).startswith("Choose Diagnose")
        parts.paste.diagnose.click()
        parts.paste.field.set(Secret("something else"), "")
        assert shown(parts.paste.said).endswith("What stands below is from before.")


@pytest.mark.parametrize(
    "name", [family[0].id for family in FAMILIES.values()], ids=str
)
def test_an_example_of_every_family_is_filled_in_and_diagnosed(
    parts: Troubleshooting, name: str
) -> None:
    parts.paste.example.value = name
    parts.paste.use.click()
    parts.paste.diagnose.click()
    assert parts.report is not None
    found = [check.id for check, _ in parts.report.ranked[:3]]
    assert set(found) & set(find(name).causes)


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            pytest.param("Hello, how are you?", "nothing in this text", id="prose"),
            pytest.param("\0\1\2\3" * 50, "nothing in this text", id="binary"),
            pytest.param('{"log": {"entries": [{"requ', "breaks off", id="cut"),
            pytest.param("x" * 33_000_000, "larger than 32 MB", id="huge"),
        ],
    )
    def test_it_is_explained_and_loses_nothing(
        self, parts: Troubleshooting, text: str, words: str
    ) -> None:
        parts.paste.field.set(Secret(MAIL), "")
        parts.paste.diagnose.click()
        before = everything(parts)
        parts.paste.field.set(Secret(text), "")
        parts.paste.diagnose.click()
        assert words in shown(parts.paste.said)
        assert "from before" in shown(parts.paste.said)
        assert everything(parts) == before
        assert not parts.paste.diagnose.disabled

    def test_an_empty_box_is_explained(self, parts: Troubleshooting) -> None:
        parts.paste.diagnose.click()
        assert "There is nothing in the box yet." in shown(parts.paste.said)

    def test_a_binary_file_is_refused_and_the_text_before_is_kept(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.enter(MAIL)
        page.drop("mail.zip", b"PK\x03\x04\0\0\0")
        assert "not a text file" in page.status
        parts.paste.diagnose.click()
        assert "No subscription key" in shown(parts.causes)

    def test_markup_in_a_paste_is_shown_and_not_obeyed(
        self, parts: Troubleshooting
    ) -> None:
        bad = MAIL.replace("Unauthorized", "<script>alert(1)</script>")
        parts.paste.field.set(Secret(bad + "<img src=x onerror=alert(1)>"), "")
        parts.paste.diagnose.click()
        views = (parts.found, parts.causes, parts.calls, parts.reply.view)
        assert "<script" not in "".join(view.value for view in views)
        assert "<img" not in "".join(view.value for view in views)


class TestSecrets:
    def test_nothing_that_leaves_the_kernel_holds_what_was_pasted(
        self, parts: Troubleshooting, page: Page, sent: Sent
    ) -> None:
        page.enter(MAIL)
        parts.paste.diagnose.click()
        parts.save._handle_custom_msg({"kind": "make"}, None)
        assert "<!doctype html>" in str(sent[-1])
        state = json.dumps(ipywidgets.Widget.get_manager_state(), default=str)
        assert CANARY not in state
        assert CANARY not in str(sent)
        assert all(CANARY.encode() not in part for _, more in sent for part in more)
        assert CANARY not in repr([vars(parts), vars(parts.paste), parts.report])

    def test_a_copy_with_pseudonyms_is_handed_over_and_has_the_same_cause(
        self, parts: Troubleshooting, page: Page, sent: Sent
    ) -> None:
        page.enter(MAIL)
        parts.paste.share._handle_custom_msg({"kind": "make"}, None)
        made = sent[-1][0]["content"]
        assert made["name"] == "vippsdiag-shareable.txt"
        assert CANARY not in made["text"]
        assert len(made["text"]) == len(MAIL)
        assert "Hello, this has stopped working" in made["text"]
        assert shown(parts.paste.said).startswith("1 value was replaced.")
        speak_in("nb")
        try:
            assert shown(parts.paste.said).startswith("1 verdi ble erstattet.")
        finally:
            speak_in("en")
        assert CANARY not in str(sent)
        assert made["text"] not in repr([vars(parts), vars(parts.paste)])
        parts.paste.field.set(Secret(made["text"]), "")
        parts.paste.diagnose.click()
        assert "No subscription key reached the gateway" in shown(parts.causes)

    def test_what_is_in_doubt_in_the_copy_is_named_by_its_line(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.field.set(Secret("Hello\npassword: short\n"), "")
        assert "short" not in parts.paste.shareable()
        assert "Please look at line 2:" in shown(parts.paste.said)
        parts.paste.forget.click()
        assert shown(parts.paste.said) == "Everything is forgotten."

    def test_of_what_cannot_be_looked_through_no_copy_is_handed_over(
        self, parts: Troubleshooting, sent: Sent
    ) -> None:
        parts.paste.field.set(Secret(f"{MAIL}\0"), "")
        parts.paste.share._handle_custom_msg({"kind": "make"}, None)
        assert "vippsdiag-shareable.txt" not in str(sent)
        assert "This is binary data" in shown(parts.paste.said)
        assert parts.paste.field.value is not None

    def test_of_an_empty_box_no_copy_is_handed_over(
        self, parts: Troubleshooting, sent: Sent
    ) -> None:
        parts.paste.share._handle_custom_msg({"kind": "make"}, None)
        assert not [data for data, _ in sent if data.get("method") == "custom"]
        assert "There is nothing in the box yet." in shown(parts.paste.said)

    def test_nothing_is_left_when_everything_is_forgotten(
        self, parts: Troubleshooting
    ) -> None:
        fresh = everything(parts)
        parts.paste.environment.value = Environment.TEST
        parts.paste.field.set(Secret(MAIL), "")
        parts.paste.diagnose.click()
        assert parts.save.layout.display == ""
        parts.paste.forget.click()
        assert parts.report is None
        assert parts.paste.field.value is None
        assert parts.paste.environment.label == "Not known"
        assert everything(parts) == fresh
        assert parts.reply.markdown.text == ""
        assert parts.save.layout.display == "none"
        assert shown(parts.paste.said) == "Everything is forgotten."

    def test_clearing_the_box_forgets_the_report_too(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.enter(MAIL)
        parts.paste.diagnose.click()
        page.say(kind="clear")
        assert parts.report is None

    def test_a_click_waits_for_a_text_that_is_on_its_way(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.hello()
        name = page.coming()
        parts.paste.diagnose.click()
        assert parts.report is None
        page.deliver(name, MAIL.encode())
        assert parts.report is not None

    def test_forgetting_waits_for_a_text_that_is_on_its_way(
        self, parts: Troubleshooting, page: Page
    ) -> None:
        page.hello()
        name = page.coming()
        parts.paste.forget.click()
        page.deliver(name, MAIL.encode())
        assert parts.paste.field.value is None


class TestTheReply:
    def test_it_names_cause_evidence_and_fix(self) -> None:
        text = to_reply(report_of(MAIL))
        assert text == REPLY

    @pytest.mark.parametrize("write", [to_reply, to_reply_markdown])
    def test_it_holds_no_secret_and_asks_for_none(self, write: object) -> None:
        assert callable(write)
        text = write(report_of(MAIL))
        assert CANARY not in text
        assert "We do not need them to help you." in text

    def test_a_sent_mask_is_no_reason_to_ask(self) -> None:
        body = json.dumps({"statusCode": 401, "message": MISSING_KEY})
        assert "We do not need them" not in to_reply(report_of(body))

    def test_other_causes_follow(self) -> None:
        text = to_reply(report_of(example("moved-to-production")))
        assert "This is the likeliest cause." in text
        assert "If that does not mend it: The gateway does not know" in text
        assert "To be surer: Send POST /accesstoken/get at apitest.vipps.no" in text

    def test_a_cause_that_is_not_known_is_admitted(self) -> None:
        text = to_reply(report_of("HTTP/1.1 418 I'm a teapot\n\n{}"))
        assert "We could not tell the cause from it. Please send" in text

    def test_what_is_only_a_note_is_said_as_such(self) -> None:
        text = to_reply(report_of(example("asked-on-the-phone")))
        assert "What we noticed: " in text
        assert "If that does not explain it: Please send the failing call" in text

    def test_it_asks_for_what_is_missing(self) -> None:
        text = to_reply(diagnose(Evidence()))
        assert "This would help too: the keys" in text

    def test_markdown_is_escaped_and_code_is_fenced(self) -> None:
        text = to_reply_markdown(report_of(MAIL))
        assert "**What is wrong:** No subscription key" in text
        assert "client\\_secret" in text
        assert "```sh\ncurl " in text


class TestTheViews:
    def test_what_was_read_is_counted(self) -> None:
        report = report_of(MAIL)
        assert read_lines(report)[0] == "Calls: 1. Values of keys: 2."
        assert "<li>Lines 3 to 5: a cURL command.</li>" in read_view(report)

    def test_failed_calls_are_shown_first_and_the_rest_is_counted(self) -> None:
        good = MAIL.replace("401 Unauthorized", "200 OK").partition("\n\n")[2]
        text = calls_view(report_of("\n\n".join([good] * 7 + [MAIL])))
        assert "<h3>Call 8</h3>" in text
        assert "<h3>Call 1</h3>" not in text
        assert "Calls that are not shown here: 7." in text

    def test_no_call_is_said(self) -> None:
        assert "There is no call in it." in calls_view(diagnose(Evidence()))

    def test_a_request_is_shown_line_by_line_beside_one_that_works(self) -> None:
        text = plain(calls_view(report_of(MAIL)))
        assert "The request, line by line, beside a call that works" in text
        assert "method POST POST the same" in text
        assert "the client_secret is there" in text
        assert f"{KEY} nothing a subscription key missing" in text

    def test_a_header_under_another_name_is_led_to_its_own(self) -> None:
        mail = MAIL.replace(
            "-H 'client_secret", "-H 'Vipps-Subscription-Key: abc' -H 'client_secret"
        )
        (exchange,) = report_of(mail).evidence.exchanges
        found = compare(exchange, Evidence())
        assert found is not None
        (line,) = [one for one in with_known(found) if one.state is State.MISNAMED]
        assert (line.name, line.right) == (
            "Vipps-Subscription-Key",
            "Ocp-Apim-Subscription-Key",
        )

    def test_a_call_is_shown_beside_the_same_call_that_worked(self) -> None:
        evidence = case(
            token_call(TEST),
            token_call(TEST, headers={KEY: None, "X-Extra": "1"}, status=401),
        )
        text = plain(calls_view(diagnose(evidence)))
        assert "The same call beside call 1, which worked" in text
        assert "status 401 200 differs" in text
        assert "X-Extra 1 nothing does not belong there" in text

    def test_what_happened_when_and_who_answered_is_a_picture(self) -> None:
        text = timeline_view(report_of(MAIL))
        assert "answered by the gateway" in text
        assert 'role="img"' in text
        assert timeline_view(diagnose(Evidence())) == ""


class TestTrials:
    def test_without_keys_there_is_no_button_and_it_says_why(
        self, parts: Troubleshooting
    ) -> None:
        masked = example("moved-to-production")
        masked = re.sub(r"(client_secret: )[^'\"]+", r"\1***", masked)
        masked = re.sub(r"(Ocp-Apim-Subscription-Key: )[^'\"]+", r"\1***", masked)
        parts.paste.field.set(Secret(masked), "")
        parts.paste.diagnose.click()
        assert parts.report is not None
        assert parts.report.trials
        assert parts.trials.buttons == {}
        assert "there are none here: that is as it should be" in shown(
            parts.trials.view
        )

    def test_with_keys_it_says_where_they_would_go_and_sends_nothing_by_itself(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.field.set(Secret(example("moved-to-production")), "")
        parts.paste.diagnose.click()
        assert "sends them to" in shown(parts.trials.view)
        assert "only if the merchant knows" in shown(parts.trials.view)
        assert parts.trials.buttons

    def test_an_examples_trial_is_answered_by_the_sandbox(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.example.value = "moved-to-production"
        parts.paste.use.click()
        parts.paste.diagnose.click()
        assert "the sandbox answers" in shown(parts.trials.view)
        parts.trials.buttons["other-environment"].click()
        assert "Proved: Test keys were used in production." in shown(parts.causes)
        assert "The trial was made" in shown(parts.paste.said)

    def test_a_trial_cannot_be_made_once_something_else_is_in_the_box(
        self, parts: Troubleshooting
    ) -> None:
        parts.paste.use.click()
        parts.paste.diagnose.click()
        parts.paste.field.set(Secret(MAIL), "")
        assert parts.trials.buttons == {}
        assert parts.paste.sandbox is None

    def test_a_trial_that_cannot_be_sent_is_explained(
        self, parts: Troubleshooting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> Tried:
            raise HostNotAllowed("Keys are not sent there.")

        monkeypatch.setattr(Client, "trial", refuse)
        parts.paste.example.value = "moved-to-production"
        parts.paste.use.click()
        parts.paste.diagnose.click()
        parts.trials.buttons["other-environment"].click()
        assert shown(parts.trials.said) == "Keys are not sent there."


def test_forgetting_empties_the_field_in_the_page_too(
    parts: Troubleshooting, page: Page
) -> None:
    parts.paste.forget.click()
    assert page.heard("forget")


def test_the_notebook_runs_from_end_to_end() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
