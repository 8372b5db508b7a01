"""How the official files are read where they cannot be meant as they are written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is read where it cannot be meant as it is written.

    Attributes:
        place: where in the file, a path of keys.
    """

    file: str
    place: tuple[str | int, ...]
    mend: Callable[[Node], object]
    reason: str


def without(*keywords: str) -> Callable[[Node], None]:
    """Return what leaves keywords out."""

    def change(node: Node) -> None:
        for keyword in keywords:
            del node[keyword]

    return change


def nullable(node: Node) -> None:
    """Let a value be null."""
    node["nullable"] = True


def any_of(node: Node) -> None:
    """Let more than one alternative match."""
    node["anyOf"] = node.pop("oneOf")


def _readings(
    files: tuple[str, ...],
    schemas: tuple[str, ...],
    mend: Callable[[Node], object],
    reason: str,
) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            file=file,
            place=("components", "schemas", *schema.split("/")),
            mend=mend,
            reason=reason,
        )
        for file in files
        for schema in schemas
    )


PRODUCT_ORDER = "/management/v1/product-orders/{product-order-id}"
RECURRING = ("newer/recurring-v3.yaml", "recurring-v3.yaml")
READINGS = (
    *_readings(
        ("access-token.yaml",),
        (
            "AuthorizationTokenResponse/properties/access_token",
            "TokenResponse/properties/access_token",
        ),
        without("format"),
        "a token has dots, so it is not of the format byte",
    ),
    *_readings(
        ("newer/access-token.yaml", "access-token.yaml"),
        ("TokenResponse/properties/expires_in",),
        without("type"),
        "it is a string, but a number in the example beside it",
    ),
    *_readings(
        ("newer/epayment.yaml", "epayment.yaml"),
        ("Customer",),
        without("type"),
        "any object is one of its alternatives, unless each is held to its own names",
    ),
    *_readings(
        ("userinfo.yaml", "newer/login.yaml"),
        ("Userinfo/properties/phone_number",),
        without("pattern"),
        "asks for 15 digits, and has 10 in the example beside it",
    ),
    *_readings(
        ("newer/recurring-v3.yaml",),
        ("PricingRequestV3", "PricingResponseV3"),
        without("discriminator"),
        "its values are the names of no schemas",
    ),
    *_readings(
        ("recurring-v3.yaml",),
        ("campaignV3", "campaignResponseV3", "pricingResponse"),
        without("discriminator"),
        "its values are the names of no schemas",
    ),
    *_readings(
        RECURRING,
        ("campaignResponseV3",),
        any_of,
        "a campaign of one kind is also one of the old kind",
    ),
    *_readings(
        RECURRING,
        ("ChargeResponseV3/properties/externalId",),
        nullable,
        "it is required, and optional for who makes the charge",
    ),
    *_readings(
        RECURRING,
        ("ChargeResponseV3/properties/id", "ChargeReference/properties/chargeId"),
        without("maxLength"),
        "at most 15 characters, and 18 in the example beside it",
    ),
    *_readings(
        ("login.yaml",),
        ("OauthTokenResponse/properties/id_token",),
        without("type", "format"),
        "is a number, which no token is",
    ),
    *_readings(
        ("recurring-v3.yaml",),
        ("ChargeResponseV3/properties/transactionId",),
        without("pattern"),
        "no text matches the pattern",
    ),
    Reading(
        file="management.yaml",
        place=("paths", PRODUCT_ORDER, "parameters", 5, "schema"),
        mend=without("pattern", "minLength", "maxLength"),
        reason="asks for a few digits, and the answers give a UUID",
    ),
)

# What is read so in every file.
GENERAL = (
    "what is all of several schemas is one, for each would forbid what others add",
    "a name that is required and not described may have any value",
    "a character set behind a media type is left out; it is written in many ways",
    "an answer of 204 has no body, whatever is said of it",
    "what may be null may be null where it is listed or referred to, too",
)


def mend(document: Node, file: str) -> None:
    """Change a file as it is to be read."""
    for reading in READINGS:
        if reading.file == file:
            node: Any = document
            for key in reading.place:
                node = node[key]
            reading.mend(node)
    for node in list(_nodes(document)):
        if "allOf" in node:
            _merge(node, document)
        _mend_null(node)
        if isinstance(node.get("content"), dict):
            kinds = {kind.partition(";")[0]: of for kind, of in node["content"].items()}
            node["content"] = kinds
        if "responses" in node and "204" in node["responses"]:
            node["responses"]["204"].pop("content", None)
    for node in _nodes(document):
        if isinstance(node.get("properties"), dict):
            for name in node.get("required", ()):
                node["properties"].setdefault(name, {})


def _mend_null(node: Node) -> None:
    if not node.get("nullable"):
        return
    if "$ref" in node:
        node["anyOf"] = [{"$ref": node.pop("$ref")}, {"enum": [None]}]
    if "enum" in node and None not in node["enum"]:
        node["enum"].append(None)


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _merge(node: Node, document: Node) -> None:
    for part in node.pop("allOf"):
        schema = _resolved(part, document)
        if "allOf" in schema:
            _merge(schema, document)
        for key, value in schema.items():
            if key == "properties":
                node["properties"] = value | node.get("properties", {})
            elif key == "required":
                node["required"] = [*value, *node.get("required", ())]
            else:
                node.setdefault(key, value)


def _resolved(node: Node, document: Node) -> Node:
    while "$ref" in node:
        target = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node
