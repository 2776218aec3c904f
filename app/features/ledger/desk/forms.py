"""What finance staff type, as clean values. Every refusal names its field."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.features.ledger.actions.by_hand import STAFF
from app.features.ledger.actions.freezing import FREEZABLE
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import CAUSE_ID_LENGTH
from app.features.ledger.posting.requests import Cause, Key
from app.kit.amount import Amount
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

_REFERENCE = Text(zh="凭证号", en="reference")
_CAMPAIGN, _OCCASION = Text(zh="活动", en="campaign"), Text(zh="事由", en="occasion")
_COMPANY = Text(zh="公司编号", en="company id")
_MAX_LINES = 32
_NO_COMPANY = "-"


@dataclass(frozen=True, slots=True)
class TypedLeg:
    """One leg of a correction; `company`: public id, empty for the platform's own account."""

    account: AccountKind
    company: str
    minor: int


def staff_key(person_id: int | None, value: str) -> Key:
    """An idempotency key in the scope of one of staff. Raises Invalid."""
    return Key(f"{STAFF}{person_id}", Key.of_company(0, value).value)


def credits_in(typed: str) -> Amount:
    return Amount.parse(typed, "CR", field="amount")


def reference_in(typed: str) -> Cause:
    """The number of a receipt or case, ASCII or not, one line."""
    plain = clean_text(typed, field="reference", label=_REFERENCE, max_length=CAUSE_ID_LENGTH, required=True)
    return Cause("receipt", plain)


def name_in(typed: str, field: str) -> str:
    """Of a campaign or an occasion: part of a key, so that the same is given once."""
    label = _CAMPAIGN if field == "campaign" else _OCCASION
    return clean_text(typed, field=field, label=label, max_length=30, required=True)


def company_in(typed: str) -> str:
    return clean_text(typed, field="company", label=_COMPANY, max_length=40, required=True)


def days_in(typed: str) -> int:
    """A whole number; what it may be, the action says."""
    plain = typed.strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > 4:
        raise Invalid(
            Text(zh="天数须为整数，例如 7。", en="Give a whole number of days, such as 7."), field="days"
        )
    return int(plain)


def account_in(name: str, *, allowed: Sequence[AccountKind], field: str = "account") -> AccountKind:
    known = {kind.name.lower(): kind for kind in allowed}
    if name not in known:
        listed = ", ".join(known)
        raise Invalid(Text(zh=f"账户只能是：{listed}", en=f"The account is one of: {listed}"), field=field)
    return known[name]


def freezable_in(name: str) -> AccountKind:
    return account_in(name, allowed=FREEZABLE)


def leg_of(account: str, company: str, amount: str) -> TypedLeg:
    """`amount` with an optional sign. Raises Invalid."""
    kind = account_in(account, allowed=tuple(AccountKind), field="legs")
    if kind.is_platform != (company in ("", _NO_COMPANY)):
        raise Invalid(
            Text(
                zh="公司的账户要写公司编号，平台的账户写“-”。",
                en="An account of a company takes its id, one of the platform takes “-”.",
            ),
            field="legs",
        )
    sign = -1 if amount.startswith(("-", "\u2212")) else 1
    minor = Amount.parse(amount.lstrip("+-\u2212"), "CR", field="legs").minor
    return TypedLeg(kind, "" if kind.is_platform else company, sign * minor)


def legs_in(typed: str) -> list[TypedLeg]:
    """One leg a line: account, company id or -, amount with its sign. Raises Invalid."""
    lines = [line.split() for line in typed.splitlines() if line.strip()]
    if len(lines) > _MAX_LINES or any(len(parts) != 3 for parts in lines):
        raise Invalid(
            Text(
                zh=f"每行一条分录：账户、公司编号或“-”、带正负号的金额；最多 {_MAX_LINES} 行。",
                en=f"One leg a line: account, company id or “-”, signed amount; at most {_MAX_LINES}.",
            ),
            field="legs",
        )
    return [leg_of(*parts) for parts in lines]
