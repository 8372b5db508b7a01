"""The routing table: which operation serves a method and a path."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from vippsdiag.environments import Environment
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.limits import Limit
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.reply import Reply

Serve = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Attributes:
        template: the path, with the names of its variable parts in braces.
        body: what the body is read as, into `Call.given`; None if it is not read.
        optional: whether the body may be left out.
        limit: how often it may be called.
        once: what its idempotency key does; None if it has none.
        production: whether test does not serve it.
        variable: where in the path its variable parts are, and their names.
    """

    method: str
    template: str
    gate: Gate
    serve: Serve
    body: Any = None
    optional: bool = False
    limit: Limit | None = None
    once: Once | None = None
    production: bool = False
    parts: tuple[str, ...] = field(init=False)
    variable: tuple[tuple[int, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        parts = tuple(self.template.split("/"))
        object.__setattr__(self, "parts", parts)
        found = tuple(
            (at, part[1:-1]) for at, part in enumerate(parts) if part.startswith("{")
        )
        object.__setattr__(self, "variable", found)


class _Node:
    """One part of a path, and what may follow it."""

    __slots__ = ("fixed", "routes", "tested", "variable")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.routes: dict[str, Route] = {}
        self.tested: dict[str, Route] = {}

    def at(self, part: str) -> "_Node":
        if not part.startswith("{"):
            return self.fixed.setdefault(part, _Node())
        self.variable = self.variable or _Node()
        return self.variable

    def add(self, route: Route) -> None:
        self.routes[route.method] = route
        if not route.production:
            self.tested[route.method] = route


def _find(node: _Node, parts: list[str], start: int) -> _Node | None:
    """Walk along the fixed parts, and try the variable one where they lead nowhere."""
    for at in range(start, len(parts)):
        fixed, variable = node.fixed.get(parts[at]), node.variable
        if fixed and variable and parts[at]:
            return _find(fixed, parts, at + 1) or _find(variable, parts, at + 1)
        if fixed:
            node = fixed
        elif variable and parts[at]:
            node = variable
        else:
            return None
    return node if node.routes else None


class Routes:
    """Finds the operation of a path; the case of its fixed parts does not matter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = tuple(routes)
        self._root = _Node()
        for route in self.all:
            node = self._root
            for part in route.template.lower().split("/"):
                node = node.at(part)
            node.add(route)

    def find(self, path: str, environment: Environment) -> Mapping[str, Route]:
        """Return what serves a path, by method; empty if nothing does."""
        node = _find(self._root, path.lower().split("/"), 0)
        if node is None:
            return {}
        production = environment is Environment.PRODUCTION
        return node.routes if production else node.tested


def params(route: Route, path: str) -> dict[str, str]:
    """Return the variable parts of a path that a route serves."""
    if not route.variable:
        return {}
    parts = path.split("/")
    found = {name: parts[at] for at, name in route.variable}
    if "%" in path:
        return {name: unquote(part) for name, part in found.items()}
    return found
