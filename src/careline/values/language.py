"""A text in the two languages that every text has."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")


class Text(NamedTuple):
    zh: str
    en: str

    def read(self, language: str) -> str:
        return self.en if language == "en" else self.zh
