"""Names of companies and people: cleaned of what cannot be seen, and folded to find doubles."""

import re
import unicodedata

from app.features.members.models import COMPANY_NAME_LENGTH, PERSON_NAME_LENGTH
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

COMPANY = Text(zh="公司名称", en="Company name")
PERSON = Text(zh="姓名", en="Your name")
_NO_LETTER = re.compile(r"[\W_]+")
_SHORTEST_COMPANY = 2


def clean_company_name(value: str, *, field: str = "company_name") -> str:
    """Raises Invalid."""
    name = clean_text(value, field=field, label=COMPANY, max_length=COMPANY_NAME_LENGTH, required=True)
    if len(_NO_LETTER.sub("", name)) < _SHORTEST_COMPANY:
        raise Invalid(
            Text(
                zh="公司名称至少两个字，请填写营业执照上的名称。",
                en="A company name has at least two letters. Please give the one on the business licence.",
            ),
            field=field,
        )
    return name


def clean_person_name(value: str, *, field: str = "name") -> str:
    """Raises Invalid."""
    name = clean_text(value, field=field, label=PERSON, max_length=PERSON_NAME_LENGTH, required=True)
    if not _NO_LETTER.sub("", name):
        raise Invalid(
            Text(zh="姓名里没有文字，请重新填写。", en="There is no letter in this name. Please retype it."),
            field=field,
        )
    return name


def name_key(name: str) -> str:
    """Equal for names that differ in width, case, spaces and punctuation alone."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NO_LETTER.sub("", folded)[:COMPANY_NAME_LENGTH]
