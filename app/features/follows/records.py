"""A follow as a value, and what its kinds are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text

KIND_NAMES: Mapping[SubjectKind, Text] = {
    "organisation": Text(zh="客户单位", en="Customers"),
    "need": Text(zh="需求", en="Needs"),
    "industry": Text(zh="行业", en="Industries"),
    "regulation": Text(zh="法规标准", en="Regulations"),
    "region": Text(zh="地区", en="Regions"),
    "company": Text(zh="伙伴公司", en="Partner companies"),
    "person": Text(zh="同事", en="Colleagues"),
}


@dataclass(frozen=True, slots=True)
class FollowRecord:
    public_id: str
    subject: Subject
    since: datetime


def record_from(row: Any) -> FollowRecord:
    """`row` holds the columns of access.COLUMNS."""
    return FollowRecord(row.public_id, Subject(row.kind, row.subject), row.created_at)
