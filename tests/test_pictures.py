"""The pictures: what their twins say to the letter, and that nothing breaks them."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Request,
    Response,
    Timing,
)
from vippsdiag.products import PRODUCTS, Reach
from vippsdiag.render import pictures
from vippsdiag.render.page import render_html
from vippsdiag.render.pictures import (
    amounts,
    bars,
    drawing,
    lifetime,
    matrix,
    timeline,
    waterfall,
)
from vippsdiag.samples import (
    CLIENT_SECRET,
    INVALID_KEY,
    NOW,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    gateway,
    token,
    token_call,
)
from vippsdiag.secret import Secret
from vippsdiag.token import Token, read_token

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text></svg><script>alert("1")</script>&\x00\x1b\ud800\ufffe\u202e'

FIRST = replace(
    token_call(TEST),
    timing=Timing(dns=14, connect=22, tls=61, send=0.4, wait=183, receive=3.2),
)
REFUSED = replace(
    api_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
    started=NOW + timedelta(milliseconds=420),
    timing=Timing(send=0.3, wait=96, receive=1),
)
LOST = Exchange(
    request=Request(method="GET", url="https://apitest.vipps.no/webhooks/v1/webhooks"),
    failure=Failure(kind=FailureKind.TIMEOUT),
    started=NOW + timedelta(milliseconds=760),
    timing=Timing(dns=0, connect=30, tls=44),
)
CALLS = (FIRST, REFUSED, LOST)
SOON, LATE = NOW + timedelta(minutes=20), NOW + timedelta(hours=4, minutes=5)


def read(picture: str) -> ET.Element:
    """Read a picture as a strict reader of XML does."""
    return ET.fromstring(picture)


def shown_in(picture: str) -> list[str]:
    return [node.text or "" for node in read(picture).iter(f"{SVG}text")]


def colours_in(picture: str) -> list[str]:
    return re.findall(r'fill="(#\w+)"', picture)


def life(now: datetime | None, **more: Any) -> lifetime.Lifetime:
    return lifetime.lifetime(read_token(token(TEST)), now, **more)


def many(number: int, status: int = 200) -> list[Exchange]:
    return [
        replace(api_call(TEST, status=status), started=NOW + timedelta(seconds=index))
        for index in range(number)
    ]


@dataclass(frozen=True)
class Sample:
    """A picture and its twin, made from texts and numbers that may be anything."""

    title: str
    make: Callable[[str, float], tuple[str, str]]


def odd_call(text: str, number: float) -> Exchange:
    return Exchange(
        request=Request(method=text, url=f"https://apitest.vipps.no/{text}"),
        response=Response(status=200, reason=text, body=text),
        timing=Timing(dns=number, wait=number, receive=-number),
        started=NOW,
    )


def both(module: Any, shown: Any) -> tuple[str, str]:
    return module.svg(shown), module.text(shown)


def make_waterfall(text: str, number: float) -> tuple[str, str]:
    return both(waterfall, waterfall.waterfall([odd_call(text, number), FIRST]))


def make_timeline(text: str, number: float) -> tuple[str, str]:
    return both(timeline, timeline.timeline([odd_call(text, number), FIRST]))


def make_lifetime(text: str, number: float) -> tuple[str, str]:
    read = Token(claims={"iat": number, "nbf": text, "exp": number, "appid": text})
    return both(lifetime, lifetime.lifetime(read, NOW))


def make_matrix(text: str, number: float) -> tuple[str, str]:
    reach = list(Reach)[hash(number) % len(Reach)]
    return both(matrix, matrix.matrix([(text, text, reach), ("b", "c", reach)]))


def make_bars(text: str, number: float) -> tuple[str, str]:
    numbers = [(text, {text: number, "other": 3}), ("b", {"other": number})]
    return both(bars, bars.bars("Causes", text, numbers))


SAMPLES = [
    Sample(waterfall.TITLE, make_waterfall),
    Sample(timeline.TITLE, make_timeline),
    Sample(lifetime.TITLE, make_lifetime),
    Sample(matrix.TITLE, make_matrix),
    Sample("Causes", make_bars),
]
every_picture = pytest.mark.parametrize("sample", SAMPLES, ids=lambda item: item.title)


def test_the_public_names_are_sorted_and_there() -> None:
    assert pictures.__all__ == sorted(pictures.__all__)
    assert [getattr(pictures, name).__name__ for name in pictures.__all__] == [
        f"vippsdiag.render.pictures.{name}" for name in pictures.__all__
    ]


@every_picture
def test_a_picture_has_a_name_and_speaks_its_twin(sample: Sample) -> None:
    picture, text = sample.make("a unit", 12)
    root = read(picture)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert [node.tag for node in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == sample.title
    assert root[1].text == text


@every_picture
def test_a_picture_loads_nothing_and_scales(sample: Sample) -> None:
    picture, _ = sample.make("a unit", 12)
    found = re.findall(r"<style|<script|href|url\(|\bid=|\bclass=|on\w+=", picture)
    assert found == []
    root = read(picture)
    width, height = root.attrib["width"], root.attrib["height"]
    assert root.attrib["viewBox"] == f"0 0 {width} {height}"
    assert "max-width" in root.attrib["style"]


@every_picture
def test_a_hostile_text_is_shown_as_text(sample: Sample) -> None:
    picture, text = sample.make(HOSTILE, 3)
    tags = {node.tag for node in read(picture).iter()}
    assert tags <= {
        f"{SVG}{name}" for name in "svg title desc text rect line path".split()
    }
    for letter in "\x00\x1b\ud800\ufffe\u202e":
        assert letter not in picture
        assert letter not in text


ODD = st.floats() | st.integers() | st.sampled_from([10**400, -(10**400), True])


@every_picture
@given(text=st.text(), number=ODD)
def test_no_text_and_no_number_breaks_a_picture(
    sample: Sample, text: str, number: float
) -> None:
    picture, twin = sample.make(text, number)
    root = read(picture)
    assert root[1].text == "\n".join(" ".join(x.split()) for x in twin.split("\n"))
    numbers = re.findall(r' (?:x|y|x1|x2|y1|y2|width|height)="([^"]*)"', picture)
    assert all(math.isfinite(float(value)) for value in numbers)
    assert not re.search(r"\b(?:nan|inf)\b", picture.partition("</desc>")[2])
    sizes = re.findall(r' (?:width|height)="([^"]*)"', picture)
    assert all(0 <= float(value) <= 5000 for value in sizes)


@every_picture
def test_a_secret_is_shown_as_its_mask(sample: Sample) -> None:
    secret = Secret("mZ4tQ8vX1nR6kB3wY7sLpg==")
    picture, text = sample.make(secret, 3)
    assert "mZ4tQ8vX1nR6kB3wY7sLpg" not in picture + text
    if sample.title in {matrix.TITLE, "Causes"}:
        assert str(secret) in text


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, page: str, share: float) -> str:
    pairs = (
        (int(colour[at : at + 2], 16), int(page[at : at + 2], 16)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_contrast_is_computed_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("page", ["#ffffff", "#111111"], ids=["light", "dark"])
@pytest.mark.parametrize("colour", drawing.COLOURS)
def test_a_colour_stands_out_from_the_page(colour: str, page: str) -> None:
    assert contrast(colour, page) >= 3


def test_no_picture_has_a_colour_that_is_not_measured() -> None:
    used = {
        colour
        for sample in SAMPLES
        for colour in colours_in(sample.make("a unit", 12)[0])
    }
    assert used
    assert used <= set(drawing.COLOURS)


@pytest.mark.parametrize(
    ("page", "ink"),
    [("#ffffff", "#1b1b1f"), ("#111111", "#ececf1")],
    ids=["light", "dark"],
)
@pytest.mark.parametrize("reach", Reach)
def test_a_word_can_be_read_on_its_cell(reach: Reach, page: str, ink: str) -> None:
    assert contrast(ink, mixed(matrix.COLOURS[reach], page, matrix.TINT)) >= 4.5


def test_the_waterfall_says_every_phase_and_what_was_not_measured() -> None:
    assert waterfall.text(waterfall.waterfall(CALLS)) == (
        "Where the time went. Time runs from 2026-11-24 12:00:00 UTC.\n"
        "1. POST /accesstoken/get at apitest.vipps.no: 200; starts at 0 ms, took "
        "284 ms: dns 14 ms, connect 22 ms, tls 61 ms, send 0.4 ms, wait 183 ms, "
        "receive 3.2 ms.\n"
        "2. GET /webhooks/v1/webhooks at apitest.vipps.no: 401; starts at 420 ms, "
        "took 97 ms: send 0.3 ms, wait 96 ms, receive 1 ms; not measured: dns, "
        "connect, tls.\n"
        "3. GET /webhooks/v1/webhooks at apitest.vipps.no: no answer (timeout); "
        "starts at 760 ms, took 74 ms: dns 0 ms, connect 30 ms, tls 44 ms; not "
        "measured: send, wait, receive."
    )


def test_the_bars_of_a_waterfall_are_as_long_as_their_phases() -> None:
    picture = waterfall.svg(waterfall.waterfall([FIRST, REFUSED]))
    found = {
        title.text: (float(node.attrib["x"]), float(node.attrib["width"]))
        for node in read(picture).iter(f"{SVG}rect")
        if (title := node.find(f"{SVG}title")) is not None
    }
    scale = 680 / (420 + 97.3)
    assert found["wait 183 ms"][1] == pytest.approx(183 * scale, abs=0.1)
    assert found["tls 61 ms"][0] == pytest.approx(36 * scale, abs=0.1)
    assert found["wait 96 ms"][0] == pytest.approx(420 * scale + 1, abs=0.1)


def test_calls_that_are_far_apart_each_begin_at_their_own_start() -> None:
    late = replace(REFUSED, started=NOW + timedelta(hours=3, minutes=4))
    shown = waterfall.waterfall([late, FIRST])
    assert [bar.offset for bar in shown.bars] == [0, 0]
    assert waterfall.text(shown) == (
        "Where the time went. Each bar runs from its own call's start; the calls are "
        "far apart.\n"
        "1. POST /accesstoken/get at apitest.vipps.no: 200; sent 2026-11-24 12:00:00 "
        "UTC, took 284 ms: dns 14 ms, connect 22 ms, tls 61 ms, send 0.4 ms, wait "
        "183 ms, receive 3.2 ms.\n"
        "2. GET /webhooks/v1/webhooks at apitest.vipps.no: 401; sent 2026-11-24 "
        "15:04:00 UTC, took 97 ms: send 0.3 ms, wait 96 ms, receive 1 ms; not "
        "measured: dns, connect, tls."
    )


def test_a_call_without_times_is_still_a_row() -> None:
    bare = replace(REFUSED, started=None, timing=None)
    shown = waterfall.waterfall([bare])
    assert waterfall.text(shown) == (
        "Where the time went. Time runs from the start of the call, which is not "
        "known.\n"
        "1. GET /webhooks/v1/webhooks at apitest.vipps.no: 401; no phase was measured."
    )
    assert "no phase was measured" in shown_in(waterfall.svg(shown))
    assert "not every start is known" in waterfall.text(
        waterfall.waterfall([bare, FIRST])
    )


def test_the_timeline_says_when_what_and_who() -> None:
    late = replace(REFUSED, started=NOW + timedelta(hours=3, minutes=4))
    unknown = Exchange(response=Response(body="x"))
    assert timeline.text(timeline.timeline([unknown, late, *CALLS])) == (
        "What happened when. 5 calls; 3 of them failed.\n"
        "1. 2026-11-24 12:00:00 UTC: POST /accesstoken/get at apitest.vipps.no: 200, "
        "answered by the identity provider that issues access tokens.\n"
        "2. 2026-11-24 12:00:00 UTC (420 ms later): GET /webhooks/v1/webhooks at "
        "apitest.vipps.no: 401, answered by the gateway in front of the APIs.\n"
        "3. 2026-11-24 12:00:00 UTC (340 ms later): GET /webhooks/v1/webhooks at "
        "apitest.vipps.no: no answer (timeout), nobody answered.\n"
        "4. 2026-11-24 15:04:00 UTC (3 hours 3 minutes later): GET "
        "/webhooks/v1/webhooks at apitest.vipps.no: 401, answered by the gateway in "
        "front of the APIs.\n"
        "5. time not known: A call that is not known: status not known, who answered "
        "is not known."
    )


def test_the_timeline_needs_no_times() -> None:
    bare = [replace(call, started=None, timing=None) for call in CALLS]
    text = timeline.text(timeline.timeline(bare))
    assert text.count("time not known") == 3
    assert "later" not in text
    assert text.index("/accesstoken/get") < text.index("/webhooks")


def test_the_timeline_compares_moments_of_different_zones() -> None:
    oslo = timezone(timedelta(hours=1))
    east = replace(FIRST, started=(NOW + timedelta(seconds=1)).astimezone(oslo))
    shown = timeline.timeline([east, replace(REFUSED, started=NOW)])
    assert [event.gap for event in shown.events] == [None, 1000]
    assert timeline.text(shown).count("12:00:01 UTC (1 s later)") == 1


def test_success_failure_and_neither_have_shapes_of_their_own() -> None:
    marks = [timeline._mark(well, 10) for well in (True, False, None)]
    paths = [re.sub(r' (?:fill|stroke)="#\w+"', "", mark) for mark in marks]
    assert len(set(paths)) == 3


@pytest.mark.parametrize(
    ("now", "more", "words"),
    [
        (SOON, {}, "It is valid for another 45 minutes."),
        (LATE, {}, "It expired 3 hours ago."),
        (
            NOW - timedelta(minutes=5),
            {},
            "It is not valid for another 5 minutes.",
        ),
        (NOW + timedelta(days=400), {}, "It expired 399 days ago."),
        (NOW + timedelta(minutes=65), {}, "It expires now."),
        (None, {}, "It lives 1 hour 5 minutes."),
        (
            LATE,
            {"skew": timedelta(minutes=7)},
            "It expired 2 hours 53 minutes ago. That is by the server's clock.",
        ),
        (
            NOW - timedelta(minutes=5),
            {"skew": timedelta(minutes=-7)},
            "It is valid for another 1 hour 3 minutes. That is by the server's clock.",
        ),
    ],
    ids="valid expired early long-ago at-once unknown ahead behind".split(),
)
def test_the_verdict_of_a_lifetime(
    now: datetime | None, more: dict[str, timedelta], words: str
) -> None:
    shown = life(now, **more)
    assert lifetime.verdict(shown) == words
    assert shown_in(lifetime.svg(shown))[1] == words


def test_the_lifetime_names_every_moment_and_the_clock() -> None:
    shown = life(LATE, skew=timedelta(minutes=7), used=NOW + timedelta(hours=2))
    assert lifetime.text(shown) == (
        "How long the token lives. It expired 2 hours 53 minutes ago. That is by the "
        "server's clock.\n"
        "When it was used, it had expired 48 minutes before.\n"
        "Issued, valid from: 2026-11-24 12:00:00 UTC\n"
        "Expires: 2026-11-24 13:05:00 UTC\n"
        "Used: 2026-11-24 14:00:00 UTC\n"
        "Now by this computer's clock: 2026-11-24 16:05:00 UTC\n"
        "Now by the server's clock: 2026-11-24 15:58:00 UTC\n"
        "This computer's clock is 7 minutes ahead of the server's."
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-3, "When it was used, it began to be valid only 3 minutes later."),
        (10, "When it was used, it was valid."),
        (65, "When it was used, it had just expired."),
    ],
    ids=["early", "valid", "just"],
)
def test_whether_it_was_valid_when_it_was_used(minutes: int, words: str) -> None:
    assert lifetime.use(life(LATE, used=NOW + timedelta(minutes=minutes))) == words


def test_a_token_that_says_little_has_a_picture_too() -> None:
    empty = lifetime.lifetime(Token(), None)
    assert lifetime.text(empty) == "How long the token lives. Now is not known."
    assert shown_in(lifetime.svg(empty)) == [lifetime.TITLE, "Now is not known."]
    endless = lifetime.lifetime(Token(), NOW)
    assert lifetime.verdict(endless) == "It does not say when it expires."
    turned = Token(claims={"nbf": 1_800_000_000, "exp": 1_700_000_000})
    assert lifetime.verdict(lifetime.lifetime(turned, NOW)) == (
        "It ends before it begins: it is never valid."
    )


def test_what_is_left_of_a_token_is_what_is_green() -> None:
    (node,) = [
        node
        for node in read(lifetime.svg(life(SOON))).iter(f"{SVG}rect")
        if node.attrib["fill"] == drawing.GREEN
    ]
    assert float(node.attrib["width"]) == pytest.approx(744 * 45 / 65, abs=0.1)
    assert drawing.GREEN not in lifetime.svg(life(LATE))


@pytest.mark.parametrize(
    ("skew", "now"),
    [(timedelta.max, NOW), (timedelta.min, datetime.max.replace(tzinfo=UTC))],
    ids=["before all time", "after all time"],
)
def test_a_clock_beyond_all_time_breaks_nothing(skew: timedelta, now: datetime) -> None:
    assert "2026-11-24 13:05:00 UTC" in lifetime.text(life(now, skew=skew))


def test_the_matrix_has_a_word_in_every_cell() -> None:
    shown = matrix.matrix(
        [
            ("Shop A", "ePayment", Reach.KEY_REFUSED),
            ("Shop A", "Webhooks", Reach.REACHED),
            ("Shop B", "Webhooks", Reach.NO_ANSWER),
        ]
    )
    assert matrix.text(shown) == (
        "What the keys reach. 2 sets of keys, 2 products.\n"
        "Webhooks in all: 1 reached, 1 no answer.\n"
        "ePayment in all: 1 subscription key refused, 1 not asked.\n"
        "Shop A: Webhooks reached; ePayment subscription key refused.\n"
        "Shop B: Webhooks no answer; ePayment not asked."
    )
    assert shown_in(matrix.svg(shown))[2:] == [
        *("Webhooks", "ePayment"),
        *("Shop A", "reached", "key refused"),
        *("Shop B", "no answer", "not asked"),
    ]


@pytest.mark.parametrize("reach", Reach)
def test_a_word_fits_into_its_cell(reach: Reach) -> None:
    picture = matrix.svg(matrix.matrix([("a", "b", reach)]))
    assert "…" not in "".join(shown_in(picture))


def test_every_product_has_its_column() -> None:
    shown = matrix.matrix([("a", one.name, Reach.REACHED) for one in PRODUCTS[::-1]])
    assert shown.products == tuple(one.name for one in PRODUCTS)
    written = shown_in(matrix.svg(shown))
    assert written.count("reached") == len(PRODUCTS)
    assert set(shown.products) <= set(written)
    spoken = read(matrix.svg(shown))[1].text
    assert spoken == matrix.text(shown)
    assert spoken.endswith("Check-in reached.")


def test_bars_say_their_numbers() -> None:
    shown = bars.bars(
        "Causes by environment",
        "sales units",
        [
            ("token-expired", {"test": 12}),
            ("production-keys-on-test", {"test": 34, "production": 1200}),
            ("clock", {"test": None, "production": math.nan}),
        ],
    )
    assert bars.text(shown) == (
        "Causes by environment. Counted in sales units.\n"
        "production-keys-on-test: test 34, production 1,200.\n"
        "token-expired: test 12, production 0.\n"
        "clock: test not known, production not known."
    )
    assert shown_in(bars.svg(shown))[4:7] == [
        "production-keys-on-test",
        "test 34",
        "production 1,200",
    ]


def test_bars_are_as_long_as_their_numbers() -> None:
    shown = bars.bars("Causes", "units", [("a", {"": 30}), ("b", {"": 10})])
    widths = [
        float(node.attrib["width"]) for node in read(bars.svg(shown)).iter(f"{SVG}rect")
    ]
    assert widths == pytest.approx([300, 100], abs=0.1)
    assert bars.text(shown).endswith("a: 30.\nb: 10.")


def test_more_kinds_than_colours_are_counted_together() -> None:
    shown = bars.bars("Causes", "units", [("a", {f"kind {n}": n for n in range(9)})])
    assert len(shown.kinds) == len(drawing.COLOURS)
    assert shown.kinds[-1] == "other"
    assert shown.groups[0].values[-1] == 6 + 7 + 8


NOTHING = [
    (waterfall, waterfall.waterfall([]), "Where the time went. No calls."),
    (timeline, timeline.timeline([]), "What happened when. No calls."),
    (matrix, matrix.matrix([]), "What the keys reach. Nothing was asked."),
    (bars, bars.bars("Causes", "units", []), "Causes. Nothing was counted."),
]


@pytest.mark.parametrize(
    ("module", "shown", "words"), NOTHING, ids=lambda item: getattr(item, "TITLE", "")
)
def test_nothing_is_said_to_be_nothing(module: Any, shown: Any, words: str) -> None:
    assert module.text(shown) == words
    assert len(shown_in(module.svg(shown))) == 2


def test_of_thousands_what_failed_is_shown_first() -> None:
    calls = [*many(3000), *many(5, 401)]
    for module in (waterfall, timeline):
        shown = getattr(module, module.__name__.rpartition(".")[2])(calls)
        text = module.text(shown)
        assert text.endswith("\n2,945 more calls not shown.")
        assert text.count(": 401") == 5
        assert len(text.splitlines()) == 62
        assert "2,945 more calls not shown." in shown_in(module.svg(shown))
    assert "3,005 calls; 5 of them failed." in timeline.text(timeline.timeline(calls))
    failed = timeline.text(timeline.timeline(many(100, 401)))
    assert "100 calls; 60 or more of them failed." in failed


def test_of_thousands_of_units_the_matrix_counts_all() -> None:
    found = [
        (f"unit {n}", "Webhooks", Reach.FORBIDDEN if n > 1990 else Reach.REACHED)
        for n in range(2000)
    ]
    shown = matrix.matrix(found)
    assert "Webhooks in all: 1,991 reached, 9 not allowed." in matrix.text(shown)
    assert matrix.text(shown).endswith("\n1,940 more sets of keys not shown.")
    assert sum(not line.well for line in shown.lines) == 9
    groups = bars.bars("Causes", "units", [(f"{n}", {"": n}) for n in range(2000)])
    assert groups.groups[0].name == "1999"
    assert bars.text(groups).endswith("\n1,940 more groups not shown.")


def test_a_long_label_is_cut_and_whole_in_its_tooltip() -> None:
    url = "https://apitest.vipps.no/epayment/v1/payments/" + "reference-" * 12
    call = Exchange(request=Request(method="GET", url=url), started=NOW)
    full = timeline.timeline([call]).events[0].call
    (node,) = [
        node
        for node in read(timeline.svg(timeline.timeline([call]))).iter(f"{SVG}text")
        if (node.text or "").startswith("GET")
    ]
    assert (node.text or "").endswith("…")
    assert node[0].text == full
    assert full.endswith("reference- at apitest.vipps.no")


@given(text=st.text(), room=st.floats(20, 800))
def test_what_was_cut_fits(text: str, room: float) -> None:
    shown = drawing.cut(text, room, 12)
    assert drawing.length(shown, 12) <= room + 1
    assert shown == text or shown.endswith("…")


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 ms"),
        (0.34, "0.3 ms"),
        (12, "12 ms"),
        (999.4, "999 ms"),
        (999.7, "1 s"),
        (1500, "1.5 s"),
        (59_990, "59.9 s"),
        (60_000, "1 minute"),
        (61_000, "1 minute 1 second"),
        (3_600_000, "1 hour"),
        (11_040_000, "3 hours 4 minutes"),
        (86_400_000 * 2.5, "2 days 12 hours"),
        (86_400_000 * 40.5, "40 days"),
        (1e300, "11,574,074 days or more"),
        (-1, "not known"),
        (math.nan, "not known"),
        (math.inf, "not known"),
        (None, "not known"),
    ],
    ids=repr,
)
def test_a_duration_has_the_unit_that_suits_it(
    milliseconds: float | None, words: str
) -> None:
    assert amounts.duration(milliseconds) == words


def test_a_moment_is_in_utc_or_not_known() -> None:
    oslo = NOW.astimezone(timezone(timedelta(hours=1)))
    assert amounts.clock(oslo) == "2026-11-24 12:00:00 UTC"
    assert amounts.clock(NOW.replace(tzinfo=None)) == "not known"
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert amounts.clock(beyond) == "not known"


def test_the_documented_example_prints_what_is_written_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs" / "pictures.md").read_text("utf-8")
    blocks = re.findall(r"(?:^\n?    .*\n)+", page, re.MULTILINE)
    code, printed = (dedent(block) for block in blocks)
    exec(compile(code, "pictures.md", "exec"), {})
    assert capsys.readouterr().out == printed.lstrip("\n")


def test_the_page_of_a_report_has_the_pictures() -> None:
    used = api_call(
        TEST, status=401, headers={"Authorization": f"Bearer {token(TEST)}"}
    )
    late = replace(used, started=NOW + timedelta(hours=2))
    evidence = Evidence(exchanges=(FIRST, late), now=LATE)
    page = render_html(diagnose(evidence), "call.har")
    found = re.findall(r"<svg.*?<title>(.*?)</title>", page, re.DOTALL)
    assert found == [timeline.TITLE, waterfall.TITLE, lifetime.TITLE]
    assert "When it was used, it had expired 55 minutes before." in page
    assert CLIENT_SECRET not in page
    assert SUBSCRIPTION_KEY not in page
    assert token(TEST) not in page


def test_the_page_has_no_picture_where_there_is_nothing_to_see() -> None:
    bare = api_call(TEST, headers={"Authorization": None})
    page = render_html(diagnose(Evidence(exchanges=(bare,))), "call.har")
    assert "<svg" not in page
