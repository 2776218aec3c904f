"""What readers send about follows, as clean values."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends

from app.features.follows.models import SUBJECT_LENGTH
from app.features.follows.records import KIND_NAMES
from app.kit.errors import Invalid
from app.kit.subject import Subject, SubjectKind
from app.kit.text import Text
from app.web.forms import typed
from app.web.inputs import clean_text

_KIND = Text(zh="关注的种类", en="kind of subject")
_ID = Text(zh="编号", en="id")


FieldsDep = Annotated[Mapping[str, str], Depends(typed)]


def subject_of(kind: str, public_id: str) -> Subject:
    """Raises Invalid naming the field."""
    wanted = clean_text(public_id, field="id", label=_ID, max_length=SUBJECT_LENGTH, required=True)
    return Subject(kind_of(kind), wanted)


def kind_of(kind: str) -> SubjectKind:
    known = next((one for one in KIND_NAMES if one == kind), None)
    if known is None:
        listed = ", ".join(KIND_NAMES)
        raise Invalid(
            Text(zh=f"“{_KIND.zh}”只能是：{listed}", en=f"“{_KIND.en}” must be one of: {listed}"),
            field="kind",
        )
    return known
