"""What its owner calls a passkey."""

from app.features.members.signing_in.factors.passkeys import NAME_LENGTH
from app.kit.text import Text
from app.web.inputs import clean_text

_LABEL = Text(zh="通行密钥的名字", en="Name of the passkey")


def passkey_name(typed: str) -> str:
    """A few words, or none: then it is called a passkey. Raises Invalid."""
    return clean_text(typed, field="name", label=_LABEL, max_length=NAME_LENGTH) or "Passkey"
