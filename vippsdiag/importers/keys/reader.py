"""Keys in any form that people have them in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vippsdiag.conceal import conceal
from vippsdiag.environments import HOSTS, Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.keys.lines import read_lines
from vippsdiag.importers.keys.manifests import decoded, is_secret_manifest
from vippsdiag.importers.keys.names import (
    Heading,
    Name,
    Rank,
    kind_in,
    names_webhook_secret,
    read_heading,
    understand,
    words_of,
)
from vippsdiag.importers.keys.pieces import Piece, Pieces
from vippsdiag.importers.keys.structures import MOST_PIECES, read_json, read_xml
from vippsdiag.importers.keys.tables import read_table
from vippsdiag.importers.keys.unused import Lines, unused_in, words_for
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.language import mark, say
from vippsdiag.secret import Secret
from vippsdiag.shapes import Shape, is_placeholder, shape_of, template_in

HINT = mark(
    "Paste the client_id, the client_secret, the subscription key and the merchant "
    "serial number with their names, as the portal shows them or as they stand in "
    "your settings."
)
# A text this large is no paste of keys.
LARGEST = 4_000_000

_HOST = re.compile(r"https?://([\w.-]+)", re.IGNORECASE)
_FILLERS = frozenset("api enable enabled is mobilepay use vipps vippsmobilepay".split())
# A setting that is on for the test environment, and off for production.
_SWITCHES = (frozenset({"test"}), frozenset({"testmode"}))
_SWITCHED = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
_SELECTORS = frozenset({"env", "environment", "miljø", "miljö", "mode", "miljo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPaste:
    """What a text with keys held.

    Attributes:
        keys: one set for each sales unit and environment, in the order of the text.
        unused: what was not understood, named for people, with no value in it.
        lines: where the keys stand, counted from 1; empty where lines mean nothing.
        webhook_secret: what webhooks are signed with, concealed; None if not there.
    """

    keys: tuple[KeySet, ...] = ()
    unused: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    webhook_secret: str | None = None


@dataclass(slots=True)
class _Set:
    """A key set that is being put together."""

    heading: Heading
    stage: str | None
    number: str
    group: tuple[int, ...]
    values: dict[Field, str] = field(default_factory=dict, repr=False)


# How many sets back a part is looked for a home.
_NEAR = 6
# More than this nobody reads.
_MOST_UNUSED = 200
# What tells the values of one set from those of another.
_Mark = tuple[Heading, str | None, str, tuple[int, ...]]


@guarded
def read_keys(text: str) -> KeyPaste:
    """Read the keys in a text, whatever form it has.

    Args:
        text: a block from the portal, settings, code, a table, or bare values.

    Returns:
        The key sets, concealed, and what was left over.

    Raises:
        UnreadablePaste: there is nothing in it that is or looks like a key.
    """
    paste = find_keys(text)
    if not paste.keys and not any("looks like" in unused for unused in paste.unused):
        raise UnreadablePaste(mark("There are no keys in this text."), HINT)
    return paste


def find_keys(text: str, *, beside_webhook: bool = False) -> KeyPaste:
    """Read the keys in a text that may hold none.

    Args:
        text: as in `read_keys`.
        beside_webhook: whether it has a webhook too, so that what is only called a
            secret is what that one was signed with.
    """
    if len(text) > LARGEST:
        return KeyPaste(unused=(say("The text is too long to look for keys in it."),))
    pieces = _take_apart(text.removeprefix("\ufeff"))
    signing = [
        piece
        for piece in pieces.found
        if not piece.commented
        and names_webhook_secret(piece.path, alone=beside_webhook)
    ]
    given = [piece for piece in signing if _is_given(piece.value)][:1]
    theirs = set(map(id, signing))
    others = [piece for piece in pieces.found if id(piece) not in theirs]
    understood = [(piece, _meaning(piece)) for piece in others]
    used = _usable(understood)
    sets = _assemble(used)
    default = _said_environment(pieces.found)
    keys = tuple(_key_set(one, default) for one in sets)
    found = [*given, *(piece for piece, _ in used)]
    taken = set(map(id, found))
    seen = [*understood, *((piece, Name()) for piece in signing)]
    left = [(p, n) for p, n in seen if id(p) not in taken and not _is_said(p)]
    unused = unused_in(left, pieces.prose)
    if len(pieces.found) == MOST_PIECES:
        most = f"{MOST_PIECES:,}"
        unused.insert(0, say("what follows the first {count} values", count=most))
    return KeyPaste(
        keys=keys,
        unused=tuple(_few(unused)),
        lines=tuple(sorted({piece.line for piece in found if piece.line})),
        webhook_secret=Secret(given[0].value) if given else None,
    )


def _is_given(value: str) -> bool:
    """Tell whether a setting has a value, and not only a place for one."""
    return bool(value) and template_in(value) is None and not is_placeholder(value)


def _few(unused: list[str | Lines]) -> Iterator[str]:
    yield from map(conceal, map(words_for, unused[:_MOST_UNUSED]))
    more = len(unused) - _MOST_UNUSED
    if more > 0:
        yield (
            say("1 more piece") if more == 1 else say("{count} more pieces", count=more)
        )


def _take_apart(text: str) -> Pieces:
    pieces = _pieces(text)
    if not is_secret_manifest(text):
        return pieces
    return Pieces(tuple(map(decoded, pieces.found)), pieces.prose)


def _pieces(text: str) -> Pieces:
    found = read_json(text)
    if found is not None:
        return Pieces(tuple(found))
    from_xml, rest = read_xml(text)
    from_table, rest = read_table(rest)
    lines = read_lines(rest)
    return Pieces((*from_xml, *from_table, *lines.found), lines.prose)


def _meaning(piece: Piece) -> Name:
    return understand(piece.path) if piece.path else _by_shape(piece.value)


_SHAPES = {
    Shape.GUID: Field.CLIENT_ID,
    Shape.HEX32: Field.SUBSCRIPTION_KEY,
    Shape.BASE64: Field.CLIENT_SECRET,
    Shape.MSN: Field.MSN,
}


def _by_shape(value: str) -> Name:
    """Tell what a value without a name is; only its shape can say."""
    shape = shape_of(value)
    return Name(field=_SHAPES.get(shape) if shape else None, rank=Rank.DOUBTFUL)


Understood = tuple[Piece, Name]


def _usable(understood: list[Understood]) -> list[Understood]:
    """Choose the values whose names are sure enough.

    A doubtful name counts beside a sure one, or with a value that looks the part. Where
    some names carry the brand, the others for the same field belong to other services.
    """
    live = [(p, n) for p, n in understood if n.field and not p.commented]
    sure = [(p, n) for p, n in live if n.rank < Rank.DOUBTFUL]
    chosen = [
        (piece, name)
        for piece, name in live
        if name.rank < Rank.DOUBTFUL or _may_count(piece, name, sure)
    ]
    branded = {(n.field, n.stage) for _, n in chosen if n.rank is Rank.BRANDED}
    return [
        (piece, name)
        for piece, name in chosen
        if name.rank is Rank.BRANDED or (name.field, name.stage) not in branded
    ]


def _may_count(piece: Piece, name: Name, sure: list[Understood]) -> bool:
    shape = shape_of(piece.value)
    fits = shape is not None and _SHAPES.get(shape) is _primary(name.field)
    if not piece.path or fits:
        return fits
    known = {meaning.field for _, meaning in sure}
    return bool(known) and name.field not in known


def _primary(name: Field | None) -> Field | None:
    secondary = name is Field.SECONDARY_SUBSCRIPTION_KEY
    return Field.SUBSCRIPTION_KEY if secondary else name


def _assemble(used: list[Understood]) -> list[_Set]:
    """Put the values together that belong together."""
    sets: list[_Set] = []
    latest: dict[_Mark, _Set] = {}
    for piece, name in used:
        mark = (piece.heading, name.stage, name.number, piece.group)
        home = _place(latest.get(mark), mark, piece, name)
        if home is not latest.get(mark):
            latest[mark] = home
            sets.append(home)
    return _merge(sets)


def _place(last: _Set | None, mark: _Mark, piece: Piece, name: Name) -> _Set:
    """Put a value into the last set of its kind, or into a new one."""
    assert name.field is not None  # noqa: S101 - chosen by `_usable`
    where = name.field
    if last and last.values.get(where, piece.value) != piece.value:
        # Two subscription keys: the portal shows the primary one first.
        second = Field.SECONDARY_SUBSCRIPTION_KEY
        if where is Field.SUBSCRIPTION_KEY and second not in last.values:
            where = second
        else:
            last = None
    if last is None:
        last = _Set(*mark)
    last.values[where] = piece.value
    return last


def _merge(sets: list[_Set]) -> list[_Set]:
    """Join parts that came apart: paragraphs, sections, and what goes for all."""
    joined: list[_Set] = []
    several = len({_stage(one) for one in sets} - {None}) > 1
    for one in sets:
        told_apart = _stage(one) or one.number
        near = reversed(joined[-_NEAR:] if told_apart else joined[-1:])
        homes = (
            other
            for other in near
            if _fits(other, one)
            # With test and production in one text, a part that names neither is
            # not to be given to either.
            and not (several and _stage(other) != _stage(one))
        )
        if home := next(homes, None):
            _join(home, one)
        else:
            joined.append(one)
    return joined


def _join(home: _Set, one: _Set) -> None:
    home.values |= _shifted(home, one)
    home.heading = Heading(
        environment=home.heading.environment or one.heading.environment,
        kind=home.heading.kind or one.heading.kind,
    )
    home.stage, home.number = home.stage or one.stage, home.number or one.number


def _shifted(home: _Set, one: _Set) -> dict[Field, str]:
    """Return a set's values, a second subscription key in its own place."""
    values = dict(one.values)
    first, second = Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY
    known = home.values.get(first)
    if known is not None and values.get(first, known) != known:
        values[second] = values.pop(first)
    return values


