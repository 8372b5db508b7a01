"""Looking again and again: what stops working is told once, and so is what heals."""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vippsdiag.cli import main
from vippsdiag.cli import watch as command
from vippsdiag.client.certificate import Certificate, certificate_of
from vippsdiag.client.notice import send_notice
from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Fleet, Journal, SalesUnit, Standing, Target
from vippsdiag.keys import Field
from vippsdiag.products import Reach
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.secret import Secret
from vippsdiag.watch import Look, News, Subject, Watch
from vippsdiag.watch.look import sound, things
from vippsdiag.watch.show import in_json, news_line, to_prometheus

UNIT = "Test unit"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


def target(sandbox: Sandbox) -> Target:
    return Target(
        environment=Environment.SANDBOX,
        sandbox="http://127.0.0.1",
        session=sandbox.session,
        per_second=None,
        workers=1,
    )


def watching(sandbox: Sandbox, journal: Journal | None = None) -> Watch:
    keys = sandbox.keys_of(UNIT)
    units = (SalesUnit(msn=str(keys.msn)),)
    return Watch(units, target(sandbox), keys=keys, journal=journal, now=lambda: NOW)


def lines(look: Look) -> list[str]:
    return [news_line(news) for news in look.news]


def test_what_works_from_the_beginning_is_no_news(sandbox: Sandbox) -> None:
    look = watching(sandbox).look()
    assert look.news == ()
    assert look.works


def test_key_that_stops_working_is_told_once_with_its_cause(sandbox: Sandbox) -> None:
    watch = watching(sandbox)
    watch.look()
    sandbox.regenerate(UNIT, Field.CLIENT_SECRET)
    look = watch.look()
    msn = sandbox.keys_of(UNIT).msn
    (line,) = lines(look)
    assert line.startswith(
        f"The keys of sales unit {msn} do not work. The likely cause"
    )
    assert "client-secret-wrong" in line
    assert not look.works
    again = watch.look()
    assert again.news == ()
    assert not again.works


def test_first_look_tells_what_does_not_work(sandbox: Sandbox) -> None:
    watch = watching(sandbox)
    sandbox.regenerate(UNIT, Field.SUBSCRIPTION_KEY)
    assert [news.subject for news in watch.look().news] == [Subject.KEYS]


def test_what_works_again_is_told(sandbox: Sandbox) -> None:
    keys = sandbox.keys_of(UNIT)
    units = (SalesUnit(msn=str(keys.msn)),)
    wrong = replace(keys, client_secret=Secret("mZ4tQ8vX1nR6kB3wY7sLpg=="))
    journal = Journal()
    assert Watch(units, target(sandbox), keys=wrong, journal=journal).look().news
    healed = Watch(units, target(sandbox), keys=keys, journal=journal).look()
    assert lines(healed) == [f"The keys of sales unit {keys.msn} work again."]


def test_watch_that_is_started_again_knows_what_worked(sandbox: Sandbox) -> None:
    journal = Journal()
    watching(sandbox, journal).look()
    restarted, later = watching(sandbox, journal), watching(sandbox, journal)
    sandbox.regenerate(UNIT, Field.CLIENT_SECRET)
    assert [news.works for news in restarted.look().news] == [False]
    assert later.look().news == ()


def checked(sandbox: Sandbox, **reach: Reach) -> Any:
    one = watching(sandbox).look().summary.results[0]
    return replace(one, reach={**one.reach, **reach})


def test_product_is_told_apart_from_the_keys(sandbox: Sandbox) -> None:
    one = checked(sandbox, Webhooks=Reach.FORBIDDEN)
    told = {thing: news.works for thing, news in things([one])}
    msn = one.unit.msn
    assert told[Subject.KEYS, msn, ""] is True
    assert told[Subject.PRODUCT, msn, "Webhooks"] is False
    news = News(subject=Subject.PRODUCT, whose=msn, product="Webhooks", works=False)
    assert news_line(news) == f"Webhooks is not reached by {msn}."
    healed = replace(news, works=True)
    assert news_line(healed) == f"Webhooks is reached again by {msn}."


def test_number_with_two_sets_of_keys_works_if_both_do(sandbox: Sandbox) -> None:
    one = checked(sandbox)
    other = replace(one, holder="b", reach=dict.fromkeys(one.reach, Reach.NO_TOKEN))
    watch = watching(sandbox)
    for both in ([one, other], [other, one]):
        told = [news.works for _, news in things(both)]
        assert told.count(False) == 1
        look = watch.look()
        summary = replace(look.summary, results=tuple(both))
        text = to_prometheus(replace(look, summary=summary))
        assert text.count("vippsdiag_keys_accepted{") == 1
    assert len(watch._learn(things([one, other]))) == 1
    assert watch._learn(things([one, other])) == []


