"""Whether the database still refuses what it must refuse (I5, I6): its triggers and unique indexes."""

from sqlalchemy import text

from app.db.engine import ReadSession
from app.features.ledger.checking.report import Finding
from app.kit.text import Text

_RULE = Text(
    zh="数据库仍然拒绝改动与重复（触发器与唯一索引都在）",
    en="the database still refuses changes and repetition: its triggers and unique indexes are there",
)
_MISSING = Text(zh="缺失", en="missing")
_UNIQUE = (
    "uq_ledger_transfers_scope_idem_key",
    "uq_ledger_transfers_reversed_once",
    "uq_ledger_entries_account_id_account_seq",
    "uq_ledger_accounts_kind_owner_id_asset_shard",
)
_POSTGRESQL = """
    SELECT t.tgrelid::regclass || '.' || t.tgname FROM pg_trigger t
    WHERE t.tgrelid::regclass::text LIKE 'ledger\\_%' AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal
    UNION ALL SELECT relname FROM pg_class WHERE relkind = 'i' AND relname LIKE 'uq\\_ledger\\_%'
"""
_POSTGRESQL_TRIGGERS = (
    "ledger_transfers.append_only",
    "ledger_entries.append_only",
    "ledger_entries.balanced",
    "ledger_checkpoints.append_only",
    "ledger_accounts.keep",
    "ledger_accounts.same",
)
_SQLITE = r"""
    SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger\_%' ESCAPE '\'
    UNION ALL SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'uq\_ledger\_%' ESCAPE '\'
"""
_SQLITE_TRIGGERS = (
    *(
        f"{table}_no_{change}"
        for table in ("ledger_transfers", "ledger_entries", "ledger_checkpoints")
        for change in ("update", "delete")
    ),
    "ledger_accounts_keep",
    "ledger_accounts_same",
)


async def missing_guards(session: ReadSession) -> list[Finding]:
    if session.get_bind().dialect.name == "postgresql":
        wanted: tuple[str, ...] = (*_POSTGRESQL_TRIGGERS, *_UNIQUE)
        sql = _POSTGRESQL
    else:  # SQLite gives the index of a named UNIQUE constraint a name of its own; the file format keeps it
        wanted = (*_SQLITE_TRIGGERS, "uq_ledger_transfers_reversed_once")
        sql = _SQLITE
    found = set(await session.scalars(text(sql.replace(":", r"\:"))))
    return [Finding.worded("I5", _RULE, name, _MISSING) for name in wanted if name not in found]
