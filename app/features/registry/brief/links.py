"""Addresses of an answer and of its brief, the reader's corrections kept; the name of its file."""

import re
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from app.features.registry.answers import Answer
from app.features.registry.brief.contents import Brief
from app.features.registry.correction import Correction

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|.%\s]+')
_LONGEST = 60  # characters: three bytes each, where file systems hold 255


@dataclass(frozen=True, slots=True)
class BriefLinks:
    answer: str
    brief: str
    docx: str


def links_of(answer: Answer, correction: Correction) -> BriefLinks:
    """An empty correction is one: the reader is unsure."""
    typed = {} if answer.organisation else {"name": answer.name}
    corrected = {field: value for field, value in asdict(correction).items() if value is not None}
    query = urlencode(typed | corrected)
    rest = f"?{query}" if query else ""
    return BriefLinks(*(f"{answer.action}{face}{rest}" for face in ("", "/brief", "/brief.docx")))


def file_name(brief: Brief) -> str:
    """Of its Word document; nothing in it that a file system refuses."""
    name = "".join(character for character in brief.name if character.isprintable())
    return f"ToP-{_NOT_IN_FILE_NAMES.sub('-', name[:_LONGEST])}-{brief.made_on}.docx"