def test_what_a_stopped_look_had_found_is_asked_again(sandbox: Sandbox) -> None:
    journal = Journal()
    keys = sandbox.keys_of(UNIT)
    unit = SalesUnit(msn=str(keys.msn))
    stranger = SalesUnit(msn=str(sandbox.keys_of("Test unit without ePayment").msn))
    watch = Watch((unit, stranger), target(sandbox), keys=keys, journal=journal)
    fleet = Fleet((unit, stranger), target(sandbox), keys=keys, journal=journal)
    results = fleet.check()
    assert next(results).standing is Standing.WORKS
    results.close()
    sandbox.regenerate(UNIT, Field.SUBSCRIPTION_KEY)
    assert not any(news.works for _, news in things(watch.look().summary.results))


@pytest.mark.parametrize(
    "word",
    [Reach.TOO_MANY, Reach.SERVER_ERROR, Reach.NO_ANSWER, Reach.UNCLEAR],
    ids=str,
)
def test_passing_trouble_is_no_news(sandbox: Sandbox, word: Reach) -> None:
    one = checked(sandbox)
    one = replace(one, reach=dict.fromkeys(one.reach, word))
    assert list(things([one])) == []


def test_certificate_is_news_before_it_ends() -> None:
    def said(**parts: Any) -> list[bool]:
        one = Certificate(host="api.vipps.no", **parts)
        return [news.works for _, news in sound([one], NOW)]

    assert said(ends=NOW + timedelta(days=15)) == [True]
    assert said(ends=NOW + timedelta(days=13)) == [False]
    assert said(trouble="refused", refused=True) == [False]
    assert said(trouble="no way to it") == []


def ending(sandbox: Sandbox, journal: Journal | None, days: int) -> Watch:
    """Return a watch of nothing but a certificate that ends in so many days."""
    real = replace(target(sandbox), environment=Environment.TEST, sandbox=None)
    return Watch(
        (),
        real,
        keys=sandbox.keys_of(UNIT),
        journal=journal,
        certificate=lambda host: Certificate(host=host, ends=NOW + timedelta(days)),
        now=lambda: NOW,
    )


def test_certificate_that_ends_soon_is_told_once_by_a_nightly_start(
    sandbox: Sandbox,
) -> None:
    journal = Journal()
    nights = [ending(sandbox, journal, days).look() for days in (15, 13, 12, 90, 13)]
    told = [[news.works for news in look.news] for look in nights]
    assert told == [[], [False], [], [True], [False]]
    assert [look.works for look in nights] == [True, False, False, True, False]


def test_without_a_journal_every_start_tells_what_does_not_work(
    sandbox: Sandbox,
) -> None:
    nights = [ending(sandbox, None, 13).look() for _ in range(2)]
    assert [len(look.news) for look in nights] == [1, 1]


def test_what_was_told_of_one_environment_is_not_known_of_another(
    sandbox: Sandbox,
) -> None:
    journal = Journal()
    ending(sandbox, journal, 13).look()
    real = replace(target(sandbox), environment=Environment.PRODUCTION, sandbox=None)
    other = ending(sandbox, journal, 13)
    other._target = real
    assert len(other.look().news) == 1


def test_night_without_an_answer_makes_nothing_news_again(sandbox: Sandbox) -> None:
    journal = Journal()
    first, third = watching(sandbox, journal), watching(sandbox, journal)
    keys = sandbox.keys_of(UNIT)
    sandbox.regenerate(UNIT, Field.SUBSCRIPTION_KEY)
    assert len(first.look().news) == 1
    units = (SalesUnit(msn=str(keys.msn)),)
    silent = Target(
        environment=Environment.SANDBOX, sandbox="http://127.0.0.1:9", per_second=None
    )
    assert Watch(units, silent, keys=keys, journal=journal).look().news == ()
    assert third.look().news == ()


