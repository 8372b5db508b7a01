"""Somebody who walks a notebook in a language, and reads what it says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from area import picture
from babel.messages.pofile import read_po
from harness import Server
from playwright.sync_api import Locator, Page, expect

from vippsdiag.language import HERE, LANGUAGES, speaking, tr

# What the widgets show, speak and offer; the title above them is the notebook's own.
READ = """() => {
    const areas = [...document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")];
    const all = areas.flatMap(area => [...area.querySelectorAll("*")]);
    all.filter(one => one.tagName === "DETAILS").forEach(one => { one.open = true; });
    const named = ["aria-label", "title", "placeholder", "alt"];
    return [
        ...areas.flatMap(area => area.innerText.split(/[\\n\\t]/)),
        ...all.filter(one => one.closest("svg") && !one.children.length)
            .map(one => one.textContent),
        ...all.filter(one => one.checkVisibility())
            .flatMap(one => named.map(name => one.getAttribute(name) ?? "")),
    ];
}"""
# What is typed in double braces has the same name in every language.
TYPED = re.compile(r"\{\{.*?\}\}")
# Headers that are words of the catalogues too.
HEADERS = {"Date"}
PLACEHOLDER = re.compile(r"\{\w*(?::[^}]*)?\}")


@dataclass
class Visitor:
    """Somebody who walks a notebook.

    Attributes:
        page: what is seen.
        place: where the notebook runs.
        language: the code of what is spoken.
        folder: where pictures go.
        docs: whether the documentation takes its pictures from this walk.
    """

    page: Page
    place: Server
    language: str
    folder: Path
    docs: bool = False

    def t(self, text: str, /, *, context: str = "", **values: object) -> str:
        """Return a text as it is said in the language of the walk."""
        with speaking(self.language):
            return tr(text, context=context, **values)

    def choose_language(self) -> None:
        """Choose it with the switch, which speaks the language of before."""
        switch = self.page.get_by_label("Language", exact=True)
        switch.select_option(LANGUAGES[self.language])
        expect(self.field("Language")).to_have_value(LANGUAGES[self.language])

    def field(self, label: str, /, **values: object) -> Locator:
        """Return a field by its label."""
        return self.page.get_by_label(self.t(label, **values), exact=True)

    def press(self, name: str, /, **values: object) -> None:
        """Press a button."""
        said = self.t(name, **values)
        self.page.get_by_role("button", name=said, exact=True).click()

    def see(self, text: str, /, *, context: str = "", **values: object) -> None:
        """Wait until a text can be seen."""
        said = self.t(text, context=context, **values)
        expect(
            self.page.get_by_text(said).locator("visible=true").first
        ).to_be_visible()

    def hear(self, name: str) -> None:
        """Wait until a picture with this name can be seen."""
        expect(self.page.get_by_role("img", name=self.t(name)).first).to_be_visible()

    def save(self, button: str) -> bytes:
        """Press a button that hands over a file, and return what is in it."""
        with self.page.expect_download() as download:
            self.press(button)
        return Path(download.value.path()).read_bytes()

    def picture(self, name: str, height: int) -> None:
        """Take the picture of this notebook, for the docs too where it is for them."""
        picture(self.page, self.folder, name, height=height if self.docs else 0)

    def left_in_english(self) -> list[str]:
        """Return what is read here in English although it has another translation."""
        if self.language == "en":
            return []
        read = (TYPED.sub("", line) for line in self.page.evaluate(READ))
        lines = {" ".join(line.split()) for line in read}
        return sorted(
            f"{text!r} in {line!r}"
            for text, said in english(self.language).items()
            for line in lines
            if said.search(line)
        )


@cache
def english(language: str) -> Mapping[str, re.Pattern[str]]:
    """Return the English texts that are said otherwise in a language.

    A sentence may be anywhere in a line; a word or two are a line of their own.
    """
    pairs = list(_pairs(language))
    # What is English for one thing may be the other language's word for another.
    apart = {said for _, said in pairs} | HEADERS
    return {
        text: _pattern(text)
        for text, said in pairs
        if text != said and text not in apart and _telling(text)
    }


def _telling(text: str) -> bool:
    """Whether so much of a text is words that it is not found in another by chance."""
    words = re.findall(r"\w+", PLACEHOLDER.sub("", text))
    return len(words) > 2 if PLACEHOLDER.search(text) else bool(words)


def _pattern(text: str) -> re.Pattern[str]:
    words = ".+?".join(map(re.escape, PLACEHOLDER.split(" ".join(text.split()))))
    whole = len(text.split()) < 3
    return re.compile(rf"^{words}$" if whole else rf"(?<!\w){words}(?!\w)")


def _pairs(language: str) -> Iterator[tuple[str, str]]:
    with (HERE / language / "LC_MESSAGES" / "vippsdiag.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if not message.id:
                continue
            if message.pluralizable:
                yield from zip(message.id, message.string, strict=True)
            else:
                yield str(message.id), str(message.string)
