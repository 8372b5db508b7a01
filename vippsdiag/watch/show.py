"""A look as sentences, as JSON and in the text format of Prometheus."""

from collections.abc import Iterator

from vippsdiag.language import tr
from vippsdiag.watch.look import Look, News, Subject, sound, things

METRICS = {
    "vippsdiag_keys_accepted": "Whether a token was issued and the keys were accepted.",
    "vippsdiag_product_reached": "Whether a product answered as it should.",
    "vippsdiag_certificate_end_seconds": "When a host's certificate ends (Unix time).",
    "vippsdiag_certificate_accepted": "Whether the host's certificate is accepted.",
    "vippsdiag_units": "Sales units by how they stand.",
    "vippsdiag_look_seconds": "When this was seen (Unix time).",
}


def news_line(news: News) -> str:
    """Return one news in a sentence."""
    if news.subject is Subject.CERTIFICATE:
        return _certificate(news)
    said = _keys(news) if news.subject is Subject.KEYS else _product(news)
    if not news.causes:
        return said
    causes = ", ".join(news.causes)
    return said + " " + tr("The likely cause: {causes}.", causes=causes)


def _keys(news: News) -> str:
    if news.works:
        return tr("The keys of sales unit {msn} work again.", msn=news.whose)
    return tr("The keys of sales unit {msn} do not work.", msn=news.whose)


def _product(news: News) -> str:
    product, msn = news.product, news.whose
    if news.works:
        return tr("{product} is reached again by {msn}.", product=product, msn=msn)
    return tr("{product} is not reached by {msn}.", product=product, msn=msn)


def _certificate(news: News) -> str:
    if news.works:
        return tr("The certificate of {host} is in order again.", host=news.whose)
    if news.ends:
        ends = f"{news.ends:%Y-%m-%d %H:%M} UTC"
        return tr(
            "The certificate of {host} ends at {ends}.", host=news.whose, ends=ends
        )
    return tr("The certificate of {host} is not accepted.", host=news.whose)


def in_json(look: Look) -> dict[str, object]:
    """Return a look for programs: the news, and how much works. No key is in it."""
    standings = [one.standing for one in look.summary.results]
    return {
        "at": look.at.isoformat(timespec="seconds"),
        "works": look.works,
        "units": {
            str(name): standings.count(name) for name in dict.fromkeys(standings)
        },
        "news": [
            {
                "subject": str(news.subject),
                "whose": news.whose,
                "product": news.product or None,
                "works": news.works,
                "causes": list(news.causes),
                "ends": news.ends.isoformat() if news.ends else None,
            }
            for news in look.news
        ],
    }


def to_prometheus(look: Look) -> str:
    """Return a look for a monitoring system to read, in English."""
    lines: list[str] = []
    values = list(_values(look))
    for name, text in METRICS.items():
        mine = [
            f"{name}{labels} {value}"
            for metric, labels, value in values
            if metric == name
        ]
        if mine:
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", *mine]
    return "\n".join(lines) + "\n"


def _values(look: Look) -> Iterator[tuple[str, str, str]]:
    for _, news in things(look.summary.results):
        if news.subject is Subject.KEYS:
            yield (
                "vippsdiag_keys_accepted",
                _labels(msn=news.whose),
                str(int(news.works)),
            )
        else:
            labels = _labels(msn=news.whose, product=news.product)
            yield "vippsdiag_product_reached", labels, str(int(news.works))
    for _, news in sound(look.certificates, look.at):
        labels = _labels(host=news.whose)
        if news.ends:
            ends = f"{news.ends.timestamp():.0f}"
            yield "vippsdiag_certificate_end_seconds", labels, ends
        accepted = str(int(news.ends is not None))
        yield "vippsdiag_certificate_accepted", labels, accepted
    standings = [one.standing for one in look.summary.results]
    for standing in dict.fromkeys(standings):
        labels = _labels(standing=standing)
        yield "vippsdiag_units", labels, str(standings.count(standing))
    yield "vippsdiag_look_seconds", "", f"{look.at.timestamp():.0f}"


def _labels(**labels: str) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
