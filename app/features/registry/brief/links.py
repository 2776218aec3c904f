"""Addresses of an answer and of its brief, the reader's corrections kept."""

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from app.features.registry.answers import Answer
from app.features.registry.correction import Correction


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
