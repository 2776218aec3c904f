"""Bilingual text: what the domain says to a reader, complete in both languages by construction.

Templates use gettext; rules, errors and the knowledge pack use `Text`, so that a
sentence composed from data (a reason, a limit) cannot exist in one language only.
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in Simplified Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.en if language == "en" else self.zh
