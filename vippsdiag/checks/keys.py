"""Is each value of the keys what it should look like?"""

from collections.abc import Iterator

from vippsdiag.check import API_KEYS, Confidence, Finding, Severity, check
from vippsdiag.checks.sent import doubled_keys, was_taken
from vippsdiag.conceal import still_masked
from vippsdiag.evidence import Evidence, Need, Value
from vippsdiag.exchange import once
from vippsdiag.keys import Field
from vippsdiag.language import Text, joined, say
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    SUBSCRIPTION_KEY,
    TEST,
    case,
    identity_provider,
    token,
    token_call,
)
from vippsdiag.secret import examine, size
from vippsdiag.shapes import (
    LOOK_LIKE_DIGITS,
    Shape,
    Slip,
    characters,
    cleaned,
    hidden_characters,
    is_cut,
    is_hidden,
    is_placeholder,
    is_word_for_nothing,
    letters_in_guid,
    letters_in_key,
    shape_of,
    template_in,
)

SUBSCRIPTION_KEYS = (Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY)

FIELD_OF = {
    Shape.GUID: Field.CLIENT_ID,
    Shape.HEX32: Field.SUBSCRIPTION_KEY,
    Shape.MSN: Field.MSN,
    Shape.BASE64: Field.CLIENT_SECRET,
}
TESTED = "facts 1.2, shapes of all documented examples (high)"


def keys(**values: str | None) -> Evidence:
    """Return an example of pasted keys with some values replaced."""
    changed = KEYS
    for name in Field:
        if name.attribute in values:
            changed = changed.with_value(name, values[name.attribute])
    return case(keys=changed)


@once
def is_explained(value: Value) -> bool:
    """Tell whether another check already says what is wrong with a value's looks."""
    text = value.value
    return bool(
        was_taken(value.place)
        or still_masked(text)
        or is_hidden(text)
        or is_cut(text)
        or template_in(text)
        or is_placeholder(text)
        or is_word_for_nothing(text)
        or (hidden_characters(text) and is_whole(value))
        or not examine(text, str.strip)
    )


def is_whole(value: Value) -> bool:
    """Tell whether a value is as it should be without what does not belong to it."""
    if value.field not in {Field.CLIENT_ID, *SUBSCRIPTION_KEYS}:
        return True
    right = Shape.GUID if value.field is Field.CLIENT_ID else Shape.HEX32
    return shape_of(cleaned(value.value)) is right


def plain(evidence: Evidence, *fields: Field) -> Iterator[Value]:
    """Yield the values of these fields whose looks nothing else explains."""
    for value in evidence.values():
        if value.field in fields and not is_explained(value):
            yield value


def sureness(value: Value) -> Confidence:
    """Tell how sure a value's looks are: an answer may quote it in another form."""
    quoted = value.place.part == "response body"
    return Confidence.LIKELY if quoted else Confidence.CERTAIN


@once
def belongs_to(value: Value) -> Field | None:
    """Return the field whose shape a value has, if that is not the one it is in."""
    shape = shape_of(value.value)
    if shape is Shape.BASE64 and not is_secret_like(value.value):
        return None
    home = FIELD_OF.get(shape) if shape else None
    here = value.field
    if here in SUBSCRIPTION_KEYS:
        here = Field.SUBSCRIPTION_KEY
    return None if home is here or here is Field.PSP_ID else home


_HEX = set("0123456789abcdefABCDEF")


def _where(slips: list[Slip]) -> Text:
    """Say which characters cannot be right."""
    each = (
        say("character {position} is {name}", position=slip.position, name=slip.name)
        for slip in slips
    )
    return joined(*each, by=", ")


def is_secret_like(text: str) -> bool:
    """Tell Base64 from hexadecimal digits, be they too many or misread."""
    return examine(text, lambda raw: bool(set(raw.strip()) - _HEX - LOOK_LIKE_DIGITS))


_UNSEEN = {"client_id": "REDACTED"}


