"""Follows in the JSON API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.features.follows.models import SUBJECT_LENGTH
from app.features.follows.records import FollowRecord
from app.kit.subject import Subject
from app.kit.text import Language
from app.web.inputs import StorableText, StrictModel
from app.web.subjects import Described


class FollowOut(BaseModel):
    """`name` and `url` are null where the subject is no longer there."""

    id: str = Field(examples=["3mJr7AoUXx2W"])
    kind: str = Field(examples=["need"])
    subject: str = Field(description="id of what is followed", examples=["mlps-l3"])
    name: str | None
    url: str | None = Field(examples=["/needs/mlps-l3"])
    since: datetime


class NewFollow(StrictModel):
    """What to follow."""

    kind: StorableText = Field(
        description="organisation, need, industry, regulation, region, company or person", examples=["need"]
    )
    subject: Annotated[StorableText, StringConstraints(min_length=1, max_length=SUBJECT_LENGTH)] = Field(
        examples=["mlps-l3"]
    )


def follow_out(record: FollowRecord, described: Mapping[Subject, Described], language: Language) -> FollowOut:
    known = described.get(record.subject)
    return FollowOut(
        id=record.public_id,
        kind=record.subject.kind,
        subject=record.subject.public_id,
        name=known.name.in_language(language) if known else None,
        url=known.href if known else None,
        since=record.since,
    )
