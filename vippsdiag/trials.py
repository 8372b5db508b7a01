"""Which call, with one thing changed, would prove a cause or rule it out.

A trial is only planned here: it is shown before it is sent, and `Client.trial` sends
it when the user says so. Every trial is the token call or a reading call; in place of
a call that changes something stands the reading probe of the same product.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vippsdiag.check import Confidence, Ranked, Severity, Trial
from vippsdiag.checks.answers import Says, identity_codes, says
from vippsdiag.checks.browser import crossed_origins
from vippsdiag.conceal import still_masked
from vippsdiag.environments import (
    BASE_URLS,
    SANDBOX_PRODUCTION,
    Environment,
    api_path,
    behaves_as,
    environment_of,
    may_receive_keys,
    split,
)
from vippsdiag.evidence import STANDARD_TOKEN_PATH, Call, Evidence, call_of
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.keys import Field
from vippsdiag.language import Text, joined, say
from vippsdiag.products import PROBE_REFERENCE, product_at
from vippsdiag.shapes import Shape, cleaned, hidden_characters, shape_of

KEY, MSN = Field.SUBSCRIPTION_KEY.header, Field.MSN.header
CLIENT = (Field.CLIENT_ID, Field.CLIENT_SECRET)
# More failed calls than this are not looked at: they fail alike.
MOST_BASELINES = 5
# What a connection sets by itself.
_OWN = frozenset(
    """accept-encoding connection content-length host keep-alive te transfer-encoding
    upgrade""".split()
)
# What belongs to a body, and to a call that changes something.
_BODY = frozenset({"content-type", "idempotency-key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Baseline:
    """A call that failed, as it can be sent again.

    Attributes:
        exchange: the call itself.
        request: what to send, without what a connection sets by itself.
        stand_in: whether it is a reading call in place of the one that failed.
    """

    evidence: Evidence
    exchange: Exchange
    request: Request
    stand_in: bool

    def trial(
        self,
        name: str,
        change: str,
        proves: Iterable[str],
        request: Request,
        token_request: Request | None = None,
    ) -> Trial:
        """Return the trial of a change."""
        return Trial(
            id=name,
            change=change,
            baseline=self.exchange,
            unchanged=self.request,
            request=request,
            token_request=token_request,
            proves=frozenset(proves),
            stand_in=self.stand_in,
            lacking=_lacking(request) or _lacking(token_request or request),
        )

    def sent(self, name: str) -> str | None:
        """Return the value of a header; None if it is missing or empty."""
        return self.request.headers.get(name) or None

    def key(self, name: Field) -> str | None:
        """Return a value of the pasted keys."""
        return getattr(self.evidence.keys, name.attribute, None)


Planner = Callable[[_Baseline], Iterator[Trial]]


def plan(evidence: Evidence, ranked: Sequence[Ranked]) -> tuple[Trial, ...]:
    """Return the trials that could make a diagnosis surer, the most telling first.

    Args:
        evidence: what the diagnosis was made from.
        ranked: its findings, best first.
    """
    order = {
        check.id: place
        for place, (check, finding) in reversed(list(enumerate(ranked)))
        if check.severity is Severity.ERROR
        and finding.confidence is not Confidence.PROVED
    }
    trials: dict[tuple[str, str], Trial] = {}
    for baseline in _baselines(evidence):
        for planner in PLANNERS:
            for trial in planner(baseline):
                if trial.proves & order.keys():
                    trials.setdefault((trial.id, _call(trial.request)), trial)
    return tuple(sorted(trials.values(), key=lambda trial: _first(trial, order)))


def _first(trial: Trial, order: dict[str, int]) -> int:
    return min(order[name] for name in trial.proves & order.keys())


def _call(request: Request) -> str:
    return f"{request.method} {request.url}"


def _baselines(evidence: Evidence) -> Iterator[_Baseline]:
    """Yield the calls that failed and that can be made again."""
    failed = [
        (exchange, request)
        for exchange, request in evidence.calls(Call.STANDARD_TOKEN, Call.API)
        if exchange.status is not None and 400 <= exchange.status < 500
        if exchange.status != 429 and may_receive_keys(str(request.url))
    ]
    for exchange, request in failed[:MOST_BASELINES]:
        again = _again(request, evidence)
        if again is not None:
            yield _Baseline(
                evidence=evidence,
                exchange=exchange,
                request=again,
                stand_in=_is_other(again, request),
            )


def _is_other(again: Request, request: Request) -> bool:
    """Tell whether a call stands in for one that changes something, or may do so."""
    token = call_of(request) is Call.STANDARD_TOKEN and not request.method
    return again.method != request.method and not token


def _again(request: Request, evidence: Evidence) -> Request | None:
    """Return a call that reads and meets the same barriers; None if there is none."""
    headers = _filled(request, evidence)
    if next(iter(headers), None) is None:
        return None  # nothing is known of what it carried
    if call_of(request) is Call.STANDARD_TOKEN:
        exact = request.path.lower() == STANDARD_TOKEN_PATH
        # A line of a log may not tell the method; there is only one.
        method = request.method or "POST"
        return replace(request, method=method, headers=headers) if exact else None
    if request.method == "GET":
        return replace(request, headers=headers)
    product = product_at(request.path)
    if product is None or product.probe is None:
        return None
    path = product.probe.path.replace("{unknown}", PROBE_REFERENCE + "trial")
    kept = Headers((n, v) for n, v in headers if n.lower() not in _BODY)
    url = _base(str(request.url)) + path
    return Request(method=product.probe.method, url=url, headers=kept)


def _filled(request: Request, evidence: Evidence) -> Headers:
    """Return the headers to send; a value that was masked is taken from the keys.

    So are all of a token call, where none is shown.
    """
    keys = dict(evidence.keys.values()) if evidence.keys else {}
    known = {name.header.lower(): value for name, value in reversed(keys.items())}
    if not request.shows_headers and call_of(request) is Call.STANDARD_TOKEN:
        names = dict.fromkeys(name.header for name in keys)
        return Headers((name, known[name.lower()]) for name in names)
    return Headers(
        (name, known.get(name.lower(), value) if still_masked(value) else value)
        for name, value in request.headers
        if name.lower() not in _OWN
    )


def _lacking(request: Request) -> str:
    masked = [name for name, value in request.headers if still_masked(value)]
    if not masked:
        return ""
    return say(
        "The value of {names} is masked in what was given; paste the keys as well.",
        names=", ".join(masked),
    )


def _base(url: str) -> str:
    """Return the address of the environment that a URL belongs to."""
    parts = split(url)
    sandbox = environment_of(url) is Environment.SANDBOX
    production = sandbox and behaves_as(url) is Environment.PRODUCTION
    prefix = SANDBOX_PRODUCTION if production else ""
    return f"{parts.scheme}://{parts.netloc}{prefix}"


def with_headers(request: Request, changes: dict[str, str | None]) -> Request:
    """Return a request with headers replaced, added, or, with None, left out."""
    wanted = {name.lower(): value for name, value in changes.items()}
    pairs: list[tuple[str, str]] = []
    for name, value in request.headers:
        new = wanted.pop(name.lower(), value)
        if new is not None:
            pairs.append((name, new))
    names = {name.lower(): name for name in changes}
    pairs += [(names[low], value) for low, value in wanted.items() if value is not None]
    return replace(request, headers=Headers(pairs))


# The planners: one change each.


def _other_environment(base: _Baseline) -> Iterator[Trial]:
    url = str(base.request.url)
    here = behaves_as(url)
    refused = says(base.exchange, Says.INVALID_KEY) or bool(
        identity_codes(base.exchange) & {700016, 70001}
    )
    if here is None or not refused:
        return
    there = here.other
    query = split(url).query
    moved = _moved(url, there) + api_path(url) + (f"?{query}" if query else "")
    causes = {
        Environment.TEST: ("production-keys-on-test", "partner-keys-on-test"),
        Environment.PRODUCTION: ("test-keys-on-production",),
    }
    yield base.trial(
        "other-environment",
        say("the host: {there} instead of {here}", there=there.words, here=here.words),
        causes[here],
        replace(base.request, url=moved),
    )


def _moved(url: str, there: Environment) -> str:
    if environment_of(url) is not Environment.SANDBOX:
        return BASE_URLS[there]
    parts = split(url)
    prefix = SANDBOX_PRODUCTION if there is Environment.PRODUCTION else ""
    return f"{parts.scheme}://{parts.netloc}{prefix}"


def _secondary_key(base: _Baseline) -> Iterator[Trial]:
    sent = base.sent(KEY)
    pair = (
        base.key(Field.SECONDARY_SUBSCRIPTION_KEY),
        base.key(Field.SUBSCRIPTION_KEY),
    )
    other = next((key for key in pair if key is not None and key != sent), None)
    if sent and other and says(base.exchange, Says.INVALID_KEY):
        yield base.trial(
            "secondary-key",
            say("the subscription key: the other one of the pair"),
            ("subscription-key-invalid", "subscription-key-malformed"),
            with_headers(base.request, {KEY: other}),
        )


def _swapped(base: _Baseline) -> Iterator[Trial]:
    """Put each value where its shape belongs, if that fills the same fields."""
    homes = {
        Shape.GUID: Field.CLIENT_ID,
        Shape.BASE64: Field.CLIENT_SECRET,
        Shape.HEX32: Field.SUBSCRIPTION_KEY,
        Shape.MSN: Field.MSN,
    }
    sent = {
        name: value
        for name in homes.values()
        if (value := base.sent(name.header)) is not None
    }
    placed = {
        homes[shape]: value
        for value in sent.values()
        if (shape := shape_of(value)) in homes
    }
    if placed.keys() == sent.keys() and placed != sent:
        moved = {n.header: placed[n] for n in sent if placed[n] != sent[n]}
        yield base.trial(
            "swapped-fields",
            say("the places of the values for {names}", names=_listed(list(moved))),
            ("keys-swapped",),
            with_headers(base.request, dict(moved)),
        )


def _listed(names: list[str]) -> Text:
    """Return names in a sentence: one and another and a third."""
    first, *rest = names
    if not rest:
        return joined(first)
    return say("{first} and {rest}", first=first, rest=_listed(rest))


def _cleaned(base: _Baseline) -> Iterator[Trial]:
    for name in (*CLIENT, Field.SUBSCRIPTION_KEY, Field.MSN):
        value = base.sent(name.header)
        if value is not None and hidden_characters(value):
            yield base.trial(
                f"cleaned-{name.header.lower().replace('_', '-')}",
                say(
                    "the value for {name}: without the characters that do not belong "
                    "to it",
                    name=name.header,
                ),
                ("value-contains-hidden-characters", "subscription-key-malformed"),
                with_headers(base.request, {name.header: cleaned(value)}),
            )


def _no_origin(base: _Baseline) -> Iterator[Trial]:
    if base.sent("Origin") and crossed_origins(base.exchange):
        yield base.trial(
            "no-origin",
            say("the Origin header: left out"),
            ("origin-header-forwarded", "cors-browser-call"),
            with_headers(base.request, {"Origin": None}),
        )


def _with_msn(base: _Baseline) -> Iterator[Trial]:
    number = base.key(Field.MSN)
    api = call_of(base.request) is Call.API
    if api and number and base.sent(MSN) is None:
        yield base.trial(
            "with-msn",
            say("the header {name}: added", name=MSN),
            ("msn-header-missing", "msn-missing-partner", "request-parameter-missing"),
            with_headers(base.request, {MSN: number}),
        )


def _same_key(base: _Baseline) -> Iterator[Trial]:
    """Fetch a token with the key of the call itself, and make the call with it."""
    if call_of(base.request) is not Call.API or says(base.exchange, Says.INVALID_KEY):
        return
    token_request = _token_request(base)
    if token_request is not None and base.exchange.status in {401, 403}:
        yield base.trial(
            "same-key",
            say("the access token: a new one, fetched with the keys of this call"),
            (
                "token-expired",
                "token-from-other-environment",
                "token-from-other-sales-unit",
                "token-invalid",
            ),
            base.request,
            token_request,
        )


def _token_request(base: _Baseline) -> Request | None:
    """Return the token call that goes with a call; None if a key is not known."""
    made = next(
        (request for _, request in base.evidence.calls(Call.STANDARD_TOKEN)), None
    )
    values = {
        name.header: base.key(name) or (made and made.headers.get(name.header))
        for name in CLIENT
    }
    values[KEY] = base.sent(KEY)
    if not all(values.values()):
        return None
    return Request(
        method="POST",
        url=_base(str(base.request.url)) + STANDARD_TOKEN_PATH,
        headers=Headers((name, value) for name, value in values.items() if value),
    )


PLANNERS: tuple[Planner, ...] = (
    _swapped,
    _cleaned,
    _no_origin,
    _other_environment,
    _secondary_key,
    _with_msn,
    _same_key,
)
