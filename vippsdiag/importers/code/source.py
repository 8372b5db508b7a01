"""Values in the source of a program, in whatever language that looks like C.

Strings, numbers, lists, tables and what is made of them; names that were assigned stand
for their values. What the text does not tell is a `Name`: it is there, and not known.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from vippsdiag.importers.code import signs
from vippsdiag.importers.code.strings import STRING, dialect_of, read_string
from vippsdiag.importers.code.values import (
    LONGEST_PATH,
    Call,
    Name,
    Pairs,
    either,
    joined,
    key_of,
    member_of,
    number_of,
    pairs_of,
    text_of,
    with_entries,
    without_owner,
    word_of,
)
from vippsdiag.importers.json_values import fits, weight_of

# What is read after so many pieces was written by a machine.
MOST_PIECES = 20_000
# So many values that a call is given cost as much as a piece of the text.
_VALUES_A_PIECE = 20
# Values that are made of others grow each time.
_ROOM = 2_000_000
_DEEPEST, _DEEPEST_STRING = 30, 10


class Code:
    """Reads values from a place in a text.

    Args:
        text: the source.
        called: says what a call returns; it may do something about it too.
    """

    def __init__(self, text: str, called: Callable[[Call], Any]) -> None:
        self.text, self.place, self.called = text, 0, called
        self.known: dict[str, Any] = {}
        self.depth = 0
        self.left, self.room = MOST_PIECES, _ROOM
        self.dialect = dialect_of(text)

    def skip(self) -> None:
        """Pass over blanks and comments."""
        if match := signs.SPACE.match(self.text, self.place):
            self.place = match.end()

    def at(self, *words: str) -> bool:
        """Tell whether one of these comes next."""
        return self.text.startswith(words, self.place)

    def value(self) -> Any:
        """Read a value with the operators behind it."""
        value = self._joined()
        while self.left > 0 and (other := signs.OTHERWISE.match(self.text, self.place)):
            self.place = other.end()
            second = self._joined()
            value = second if isinstance(value, Name) or value is None else value
        return self._chosen(value)

    def _chosen(self, value: Any) -> Any:
        """Pass over a choice between two values; which of them is not told."""
        if self.left > 0 and (otherwise := signs.IF_ELSE.match(self.text, self.place)):
            self.place = otherwise.end()
            return either(Name(""), value, self.value())
        if self.left > 0 and (choice := signs.CHOICE.match(self.text, self.place)):
            before, self.place = self.place, choice.end()
            first = self._joined()
            if other := signs.OTHER.match(self.text, self.place):
                self.place = other.end()
                return either(Name(""), first, self._joined())
            self.place = before
        return value

    def _joined(self) -> Any:
        """Read a value with what is joined to it."""
        value = self._one()
        while self.left > 0 and (join := signs.JOINS.match(self.text, self.place)):
            before = self.place
            self.place = join.end()
            other = self._one()
            if self.place == join.end():
                self.place = before
                break
            value = self._made(joined(join["sign"], value, other))
        return value

    def _made(self, value: Any) -> Any:
        """Return what was made of other values, as long as there is room for it."""
        if isinstance(value, str | list | dict):
            self.room -= len(value)
            self.left = self.left if self.room > 0 else 0
        return value

    def _call(self, call: Call) -> Any:
        """Return what a call returns; the more it is given, the sooner it is enough."""
        given = [call.on, call.given, call.named]
        self.left -= weight_of(given) // _VALUES_A_PIECE
        return self._made(self.called(call)) if fits(given) else Name(call.path)

    def _one(self) -> Any:
        self.skip()
        self.left -= 1
        if self.left <= 0 or self.depth > _DEEPEST:
            self.place = len(self.text)
            return Name("")
        self.depth += 1
        try:
            return self._behind(self._first())
        finally:
            self.depth -= 1

    def _first(self) -> Any:  # noqa: PLR0911 - one for each kind of value
        made = False
        while before := signs.WORDS.match(self.text, self.place):
            made = made or before[0].startswith("new")
            self.place = before.end()
        if typed := signs.TYPED.match(self.text, self.place):
            self.place = typed.end()
            return self._items("}") if self.at("{") else self._bracket()
        if string := STRING.match(self.text, self.place):
            text, self.place = read_string(
                self.text, string, self._filled, self.dialect
            )
            return self._made(text)
        if number := signs.NUMBER.match(self.text, self.place):
            self.place = number.end()
            return number_of(number[0])
        if self.at("{", "["):
            return self._items("}" if self.at("{") else "]")
        if self.at("("):
            return self._bracket()
        if symbol := signs.SYMBOL.match(self.text, self.place):
            self.place = symbol.end()
            return symbol[1]
        if name := signs.NAME.match(self.text, self.place):
            self.place = name.end()
            word = name[0].lstrip("&*")
            if word in signs.WORD_VALUES:
                return signs.WORD_VALUES[word]
            return self._named(word, made=made)
        return Name("")

    def _named(self, path: str, *, made: bool) -> Any:
        """Read what begins with a name: a variable, a member or a call."""
        value: Any = self.known.get(path, Name(path))
        while True:
            if generic := signs.GENERIC.match(self.text, self.place):
                self.place = generic.end()
            self.place += self.at("!(")  # a macro of Rust
            if self.at("(") and path.lower() == "array":
                return self._items(")")
            if self.at("(") and (made or not self.text[self.place - 1].isspace()):
                return self._called_as(path, value, made=made)
            if made and (brace := signs.BRACE.match(self.text, self.place)):
                self.place = brace.end()
                entries = dict(pairs_of(self._items("}")))
                return self._call(Call(path, [], entries, None, made))
            member = self._member()
            name = signs.NAME.match(self.text, member.end()) if member else None
            if name is None:
                return value
            self.place = name.end()
            path = f"{path}.{name[0]}"[:LONGEST_PATH]
            if (known := self.known_as(path)) in self.known:
                value = self.known[known]
            elif not signs.CALLED.match(self.text, self.place):
                value = member_of(value, name[0], path)

    def _called_as(self, path: str, on: Any, *, made: bool) -> Any:
        """Read what a call is given, and what is set on an object that it makes."""
        given, named = self._arguments()
        on = None if isinstance(on, Name) else on
        value = self._call(Call(path, given, named, on, made))
        if made and (brace := signs.BRACE.match(self.text, self.place)):
            self.place = brace.end()
            value = with_entries(value, self._items("}"))
        return value

    def known_as(self, path: str) -> str:
        """Return the name that a value is known by, which may be without its owner."""
        own = without_owner(path)
        names = (path,) if own == path else (path, own, f"${own}")
        return next((one for one in names if one in self.known), path)

    def _member(self) -> re.Match[str] | None:
        """Tell whether a member comes next; in PHP a dot joins texts."""
        member = signs.MEMBER.match(self.text, self.place)
        return None if member and member["dot"] and self.dialect.dots else member

    def _behind(self, value: Any) -> Any:
        """Read the calls and the places behind a value."""
        while self.left > 0:
            self.left -= 1
            member = self._member()
            if member and (name := signs.NAME.match(self.text, member.end())):
                self.place = name.end()
                if generic := signs.GENERIC.match(self.text, self.place):
                    self.place = generic.end()
                if self.at("("):
                    given, named = self._arguments()
                    value = self._call(Call(name[0], given, named, value))
                else:
                    value = member_of(value, name[0], f"{word_of(value)}.{name[0]}")
            elif self.at("[") and not isinstance(value, int):
                self.place += 1
                start = self.place
                told = key_of(self.value())
                # What a variable holds may be a secret; its name is none.
                written = self.text[start : min(self.place, start + LONGEST_PATH)]
                self._pass_over("]")
                self.place += self.at("]")
                value = member_of(value, told, f"{word_of(value)}[{written}]")
            elif unwrapped := signs.UNWRAPPED.match(self.text, self.place):
                self.place = unwrapped.end()
            else:
                return value
        return value

    def _bracket(self) -> Any:
        """Read what is in round brackets: one value, or several."""
        self.place += 1
        found = list(self._until(")"))
        return found[0] if len(found) == 1 else found

    def _until(self, closing: str) -> Iterator[Any]:
        while self.left > 0:
            self.skip()
            if self.place >= len(self.text) or self.at(closing):
                break
            if self.at(",", ";"):
                self.place += 1
                continue
            before = self.place
            yield self.value()
            if self.place == before:
                break
        self._close(closing)

    def _close(self, closing: str) -> None:
        """Pass over what is left up to a bracket, on the same line."""
        stop = self.text.find("\n", self.place)
        end = self.text.find(closing, self.place, stop if stop >= 0 else len(self.text))
        if end >= 0:
            self.place = end + 1

    def _arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """Read what a function is given, by place and by name."""
        self.place += 1
        given: list[Any] = []
        named: dict[str, Any] = {}
        while self.left > 0:
            self.skip()
            if self.place >= len(self.text) or self.at(")"):
                break
            if self.at(","):
                self.place += 1
                continue
            before = self.place
            if spread := signs.SPREAD.match(self.text, self.place):
                self.place = spread.end()
                value = self.value()
                named |= value if isinstance(value, dict) else {"**": value}
            elif name := signs.NAMED.match(self.text, self.place):
                self.place = name.end()
                named[name["name"]] = self.value()
            else:
                given.append(self.value())
                self._pair_in(given)
            if self.place == before:
                break
        self._close(")")
        return given, named

    def _pair_in(self, given: list[Any]) -> None:
        """Read the value of a name that stands before it: a table without braces."""
        ruby = self.dialect.plain and not self.dialect.dots
        if not ruby or not (mark := signs.ARROW.match(self.text, self.place)):
            return
        key = key_of(given.pop())
        self.place = mark.end()
        entry = {key: self.value()}
        if given and isinstance(given[-1], Pairs):
            given[-1].update(entry)
        else:
            given.append(Pairs(entry))

    def _items(self, closing: str) -> Any:
        """Read a list or a table, up to its closing bracket."""
        self.place += 1
        table: dict[str, Any] = {}
        found: list[Any] = []
        while self.left > 0:
            self.skip()
            if self.place >= len(self.text) or self.at(closing):
                break
            if self.at(",", ";"):
                self.place += 1
                continue
            before = self.place
            if spread := signs.SPREAD.match(self.text, self.place):
                self.place = spread.end()
                value = self.value()
                table |= value if isinstance(value, dict) else {"**": value}
            else:
                self._entry(table, found, closing)
            if self.place == before:
                if not self._pass_over(closing):
                    break
                table |= dict.fromkeys([*table][-1:], Name(""))
        self.place += self.at(closing)
        if table or (closing == "}" and not found):
            return table
        return found

    def _pass_over(self, closing: str) -> bool:
        """Pass over what is not understood of a value; False if there is nothing."""
        before = self.place
        while self.left > 0 and self.place < len(self.text):
            if self.at(",", ";", "\n", closing):
                break
            start = self.place
            if self.at('"', "'", "`", "(", "[", "{"):
                self._one()
            self.place += self.place == start
            self.left -= 1
        return self.place > before

    def _entry(self, table: dict[str, Any], found: list[Any], closing: str) -> None:
        """Read one entry: with a name, or alone."""
        name = signs.NAME.match(self.text, self.place)
        mark = signs.KEY_MARK.match(self.text, name.end()) if name else None
        if name and mark and "," not in mark[0]:
            key: Any = name[0]
            # A constant is a name in any language, and a variable in some.
            if "=>" in mark[0]:
                key = self.known.get(name[0], name[0])
            self.place = name.end()
        else:
            key = self.value()
        mark = signs.KEY_MARK.match(self.text, self.place)
        if mark and "," not in mark[0]:
            self.place = mark.end()
            key = key[0] if isinstance(key, list) and len(key) == 1 else key
            table[key_of(key)] = self.value()
        elif (
            closing == "}" and name and self.text[name.end() : self.place].isspace()
        ) or (closing == "}" and name and self.place == name.end()):
            table[name[0]] = key
        else:
            found.append(key)

    def _within(self, text: str) -> Any:
        """Read an expression that stands in a string."""
        inner = Code(text, self.called)
        inner.known, inner.depth, inner.left = self.known, self.depth + 1, 50
        inner.dialect = self.dialect
        value = inner.value()
        self.left -= 50 - inner.left
        return value

    def _filled(self, name: str) -> str:
        """Return what stands for a name within a string."""
        path = name.strip().lstrip("$")
        if not signs.PATH.fullmatch(path) and self.depth < _DEEPEST_STRING:
            return text_of(self._within(path))
        for one in (path, f"${path}", path.replace("->", ".")):
            if one in self.known:
                return text_of(self.known[one])
        # Without braces a dollar sign may be a dollar sign.
        return text_of(Name(path)) if self.dialect.fills or name[0] != "$" else name
