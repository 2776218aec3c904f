"""What people write beside a request or a decision."""

from app.features.members.companies.models import NOTE_LENGTH
from app.kit.text import Text
from app.web.inputs import clean_text

_NOTE = Text(zh="说明", en="Note")


def clean_note(value: str, *, field: str = "note", required: bool = False) -> str:
    """Raises Invalid."""
    plain = " ".join(value.split())
    return clean_text(plain, field=field, label=_NOTE, max_length=NOTE_LENGTH, required=required)
