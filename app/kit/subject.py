"""What a page, a panel or a follow is about, without importing the room that owns it."""

from dataclasses import dataclass
from typing import Literal

SubjectKind = Literal[
    "organisation", "need", "industry", "regulation", "region", "company", "person", "item", "thread"
]


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that pages and panels can be about; `public_id` is what URLs carry."""

    kind: SubjectKind
    public_id: str
