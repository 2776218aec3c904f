"""A statement as a file to take away: written down in the audit trail before it is read."""

from collections.abc import AsyncIterator, Iterable, Sequence

from fastapi.responses import Response

from app.db.engine import Database, WriteSession
from app.db.tenancy import Tenant, acting_as
from app.db.writing import run_write
from app.features.ledger.causes import CauseRegistry
from app.features.ledger.queries.statement import Places, StatementFilter, statement_of
from app.features.ledger.wallet.acting import company_of
from app.features.ledger.wallet.presenting import ShownLine, shown
from app.features.members.audit.recording import record_audit
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import Language, Text
from app.kit.viewer import Viewer
from app.web.csv_files import Cell, csv_file
from app.web.xlsx_files import xlsx_file

FORMATS = ("csv", "xlsx")
MAX_XLSX_LINES = 100_000
_BATCH = 1_000
_FILE = "top-statement"
_COLUMNS = (
    Text(zh="时间（北京时间）", en="time (China)"),
    Text(zh="账户", en="account"),
    Text(zh="类型", en="kind"),
    Text(zh="事由", en="cause"),
    Text(zh="变动", en="change"),
    Text(zh="余额", en="balance after"),
    Text(zh="单位", en="unit"),
    Text(zh="转账编号", en="transfer"),
    Text(zh="分录", en="leg"),
)


async def take_away(
    database: Database,
    viewer: Viewer,
    causes: CauseRegistry,
    language: Language,
    wanted: StatementFilter,
    format_: str,
) -> Response:
    """No row in the trail, no file. Raises Invalid: an unknown format, too many lines for Excel."""
    if format_ not in FORMATS:
        listed = ", ".join(FORMATS)
        raise Invalid(Text(zh=f"格式只能是：{listed}", en=f"The format is one of: {listed}."), field="format")

    async def work(session: WriteSession) -> None:
        await record_audit(
            session, viewer, "wallet.export", object_kind="company", object_id=viewer.company_public_id
        )

    await run_write(database, work)
    batches = _batches(database, viewer, causes, language, wanted, format_)
    if format_ == "xlsx":
        answer = await xlsx_file(_FILE, _COLUMNS, batches, language)
    else:
        answer = csv_file(_FILE, _COLUMNS, batches, language)
    answer.headers["cache-control"] = "no-store"
    return answer


async def _batches(
    database: Database,
    viewer: Viewer,
    causes: CauseRegistry,
    language: Language,
    wanted: StatementFilter,
    format_: str,
) -> AsyncIterator[Iterable[Sequence[Cell]]]:
    """A session for each batch: a slow reader keeps none open, and the places say where to go on."""
    before: Places | None = None
    lines = 0
    while True:
        # The file is sent after the request's own work: it says again for whom it reads.
        with acting_as(Tenant("member", viewer.company_id)):
            async with database.reading() as session:
                page = await statement_of(
                    session, company_of(viewer), wanted=wanted, before=before, limit=_BATCH
                )
                told = await shown(session, viewer, causes, page.lines)
        lines += len(told)
        if format_ == "xlsx" and lines > MAX_XLSX_LINES:
            raise Invalid(
                Text(
                    zh=f"Excel 文件最多 {MAX_XLSX_LINES:,} 行。请缩短日期范围，或改用 CSV。",
                    en=f"An Excel file takes {MAX_XLSX_LINES:,} lines. Narrow the period, or use CSV.",
                ),
                field="format",
            )
        yield [_row(one, language) for one in told]
        before = page.before
        if before is None:
            return


def _row(one: ShownLine, language: Language) -> Sequence[Cell]:
    line = one.line
    return (
        f"{line.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M:%S}",
        line.account.label.in_language(language),
        line.kind.label.in_language(language),
        one.cause.label.in_language(language),
        line.amount,
        line.balance_after,
        line.amount.asset,
        line.transfer,
        line.leg,
    )
