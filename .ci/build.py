"""Compiles the catalogues of the languages whenever the package is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_all(locale: Path) -> None:
    """Write a ``.mo`` beside every ``.po``."""
    for source in locale.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as written, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(written))


class Hook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls before it packs the files, also for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues; hatchling packs them as artifacts."""
        del version, build_data
        compile_all(Path(self.root) / "vippsdiag" / "locale")