def _fits(home: _Set, one: _Set) -> bool:
    """Tell whether two parts can belong to one set: nothing stands in both."""
    both = set(home.values) & set(one.values)
    first, second = Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY
    if both == {first} and set(one.values) == {first} and second not in home.values:
        both = set()
    return not both and _agree(home, one)


def _agree(home: _Set, one: _Set) -> bool:
    pairs = (
        (_environment(home), _environment(one)),
        (home.heading.kind, one.heading.kind),
        (home.stage, one.stage),
        (home.number, one.number),
        (home.group[:-1], one.group[:-1]),
    )
    return all(not a or not b or a == b for a, b in pairs)


def _stage(one: _Set) -> str | None:
    return _environment(one) or one.stage


def _environment(one: _Set) -> Environment | None:
    return Name(stage=one.stage).environment or one.heading.environment


def _key_set(one: _Set, default: Heading) -> KeySet:
    kind = one.heading.kind or default.kind
    if kind is None and Field.PSP_ID in one.values:
        kind = KeyKind.PSP
    values: dict[str, Any] = {name.attribute: raw for name, raw in one.values.items()}
    environment = _environment(one)
    # A company's own stage does not tell which of the two environments it uses.
    if environment is None and one.stage is None:
        environment = default.environment
    return KeySet(**values, kind=kind, environment=environment)


def _said_environment(found: Iterable[Piece]) -> Heading:
    """Return what the text says of all its keys: by an address or a setting."""
    environments, kinds = set(), set()
    for piece in found:
        if not piece.commented:
            environments |= set(_environments_in(piece))
            kinds |= {kind_in(" ".join(piece.path))} - {None}
    return Heading(
        environment=environments.pop() if len(environments) == 1 else None,
        kind=kinds.pop() if len(kinds) == 1 else None,
    )


def _environments_in(piece: Piece) -> Iterator[Environment]:
    for host in _HOST.findall(piece.value):
        yield from (env for env, name in HOSTS.items() if name == host.lower())
    words = set(words_of(piece.path[-1])) - _FILLERS if piece.path else set()
    if words and words <= _SELECTORS:
        heading = read_heading(piece.value)
        if heading and heading.environment:
            yield heading.environment
    elif words - _SELECTORS in _SWITCHES:
        switched = _SWITCHED.get(piece.value.strip().lower())
        if switched is not None:
            yield Environment.TEST if switched else Environment.PRODUCTION


def _is_said(piece: Piece) -> bool:
    return any(True for _ in _environments_in(piece))