def test_look_that_was_stopped_takes_away_no_news(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal()
    stopped = ending(sandbox, journal, 13)
    monkeypatch.setattr(Fleet, "cancelled", True)
    stopped.look()
    monkeypatch.undo()
    assert len(ending(sandbox, journal, 13).look().news) == 1


def test_certificate_of_real_environments_is_looked_at(sandbox: Sandbox) -> None:
    keys = sandbox.keys_of(UNIT)
    asked: list[str] = []

    def certificate(host: str) -> Certificate:
        asked.append(host)
        return Certificate(host=host, ends=NOW + timedelta(days=3))

    real = replace(target(sandbox), environment=Environment.TEST, sandbox=None)
    watch = Watch((), real, keys=keys, certificate=certificate, now=lambda: NOW)
    look = watch.look()
    assert asked == ["apitest.vipps.no"]
    assert lines(look) == [
        "The certificate of apitest.vipps.no ends at 2026-12-01 12:00 UTC."
    ]
    assert not look.works


def authority(folder: Path, ends: datetime) -> Path:
    """Write a certificate for localhost that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=400))
        .not_valid_after(ends)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "host.pem"
    path.write_bytes(pem)
    return path


class Quiet(BaseHTTPRequestHandler):
    """Answers every call, and keeps what was posted."""

    posted: ClassVar[list[Any]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.posted.append(json.loads(self.rfile.read(length)))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        return


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    Quiet.posted.clear()
    with HTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def secured(server: HTTPServer, pem: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)


def test_certificate_is_read_and_verified(tmp_path: Path) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    pem = authority(tmp_path, ends)
    with HTTPServer(("127.0.0.1", 0), Quiet) as server:
        secured(server, pem)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        trusting = ssl.create_default_context(cafile=pem)
        found = certificate_of("localhost", port, trusting)
        assert (found.ends, found.trouble) == (ends, "")
        refused = certificate_of("localhost", port)
        assert (refused.refused, refused.ends) == (True, None)
        server.shutdown()
    nobody = certificate_of("localhost", port)
    assert (nobody.refused, nobody.ends) == (False, None)
    assert (
        nobody.trouble == "The certificate could not be read (ConnectionRefusedError)."
    )


def test_prometheus_text_has_a_help_and_a_value_for_each(sandbox: Sandbox) -> None:
    certificates = (Certificate(host="api.vipps.no", ends=NOW),)
    look = replace(watching(sandbox).look(), certificates=certificates)
    text = to_prometheus(look)
    msn = sandbox.keys_of(UNIT).msn
    assert f'vippsdiag_keys_accepted{{msn="{msn}"}} 1\n' in text
    assert f'vippsdiag_product_reached{{msn="{msn}",product="Webhooks"}} 1\n' in text
    assert 'vippsdiag_units{standing="works"} 1\n' in text
    assert f'end_seconds{{host="api.vipps.no"}} {NOW.timestamp():.0f}\n' in text
    sample = re.compile(r'[a-z_]+(\{([a-z]+="(?:[^"\\\n]|\\.)*",?)+\})? \d+')
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line)
    assert text.count("# TYPE") == text.count("# HELP") == 6


def test_notice_is_posted_and_its_trouble_is_told(receiver: HTTPServer) -> None:
    address = f"http://127.0.0.1:{receiver.server_port}/hook?code=hush"
    assert send_notice(address, {"a": 1}) == ""
    assert Quiet.posted == [{"a": 1}]
    Quiet.status = 302
    try:
        assert send_notice(address, {}) == "The notice was answered 302."
    finally:
        Quiet.status = 204
    assert len(Quiet.posted) == 2


def test_notice_to_this_machine_needs_no_proxy(
    receiver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert send_notice(f"http://127.0.0.1:{receiver.server_port}/", {}) == ""


def test_notice_that_cannot_be_sent_names_no_address() -> None:
    said = send_notice("http://127.0.0.1:9/hush", {})
    assert said == "The notice could not be sent (ConnectionError)."


def test_notice_to_a_name_that_no_host_can_have_is_told_of_too() -> None:
    said = send_notice(f"https://{'a' * 70}.example/hush", {})
    assert said == "The notice could not be sent (LocationParseError)."


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://127.0.0.1/", "https://", "nothing", "", "https://["],
    ids=["plain", "ftp", "no host", "no address", "empty", "broken"],
)
def test_notice_goes_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(VippsdiagError, match="goes to an https address"):
        send_notice(url, {})


@pytest.fixture
def key_file(tmp_path: Path, sandbox: Sandbox) -> Path:
    keys = sandbox.keys_of(UNIT)
    path = tmp_path / "keys.env"
    path.write_text(
        f"client_id={keys.client_id}\n"
        f"client_secret={reveal(keys.client_secret)}\n"
        f"Ocp-Apim-Subscription-Key={reveal(keys.subscription_key)}\n"
        f"Merchant-Serial-Number={keys.msn}\n"
    )
    return path


def reveal(value: Any) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def test_command_looks_writes_and_ends(
    sandbox: Sandbox,
    key_file: Path,
    tmp_path: Path,
    receiver: HTTPServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    metrics = tmp_path / "vippsdiag.prom"
    hook = f"http://127.0.0.1:{receiver.server_port}/"
    with running(sandbox) as address:
        line = ["watch", "--sandbox", address, "--keys", str(key_file), "--times", "2"]
        line += ["--kind", "sales unit", "--every", "0s", "--rate", "0"]
        line += ["--prometheus", str(metrics), "--webhook", hook]
        assert main(line) == 0
        assert capsys.readouterr().out == ""
        assert Quiet.posted == []
        sandbox.regenerate(UNIT, Field.CLIENT_SECRET)
        assert main([*line, "--format", "json"]) == 1
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [len(one["news"]) for one in told] == [1, 0]
    assert "client-secret-wrong" in told[0]["news"][0]["causes"]
    assert Quiet.posted == told[:1]
    assert "vippsdiag_keys_accepted" in metrics.read_text()
    secret = reveal(sandbox.keys_of(UNIT).client_secret)
    assert secret not in json.dumps(told) + metrics.read_text()
    assert list(tmp_path.glob(".*")) == []


def test_look_that_cannot_be_written_is_told_and_does_not_end_the_watch(
    sandbox: Sandbox,
    key_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    metrics = tmp_path / "nowhere" / "vippsdiag.prom"
    with running(sandbox) as address:
        line = ["watch", "--sandbox", address, "--keys", str(key_file), "--times", "2"]
        line += ["--every", "0s", "--rate", "0", "--prometheus", str(metrics)]
        assert main(line) == 0
    assert capsys.readouterr().err.count("No such file") == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["--environment", "test", "--every", "5s"], "30s at least"),
        (["--every", "soon"], "Give a number with s, m, h or d"),
        ([], "Give either --environment or --sandbox"),
        (["--sandbox", "http://127.0.0.1:9", "--webhook", "http://a.b/"], "https"),
    ],
    ids=["too often", "no span", "nowhere", "in the clear"],
)
def test_command_refuses_what_makes_no_sense(
    line: list[str], says: str, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--keys", str(key_file), *line]) == 2
    assert says in capsys.readouterr().err


def test_keys_that_name_a_number_are_a_sales_units_if_nothing_else_is_said(
    sandbox: Sandbox, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.regenerate(UNIT, Field.CLIENT_SECRET)
    with running(sandbox) as address:
        line = ["watch", "--sandbox", address, "--keys", str(key_file), "--times", "1"]
        assert main(line) == 1
    assert "The likely cause: client-secret-wrong." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["VIPPS_MSN", "VIPPSDIAG_MERCHANT_SERIAL_NUMBER"])
def test_keys_in_the_environment_name_their_number_too(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    keys = sandbox.keys_of(UNIT)
    monkeypatch.setenv("VIPPS_CLIENT_ID", str(keys.client_id))
    monkeypatch.setenv("VIPPS_CLIENT_SECRET", reveal(keys.client_secret))
    monkeypatch.setenv("VIPPS_SUBSCRIPTION_KEY", reveal(keys.subscription_key))
    with running(sandbox) as address:
        line = ["watch", "--sandbox", address, "--times", "1", "--rate", "0"]
        assert main(line) == 2
        monkeypatch.setenv(name, str(keys.msn))
        assert main(line) == 0


def test_command_asks_for_a_number_that_the_keys_lack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keys.env"
    path.write_text("client_id=6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246\n")
    status = main(["watch", "--sandbox", "http://127.0.0.1:9", "--keys", str(path)])
    assert status == 2
    assert "give a LIST" in capsys.readouterr().err


def test_look_ends_when_it_is_stopped(sandbox: Sandbox) -> None:
    watch = watching(sandbox)
    looks = command._looks(watch, 3600, None)
    next(looks)
    watch.stop()
    looks.close()


def test_no_wait_between_two_looks_is_so_long_that_nobody_could_end_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    class Patient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or threading.TIMEOUT_MAX)
            return self.is_set()

    monkeypatch.setattr(command, "monotonic", lambda: sum(waits))
    stop = Patient()
    assert not command._stops_within(stop, 600)
    assert sum(waits) == 600
    assert max(waits) <= 1
    stop.set()
    assert command._stops_within(stop, 600)


def test_json_of_a_look_holds_no_key(sandbox: Sandbox) -> None:
    told = json.dumps(in_json(watching(sandbox).look()))
    keys = sandbox.keys_of(UNIT)
    for value in (keys.client_id, keys.client_secret, keys.subscription_key):
        assert reveal(value) not in told
