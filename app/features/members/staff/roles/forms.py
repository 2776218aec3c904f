"""What platform admins type about staff, as clean values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.features.members.addresses import clean_mail
from app.features.members.models import PERSON_NAME_LENGTH
from app.features.members.permissions import STAFF_ROLES
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

_LANGUAGES = ("zh", "zh-hant", "en")


@dataclass(frozen=True, slots=True)
class Invitation:
    name: str
    mail: str
    role: str  # '' for none yet
    language: str


def invitation_from(given: Mapping[str, str]) -> Invitation:
    """Raises Invalid naming the field."""
    label = Text(zh="姓名", en="Name")
    name = clean_text(
        given.get("name", ""), field="name", label=label, max_length=PERSON_NAME_LENGTH, required=True
    )
    mail, role = clean_mail(given.get("mail", "")), given.get("role", "")
    if role:
        role_from(role)
    language = given.get("language", "zh")
    return Invitation(name, mail, role, language if language in _LANGUAGES else "zh")


def role_from(value: str) -> str:
    if value not in STAFF_ROLES:
        listed = ", ".join(STAFF_ROLES)
        raise Invalid(Text(zh=f"角色只能是：{listed}", en=f"A role is one of: {listed}"), field="role")
    return value


def change_from(value: str) -> Literal["give", "take"]:
    if value not in ("give", "take"):
        raise Invalid(Text(zh="须选择给予或收回。", en="Choose to give or to take."), field="change")
    return "give" if value == "give" else "take"
