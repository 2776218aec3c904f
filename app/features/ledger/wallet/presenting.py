"""Lines of a statement as pages, files and the API show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.engine import ReadSession
from app.features.ledger.causes import CauseRegistry, KnownCause
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.queries.statement import OWN_KINDS, StatementLine
from app.features.ledger.wallet.filtering import OWN_TRANSFERS
from app.kit.amount import Amount
from app.kit.text import Text
from app.kit.viewer import Viewer

_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """`href`: the page of the whole transfer, as far as the viewer's company took part."""

    line: StatementLine
    change: Text
    balance: Text
    cause: KnownCause

    @property
    def href(self) -> str:
        return f"/wallet/transfers/{self.line.transfer}"

    @property
    def is_gain(self) -> bool:
        return self.line.amount.minor > 0


async def shown(
    session: ReadSession, viewer: Viewer, causes: CauseRegistry, lines: Sequence[StatementLine]
) -> list[ShownLine]:
    known = await causes.describe(session, viewer, {line.cause for line in lines})
    return [
        ShownLine(line, signed(line.amount), line.balance_after.as_text(), known[line.cause])
        for line in lines
    ]


def plainly_shown(causes: CauseRegistry, lines: Sequence[StatementLine]) -> list[ShownLine]:
    """For staff: causes by kind and id. What other rooms would call them may say too much."""
    return [
        ShownLine(line, signed(line.amount), line.balance_after.as_text(), causes.plain(line.cause))
        for line in lines
    ]


def signed(amount: Amount) -> Text:
    """With a plus or a minus: what a movement did."""
    sign = "+" if amount.minor > 0 else _MINUS if amount.minor < 0 else ""
    size = (amount if amount.minor >= 0 else -amount).as_text()
    return Text(zh=sign + size.zh, en=sign + size.en)


def account_choices() -> list[tuple[str, Text]]:
    return [(kind.name.lower(), kind.label) for kind in OWN_KINDS]


def kind_choices() -> list[tuple[str, Text]]:
    return [(kind.name.lower(), kind.label) for kind in OWN_TRANSFERS]


def code(kind: AccountKind | TransferKind) -> str:
    """The stable word for programs."""
    return kind.name.lower()
