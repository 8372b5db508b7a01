"""The official OpenAPI files: what they document, and how they are read.

A file that contradicts itself is read as its makers mean it; each such reading has its
reason beside it, which the table of results prints.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import (
    RequestsOpenAPIRequest,
    RequestsOpenAPIResponse,
)
from openapi_core.templating.responses.exceptions import ResponseNotFound

# The one in C is ten times as fast; not every system has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
METHODS = ("get", "put", "post", "patch", "delete")

# Newest first: where two editions differ, the sandbox follows the newer one.
FILES = (
    "newer/access-token.yaml",
    "newer/checkout-v3.yaml",
    "newer/epayment.yaml",
    "newer/login.yaml",
    "newer/recurring-v3.yaml",
    "newer/webhooks.yaml",
    "ecom-v2.yaml",
    "management.yaml",
    "order-management.yaml",
    "psp-v3.yaml",
    "qr.yaml",
    "report.yaml",
    "userinfo.yaml",
    "psp-signup.yaml",
    "check-in.yaml",
    "partner.yaml",
    "access-token.yaml",
    "checkout-v3.yaml",
    "checkout-v2.yaml",
    "epayment.yaml",
    "login.yaml",
    "recurring-v3.yaml",
    "webhooks.yaml",
)
# Files in the same folder that document what a merchant serves, not what Vipps does.
MERCHANTS_OWN = ("ecom-v2-merchant-callbacks.yaml", "ms_import.yaml")
CALLBACKS = ("/merchant-dynamic-shipping-callback", "/makePaymentUrl")

Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is read where it cannot be meant as it is written.

    Attributes:
        place: where in the file, a path of keys.
    """

    file: str
    place: tuple[str, ...]
    mend: Callable[[Node], object]
    reason: str


def without(*keywords: str) -> Callable[[Node], None]:
    """Return what leaves keywords out."""

    def mend(node: Node) -> None:
        for keyword in keywords:
            del node[keyword]

    return mend


def _readings(
    files: tuple[str, ...], schemas: tuple[str, ...], keyword: str, reason: str
) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            file=file,
            place=("components", "schemas", *schema.split("/")),
            mend=without(keyword),
            reason=reason,
        )
        for file in files
        for schema in schemas
    )


READINGS = (
    *_readings(
        ("access-token.yaml",),
        (
            "AuthorizationTokenResponse/properties/access_token",
            "TokenResponse/properties/access_token",
        ),
        "format",
        "a token has dots, so it is not of the format byte",
    ),
    *_readings(
        ("newer/access-token.yaml", "access-token.yaml"),
        ("TokenResponse/properties/expires_in",),
        "type",
        "it is a string, but a number in the example beside it",
    ),
    *_readings(
        ("newer/epayment.yaml", "epayment.yaml"),
        ("Customer",),
        "type",
        "any object is one of its alternatives, unless each is held to its own names",
    ),
    *_readings(
        ("userinfo.yaml", "newer/login.yaml"),
        ("Userinfo/properties/phone_number",),
        "pattern",
        "asks for 15 digits, and has 10 in the example beside it",
    ),
    *_readings(
        ("newer/recurring-v3.yaml",),
        ("PricingRequestV3", "PricingResponseV3"),
        "discriminator",
        "its values are the names of no schemas",
    ),
    *_readings(
        ("recurring-v3.yaml",),
        ("campaignV3", "campaignResponseV3", "pricingResponse"),
        "discriminator",
        "its values are the names of no schemas",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One official file."""

    folder: Path
    file: str

    @cached_property
    def document(self) -> Node:
        """The file; JSON knows neither the numbers nor the dates that YAML sees."""
        text = (self.folder / self.file).read_text("utf-8")
        document: Node = json.loads(json.dumps(yaml.load(text, LOADER), default=str))
        for reading in READINGS:
            if reading.file == self.file:
                node = document
                for key in reading.place:
                    node = node[key]
                reading.mend(node)
        _complete(document)
        return document

    @property
    def title(self) -> str:
        """The name and the version of the API."""
        info = self.document["info"]
        return f"{info['title']} {info['version']}"

    @cached_property
    def _openapi(self) -> OpenAPI:
        # The files were checked when they were collected (see SOURCES.md beside them).
        # An answer may hold nothing that is not documented.
        config = Config(
            spec_validator_cls=None,
            additional_properties_default_policy="forbid",
            extra_media_type_deserializers={"application/problem+json": json.loads},
        )
        base = (self.folder / self.file).as_uri()
        return OpenAPI.from_dict(self.document, config=config, base_uri=base)

    @cached_property
    def operations(self) -> tuple["Operation", ...]:
        """What Vipps serves, in the order of the file."""
        return tuple(
            Operation(method.upper(), base + template)
            for base in self._bases()
            for template, item in self.document["paths"].items()
            if template not in CALLBACKS and "$ref" not in item
            for method in METHODS
            if method in item
        )

    def _bases(self) -> set[str]:
        return {urlsplit(server["url"]).path for server in self.document["servers"]}

    def faults(
        self, request: requests.PreparedRequest, response: requests.Response
    ) -> Iterator[str]:
        """Yield what is not as documented in a request and its answer.

        A request that is refused was meant to be, so it need not be valid; and the
        files leave out most of what the gateway answers before an API is reached.
        """
        asked = RequestsOpenAPIRequest(request)
        answered = RequestsOpenAPIResponse(response)
        openapi, refused = self._openapi, response.status_code >= 400
        for error in () if refused else openapi.request_validator.iter_errors(asked):
            yield from _told("request", error)
        for error in openapi.response_validator.iter_errors(asked, answered):
            if not (refused and isinstance(error, ResponseNotFound)):
                yield from _told("answer", error)


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and the template of a path, as a file has them."""

    method: str
    template: str

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def serves(self, method: str, path: str) -> bool:
        """Tell whether a call is one of this operation."""
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(self.template))
        return method == self.method and bool(
            re.fullmatch(pattern, path, re.IGNORECASE)
        )


def _told(side: str, error: Exception) -> Iterator[str]:
    cause: BaseException | None = error
    while cause is not None and not hasattr(cause, "schema_errors"):
        last, cause = cause, cause.__cause__
    if cause is None:
        yield f"{side}: {last}"
        return
    for found in cause.schema_errors:  # type: ignore[attr-defined]
        place = "/".join(map(str, found.absolute_path))
        yield f"{side}: {place or '(all)'}: {found.message}"


def _complete(document: Node) -> None:
    """Make a file so that nothing else than documented can be allowed.

    Where a schema is said to be all of several, each of those would forbid what the
    others add; a name may be required that is not described; and the character set
    that some files put behind a media type is written in many ways.
    """
    for node in list(_nodes(document)):
        if "allOf" in node:
            _merge(node, document)
        if isinstance(node.get("content"), dict):
            node["content"] = {
                kind.partition(";")[0]: value for kind, value in node["content"].items()
            }
    for node in _nodes(document):
        if isinstance(node.get("properties"), dict):
            for name in node.get("required", ()):
                node["properties"].setdefault(name, {})


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
