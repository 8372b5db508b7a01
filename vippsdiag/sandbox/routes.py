"""The routing table: which operation serves a method and a path."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vippsdiag.exchange import Response
from vippsdiag.sandbox.call import Call

Serve = Callable[[Call], Response]
# A gate lets a call through by returning None.
Gate = Callable[[Call], Response | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Attributes:
        template: the path, with the names of its variable parts in braces.
        production: whether test does not serve it.
    """

    method: str
    template: str
    gate: Gate
    serve: Serve
    production: bool = False
    parts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.template.lower()))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


class Routes:
    """Finds the operation of a path; its case does not matter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = tuple(routes)
        self._fixed: dict[str, list[Route]] = defaultdict(list)
        self._variable: dict[int, list[Route]] = defaultdict(list)
        for route in self.all:
            if "{" in route.template:
                self._variable[len(route.parts)].append(route)
            else:
                self._fixed[route.template.lower()].append(route)

    def find(
        self, path: str, *, production: bool
    ) -> Mapping[str, tuple[Route, dict[str, str]]]:
        """Return what serves a path, by method; empty if nothing does."""
        fixed = self._fixed.get(path.lower(), ())
        found: dict[str, tuple[Route, dict[str, str]]] = {
            route.method: (route, {})
            for route in fixed
            if production or not route.production
        }
        return found or self._find_variable(path, production=production)

    def _find_variable(
        self, path: str, *, production: bool
    ) -> dict[str, tuple[Route, dict[str, str]]]:
        parts = _parts(path)
        found: dict[str, tuple[Route, dict[str, str]]] = {}
        for route in self._variable.get(len(parts), ()):
            params = _match(route.parts, parts)
            if params is not None and (production or not route.production):
                found.setdefault(route.method, (route, params))
        return found


def _match(wanted: tuple[str, ...], given: tuple[str, ...]) -> dict[str, str] | None:
    params = {}
    for want, part in zip(wanted, given, strict=True):
        if want.startswith("{"):
            if not part:
                return None
            params[want[1:-1]] = part
        elif want != part.lower():
            return None
    return params
