"""Mail addresses: told apart without regard to case, and checked for shape alone; a mail proves the rest."""

import re

from app.features.members.models import MAIL_LENGTH
from app.kit.errors import Invalid
from app.kit.text import Text

# What needs no quotation marks. Anything else, and `=?`, mail programs may read as another address.
_SHAPE = re.compile(r"(?!.*=\?)[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")


def folded_mail(value: str) -> str:
    """As accounts keep it, for looking one up."""
    return value.strip().lower()


def clean_mail(value: str, *, field: str = "mail") -> str:
    """Folded. Raises Invalid on `field` for what cannot be an address."""
    folded = folded_mail(value)
    if len(folded) > MAIL_LENGTH or not folded.isprintable() or not _SHAPE.fullmatch(folded):
        raise Invalid(
            Text(
                zh=f"这不像一个邮箱地址。请填写完整地址，例如 name@company.com，最多 {MAIL_LENGTH} 个字符。",
                en="This does not look like a mail address. Please give the whole address, such as "
                f"name@company.com, with at most {MAIL_LENGTH} characters.",
            ),
            field=field,
        )
    return folded
