"""What one look saw, and what is news in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vippsdiag.client.certificate import Certificate
from vippsdiag.fleet import Checked, Summary
from vippsdiag.products import Reach

# Before a certificate ends there is time to see that it is renewed.
NOTICE = timedelta(days=14)
# Says nothing of what is asked: another time the answer may be another one.
_PASSING = frozenset(
    {Reach.TOO_MANY, Reach.SERVER_ERROR, Reach.NO_ANSWER, Reach.UNCLEAR}
)


class Subject(StrEnum):
    """What works, or does not."""

    KEYS = "keys"
    PRODUCT = "product"
    CERTIFICATE = "certificate"


# What, whose (the merchant serial number, or the host), and which product.
Thing = tuple[Subject, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that is otherwise than at the last look.

    Attributes:
        subject: what it is about.
        whose: the merchant serial number, or the host of a certificate.
        product: the API, if it is about one.
        works: whether it works now.
        causes: the ids of the checks that explain that it does not.
        ends: until when a certificate is valid.
    """

    subject: Subject
    whose: str
    product: str = ""
    works: bool
    causes: tuple[str, ...] = ()
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look saw.

    Attributes:
        at: when it began.
        summary: what works where, and what to do.
        certificates: those of the hosts that were called.
        news: what is otherwise than before; at the first look, what does not work.
    """

    at: datetime
    summary: Summary
    certificates: tuple[Certificate, ...] = ()
    news: tuple[News, ...] = ()

    @property
    def works(self) -> bool:
        """Whether all that could be told works."""
        told = [*things(self.summary.results), *sound(self.certificates, self.at)]
        return all(news.works for _, news in told)


def things(results: Sequence[Checked]) -> Iterator[tuple[Thing, News]]:
    """Yield what each unit's answers say; what cannot be told is left out.

    A number may be in a list with several sets of keys: it works if all of them do.
    """
    told: dict[Thing, News] = {}
    for one in results:
        for thing, news in _things_of(one):
            known = told.get(thing)
            if known is None or known.works:
                told[thing] = news
    yield from told.items()


def _things_of(one: Checked) -> Iterator[tuple[Thing, News]]:
    words = set(one.reach.values())
    if not words or words <= _PASSING:
        return
    msn, token = one.unit.msn, Reach.NO_TOKEN not in words
    causes = tuple(cause.check for cause in one.causes if not cause.product)
    keys = token and Reach.KEY_REFUSED not in words
    yield (
        (Subject.KEYS, msn, ""),
        News(
            subject=Subject.KEYS,
            whose=msn,
            works=keys,
            causes=() if keys else causes,
        ),
    )
    if keys:
        yield from _products(one)


def _products(one: Checked) -> Iterator[tuple[Thing, News]]:
    for product, word in one.reach.items():
        if word in _PASSING:
            continue
        works = word is Reach.REACHED
        causes = [c.check for c in one.causes if c.product in {"", product}]
        news = News(
            subject=Subject.PRODUCT,
            whose=one.unit.msn,
            product=product,
            works=works,
            causes=() if works else tuple(causes),
        )
        yield (Subject.PRODUCT, one.unit.msn, product), news


def sound(
    certificates: Sequence[Certificate], now: datetime
) -> Iterator[tuple[Thing, News]]:
    """Yield what each certificate says; one that could not be read is left out."""
    for one in certificates:
        if one.ends is None and not one.refused:
            continue
        soon = one.ends is not None and one.ends - now < NOTICE
        news = News(
            subject=Subject.CERTIFICATE,
            whose=one.host,
            works=not one.refused and not soon,
            ends=one.ends,
        )
        yield (Subject.CERTIFICATE, one.host, ""), news