def _quoting(client_id: str) -> dict[str, object]:
    text = f"Application with identifier '{client_id}' was not found in the directory."
    return identity_provider(700016, text, "unauthorized_client")


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Copy the client_id again from the portal, with the copy button.",
    docs=API_KEYS,
    source=TESTED + "; vipps-ecom-api#183 for the letter o",
    broken=lambda: [
        keys(client_id=CLIENT_ID.replace("0", "o", 1)),
        keys(client_id=CLIENT_ID[:-3]),
        case(token_call(TEST, headers=_UNSEEN, status=400, answer=_quoting("shop-7"))),
    ],
    healthy=lambda: [
        keys(),
        keys(client_id=CLIENT_ID.upper()),
        keys(client_id=CLIENT_ID[:4] + "[REDACTED]", subscription_key="0f1e[hidden]"),
        case(token_call(TEST, headers=_UNSEEN, status=400, answer=_quoting(CLIENT_ID))),
    ],
)
def client_id_malformed(evidence: Evidence) -> Iterator[Finding]:
    """The client_id is not a GUID.

    A client_id is a GUID: 32 hexadecimal digits (0 to 9 and a to f) in five groups with
    dashes between them. A letter o in place of a zero is easily overlooked, and comes
    from reading or scanning a value rather than copying it.
    """
    for value in plain(evidence, Field.CLIENT_ID):
        slips = letters_in_guid(value.value)
        if slips:
            yield Finding(
                message=say(
                    "In the client_id, {where}; a GUID cannot hold that.",
                    where=_where(slips),
                ),
                place=value.place.at(slips[0].position),
                confidence=sureness(value),
            )
        elif shape_of(value.value) not in {Shape.GUID, Shape.TOKEN} and not (
            belongs_to(value)
        ):
            yield Finding(
                message=say(
                    "The client_id has {size} and is not a GUID of 36.",
                    size=characters(size(value.value)),
                ),
                place=value.place,
                confidence=sureness(value),
            )


