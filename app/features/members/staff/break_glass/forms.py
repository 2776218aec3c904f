"""What staff type to ask for break-glass, as clean values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.features.members.staff.break_glass.models import REASON_LENGTH, TICKET_LENGTH
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    object_id: str
    reason: str
    ticket: str


def asked_from(given: Mapping[str, str]) -> Asked:
    """Raises Invalid naming the field."""
    object_id = given.get("object_id", "").strip()
    if not _ID.fullmatch(object_id):
        raise Invalid(
            Text(
                zh="请填写对象编号（页面地址的最后一段，只有字母和数字）。",
                en="Give the id of the object, the last part of its page's address: letters and digits.",
            ),
            field="object_id",
        )
    reason = clean_text(
        given.get("reason", ""),
        field="reason",
        label=Text(zh="理由", en="Reason"),
        max_length=REASON_LENGTH,
        required=True,
    )
    if len(reason) < _SHORTEST_REASON:
        raise Invalid(
            Text(
                zh=f"请把理由写清楚，至少 {_SHORTEST_REASON} 个字：批准人和对方公司都会看到。",
                en=f"Give the reason in full, at least {_SHORTEST_REASON} characters: the second person and "
                "the company read it.",
            ),
            field="reason",
        )
    ticket = clean_text(
        given.get("ticket", ""),
        field="ticket",
        label=Text(zh="工单号", en="Ticket"),
        max_length=TICKET_LENGTH,
        required=True,
    )
    return Asked(given.get("kind", ""), object_id, reason, ticket)
