"""What somebody types who registers, as clean values."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.features.members.addresses import clean_mail
from app.features.members.companies.names import clean_company_name, clean_person_name
from app.features.members.signing_in.new_passwords import check_new_password
from app.kit.errors import Invalid
from app.kit.text import Text

FIELDS = ("company_name", "name", "mail")  # that go back into the form; a password never does


@dataclass(frozen=True, slots=True)
class Draft:
    company_name: str
    name: str
    mail: str
    password: str = field(repr=False)


def draft_of(given: Mapping[str, str], *, consents: bool) -> Draft:
    """Raises Invalid naming the first field that is wrong."""
    company_name = clean_company_name(given.get("company_name", ""))
    name = clean_person_name(given.get("name", ""))
    mail = clean_mail(unicodedata.normalize("NFKC", given.get("mail", "")))  # a Chinese keyboard types ＠
    password = given.get("password", "")
    check_new_password(password, (company_name, name, mail))
    refuse_without_consent(is_given=consents)
    return Draft(company_name, name, mail, password)


def refuse_without_consent(*, is_given: bool) -> None:
    """Raises Invalid."""
    if not is_given:
        raise Invalid(
            Text(
                zh="请勾选同意，否则我们不能保存你的姓名和邮箱。",
                en="Please tick your consent: without it we may not keep your name and address.",
            ),
            field="consent",
        )
