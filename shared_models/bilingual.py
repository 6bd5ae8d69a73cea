"""A text of the catalogue in both languages: data that an administrator writes, not a message of the program."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Bilingual(NamedTuple):
    """Vietnamese first; both are always there."""

    vi: str
    en: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Bilingual":
        return cls(data["vi"], data["en"])

    def to_json(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}

    def within(self, language: str) -> str:
        """The text in a language; Vietnamese for any that is not there."""
        return self.en if language == "en" else self.vi