def _is_one_of(value: Value, names: set[str]) -> bool:
    """Tell whether a value is one of these, which are shown as they are."""
    return examine(value.value, lambda raw: raw in names)


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Put each value in the field that its shape belongs to.",
    docs=API_KEYS,
    source=TESTED,
    broken=lambda: [
        keys(client_id=CLIENT_SECRET, client_secret=CLIENT_ID),
        keys(client_secret=SUBSCRIPTION_KEY),
        keys(subscription_key=CLIENT_SECRET),
        keys(msn=CLIENT_ID),
        keys(subscription_key=CLIENT_ID),
    ],
    healthy=lambda: [
        keys(),
        keys(client_secret="A" * 8 + "bC3+" * 4),
        keys(subscription_key=token(TEST)),
    ],
)
def keys_swapped(evidence: Evidence) -> Iterator[Finding]:
    """A value is in another value's field.

    The four values are easy to tell apart: the client_id is a GUID, the client_secret
    is Base64 and often ends with =, a subscription key is 32 hexadecimal digits, and
    the merchant serial number is 4 to 7 digits.
    """
    names = {value.value for value in plain(evidence, Field.CLIENT_ID)}
    for value in plain(evidence, *Field):
        home = belongs_to(value)
        dashed = home is Field.CLIENT_ID and value.field in SUBSCRIPTION_KEYS
        if home is None or (dashed and names and not _is_one_of(value, names)):
            continue  # with dashes put in, a subscription key looks like a GUID
        shape = shape_of(value.value)
        yield Finding(
            message=say(
                "The field {field} holds {shape}.", field=value.field, shape=shape
            ),
            place=value.place,
            confidence=sureness(value),
            evidence=say("It looks like the {home}.", home=home),
        )


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Copy the subscription key again, as it is: 32 digits, no dashes, no quotes.",
    docs=API_KEYS,
    source=TESTED + "; a reformatted key refused: api-management-developer-portal#1290",
    broken=lambda: [
        keys(subscription_key=SUBSCRIPTION_KEY[:-1]),
        keys(subscription_key="7c1e9a4f-d2b8-4630-a5f8-e3c06b917d24"),
        keys(subscription_key=SUBSCRIPTION_KEY + "0"),
        keys(subscription_key=SUBSCRIPTION_KEY.replace("0", "O", 1)),
        keys(subscription_key="left as it was"),
    ],
    healthy=lambda: [keys(), keys(subscription_key=SUBSCRIPTION_KEY.upper())],
)
def subscription_key_malformed(evidence: Evidence) -> Iterator[Finding]:
    """The subscription key does not have the form of one.

    The gateway compares the key letter by letter. A key with dashes put in, with a
    digit missing or with one too many is another key to it, and unknown.
    """
    yield from doubled_keys(evidence)
    names = {value.value for value in plain(evidence, Field.CLIENT_ID)}
    for value in plain(evidence, *SUBSCRIPTION_KEYS):
        shape = shape_of(value.value)
        if shape is Shape.GUID and names and not _is_one_of(value, names):
            message = say(
                "The {field} has a GUID's dashes in it; a key has none.",
                field=value.field,
            )
        elif shape in {Shape.GUID, Shape.HEX32, Shape.TOKEN} or belongs_to(value):
            continue
        elif slips := letters_in_key(value.value):
            message = say(
                "In the {field}, {where}; a key holds only 0 to 9 and a to f.",
                field=value.field,
                where=_where(slips),
            )
        else:
            message = say(
                "The {field} has {size}; it should be 32 hexadecimal digits (0 to 9, "
                "a to f).",
                field=value.field,
                size=characters(size(value.value)),
            )
        yield Finding(message=message, place=value.place)


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Put the sales unit's merchant serial number there; the portal shows it beside "
    "the sales unit's name.",
    docs=API_KEYS,
    source="facts 1.3 (newest wording five to seven digits; four in specifications)",
    broken=lambda: [keys(msn="384"), keys(msn="38421a")],
    healthy=lambda: [keys(), keys(msn="1384217"), keys(msn="3842")],
)
def msn_malformed(evidence: Evidence) -> Iterator[Finding]:
    """The merchant serial number is not a number of 4 to 7 digits.

    Each sales unit has a number of its own, which is always sent as a string of digits.
    Test and production units have different numbers.
    """
    for value in evidence.values():
        if value.field is not Field.MSN or still_masked(value.value):
            continue
        if was_taken(value.place) or is_hidden(value.value):
            continue
        if template_in(value.value) or is_placeholder(value.value):
            continue
        if is_word_for_nothing(value.value):
            continue
        known = {Shape.MSN, Shape.ORGANISATION, Shape.TOKEN}
        other = shape_of(value.value) not in known and not belongs_to(value)
        if other and examine(value.value, str.strip):
            yield Finding(
                message=say("The merchant serial number is not 4 to 7 digits."),
                place=value.place,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Replace it with the sales unit's merchant serial number (4 to 7 digits).",
    docs=API_KEYS,
    source="facts 1.3, organisation numbers have 9 digits in Norway and 8 in Denmark "
    "(an inference from the shape, low)",
    broken=lambda: [keys(msn="987654321"), keys(msn="12345678")],
    healthy=lambda: [keys(), keys(msn="9876543")],
)
def organisation_number_as_msn(evidence: Evidence) -> Iterator[Finding]:
    """An organisation number is in the merchant serial number's place.

    The organisation number names the company. The merchant serial number names one of
    its sales units, and is shorter.
    """
    for value in plain(evidence, Field.MSN):
        if shape_of(value.value) is Shape.ORGANISATION:
            count = size(value.value)
            yield Finding(
                message=say(
                    "The merchant serial number has {count} digits, as an organisation "
                    "number has.",
                    count=count,
                ),
                place=value.place,
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Put the key itself there; the token goes into the Authorization header.",
    docs=API_KEYS,
    source=TESTED,
    broken=lambda: [
        keys(client_secret=token(TEST)),
        keys(subscription_key=token(TEST)),
    ],
    healthy=lambda: [keys()],
)
def token_in_key_field(evidence: Evidence) -> Iterator[Finding]:
    """An access token is in a key's place.

    The keys are used to get an access token. The token is an answer of the API, lives
    for an hour or a day, and is sent as "Authorization: Bearer ...".
    """
    for value in plain(evidence, *Field):
        if shape_of(value.value) is Shape.TOKEN:
            yield Finding(
                message=say(
                    "The field {field} holds an access token.", field=value.field
                ),
                place=value.place,
            )


@check(
    severity=Severity.WARNING,
    needs={Need.KEYS},
    fix="Copy the secondary subscription key into the second field, or leave it empty.",
    docs=API_KEYS,
    source="facts 1.5, two keys so that one can be regenerated (high)",
    broken=lambda: [keys(secondary_subscription_key=SUBSCRIPTION_KEY)],
    healthy=lambda: [keys(), keys(secondary_subscription_key=None)],
)
def subscription_keys_identical(evidence: Evidence) -> Iterator[Finding]:
    """The primary and the secondary subscription key are the same value.

    Both keys are active and interchangeable. There are two so that one can be
    regenerated while the other is in use; with the same value twice that is lost.
    """
    if evidence.keys is None:
        return
    first = evidence.keys.subscription_key
    if first and first == evidence.keys.secondary_subscription_key:
        value = next(value for value in evidence.values() if value.value == first)
        yield Finding(
            message=say("Both subscription key fields hold the same key."),
            place=value.place,
        )
