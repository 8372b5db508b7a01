"""The official OpenAPI files: what they document, and whether a call is as they say."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import (
    RequestsOpenAPIRequest,
    RequestsOpenAPIResponse,
)
from openapi_core.templating.responses.exceptions import ResponseNotFound
from readings import Node, mend


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML without seeing dates in it, or that Norway's NO is false."""


Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if not tag.endswith(":timestamp")
        and not (tag.endswith(":bool") and first in "YyNnOo")
    ]
    for first, found in Loader.yaml_implicit_resolvers.items()
}
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


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One official file."""

    folder: Path
    file: str

    @cached_property
    def document(self) -> Node:
        """The file as JSON, whose keys are all texts; some files have numbers."""
        text = (self.folder / self.file).read_text("utf-8")
        document: Node = json.loads(json.dumps(yaml.load(text, Loader)))
        mend(document, self.file)
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

    def spelled(self, path: str) -> str:
        """Return a path that it serves with the letters of the file."""
        pairs = zip(self.template.split("/"), path.split("/"), strict=True)
        return "/".join(part if "{" in own else own for own, part in pairs)


def _told(side: str, error: Exception) -> Iterator[str]:
    cause: BaseException | None = error
    while cause is not None and not hasattr(cause, "schema_errors"):
        last, cause = cause, cause.__cause__
    if cause is None:
        yield f"{side}: {last}"
        return
    for found in cause.schema_errors:  # type: ignore[attr-defined]
        parts = ("*" if isinstance(p, int) else p for p in found.absolute_path)
        place = "/".join(parts)
        yield f"{side}: {place or '(all)'}: {found.message}"
