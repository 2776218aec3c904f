"""`topctl doctor`: whether the parts of ToP are healthy, and what to do about those that are not."""

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import select, text

from app.cli.terminal import out, read_settings, refuse, run, say
from app.db.engine import Database, ReadSession
from app.db.migrating import head_revision
from app.db.now import database_now
from app.db.rights import second_wall
from app.features.knowledge.queries import current_catalogue
from app.features.ledger.checking.keeping import newest_check
from app.features.ledger.queries.payouts import payout_counts
from app.features.registry.build_mark import read_mark
from app.features.registry.documents import KIND
from app.features.registry.events import INDEX_TOPICS
from app.features.registry.standing import standing_of
from app.kit.text import Text
from app.outbox.claimer import Backlog, backlog_by_topic
from app.settings import Settings
from search import build_engine
from search.contract import EngineHealth

Report = dict[str, Any]
LATE_SECONDS = 600.0  # a job waiting longer than this has no worker, or one that fails
UNCHECKED_HOURS = 48  # the worker checks the books daily
LOW_DISK = 0.05  # of the whole; below it /readyz refuses

_HOUR = timedelta(hours=1)
_WORKER = Text(zh="运行 topctl worker 或 topctl serve", en="run topctl worker or topctl serve")


def doctor(as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False) -> None:
    """Tell whether the parts of ToP are healthy; exit status 1 when something needs action."""
    report = run(_examine(read_settings()))
    actions = list(_actions(report))
    report |= {"actions": [say(action) for action in actions], "healthy": not actions}
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        for part, finding in report.items():
            if part != "actions":
                out.print(f"{part:22} {_shown(finding)}", markup=False)
    if actions:
        summary = Text(zh="有部件不正常：", en="Something is not healthy:")
        refuse("\n".join([say(summary), *(f"- {say(action)}" for action in actions)]))


def _shown(finding: Any) -> str:
    if isinstance(finding, Mapping):
        return ", ".join(f"{key} {value}" for key, value in finding.items()) or "-"
    return "-" if finding is None else str(finding)


async def _examine(settings: Settings) -> Report:
    database = Database(settings.effective_database_url)
    engine = build_engine(settings.search_place, warm=False)
    try:
        async with database.reading() as session:
            revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
            report: Report = {
                "database": "sqlite" if database.is_sqlite else "postgresql",
                "schema": revision,
                "schema_expected": head_revision(),
                **_of_settings(settings),
            }
            if revision == head_revision():  # else the tables may not be those we know
                report |= await _of_registry(session) | _of_outbox(await backlog_by_topic(session))
                report |= await _of_second_wall(session) | await _of_ledger(session)
        return report | _of_search(await engine.health(), report)
    finally:
        await engine.close()
        await database.close()


def _of_settings(settings: Settings) -> Report:
    usage = shutil.disk_usage(settings.var)
    return {
        "environment": settings.environment,
        "worker": settings.worker,
        "trusted_proxies": settings.trusted_proxies,
        "audit_exported": settings.audit_export is not None,
        "disk_free_mb": usage.free // 1_000_000,
        "disk_free_share": round(usage.free / usage.total, 3),
    }


async def _of_second_wall(session: ReadSession) -> Report:
    """Whether row-level security holds this role: it does not hold a superuser, nor an owner for long."""
    wall = await second_wall(session)
    if wall is None:
        return {"second_wall": None}
    passes = {"superuser": wall.is_superuser, "bypassrls": wall.bypasses, "owner": wall.owns_tables}
    found = [name for name, has in passes.items() if has]
    return {"second_wall": "stands" if wall.stands else f"does not hold: {', '.join(found) or 'no tables'}"}


async def _of_ledger(session: ReadSession) -> Report:
    """Whether the books hold is what the last check found, and the last in full; None: there was none."""
    now = (await session.execute(select(database_now()))).scalar_one()
    counts = await payout_counts(session, now)
    last, full = await newest_check(session), await newest_check(session, extent="full")
    return {
        "books_balance": last.is_clean and full.is_clean if last and full else None,
        "books_checked_hours_ago": round((now - full.as_of) / _HOUR, 1) if full else None,
        "payouts_requested": counts.requested,
        "payouts_sent": counts.sent,
        "payouts_stuck": counts.stuck,
    }


async def _of_registry(session: ReadSession) -> Report:
    standing, catalogue = await standing_of(session), await current_catalogue(session)
    return {
        "pack": catalogue.version[:12],
        "organisations": standing.organisations,
        "facts": standing.facts,
        "notices": standing.notices,
        "notices_unmatched": standing.unmatched,
        "synthetic": standing.synthetic,
    }


def _of_outbox(topics: Mapping[str, Backlog]) -> Report:
    waiting = {topic: one.waiting for topic, one in topics.items() if one.waiting}
    return {
        "outbox_waiting": sum(waiting.values()),
        "outbox_dead": sum(one.dead for one in topics.values()),
        "outbox_lag_seconds": _oldest(topics.values()),
        "outbox_topics": waiting,
        "index_waiting": sum(jobs for topic, jobs in waiting.items() if topic in INDEX_TOPICS),
        "index_lag_seconds": _oldest(one for topic, one in topics.items() if topic in INDEX_TOPICS),
    }


def _oldest(backlogs: Any) -> float:
    return round(max((one.lag_seconds for one in backlogs), default=0.0), 1)


def _of_search(health: EngineHealth, report: Report) -> Report:
    documents = health.documents.get(KIND, 0)
    mark = read_mark(health.unfinished[KIND]) if KIND in health.unfinished else None
    return {
        "search": health.state,
        "search_engine": f"{health.engine} {health.version}",
        "search_schema": health.schema_hash,
        "search_detail": health.detail or None,
        "search_lag_seconds": round(health.lag_seconds, 1),
        "search_documents": documents,
        "search_missing": report["organisations"] - documents if "organisations" in report else None,
        "search_build": {"done": mark.documents, "total": mark.total} if mark else None,
    }


def _actions(report: Report) -> Iterator[Text]:
    """What somebody has to do."""
    if report["schema"] != report["schema_expected"]:
        yield Text(
            zh="数据库结构不是本程序的版本：运行 topctl prepare",
            en="The database is not at this program's revision: run topctl prepare",
        )
        return
    if not report["organisations"]:
        yield Text(zh="单位库是空的：运行 topctl prepare", en="The registry is empty: run topctl prepare")
    yield from _search_actions(report)
    yield from _outbox_actions(report)
    yield from _ledger_actions(report)
    if report["disk_free_share"] < LOW_DISK:
        yield Text(
            zh=f"磁盘只剩 {report['disk_free_mb']} MB：请腾出空间，重建索引需要现有索引同样大的空间",
            en=f"Only {report['disk_free_mb']} MB of disk are left: make room; an index build needs as much "
            "again as the index",
        )
    if report["environment"] == "production":
        yield from _production_actions(report)


def _ledger_actions(report: Report) -> Iterator[Text]:
    if report["books_balance"] is False:
        yield Text(
            zh="上次核对发现账目有误：运行 topctl ledger check 查看是哪里",
            en="The last check found the books wrong: run topctl ledger check to see where",
        )
    elif report["books_balance"] is None:
        yield Text(
            zh="账目从未核对：运行 topctl prepare", en="The books were never checked: run topctl prepare"
        )
    elif report["books_checked_hours_ago"] > UNCHECKED_HOURS:
        yield Text(
            zh=f"账目已有 {report['books_checked_hours_ago']} 小时没有核对：{_WORKER.zh}，"
            "或看日志中的 daily_chore_failed",
            en=f"The books were not checked for {report['books_checked_hours_ago']} hours: {_WORKER.en}, or "
            "look for daily_chore_failed in its log",
        )
    if report["payouts_stuck"]:
        yield Text(
            zh=f"{report['payouts_stuck']} 笔提现没有结果或有疑问：请财务在 /staff/ledger/payouts 处理",
            en=f"{report['payouts_stuck']} payouts have no outcome or are in doubt: finance staff see to "
            "them at /staff/ledger/payouts",
        )


def _search_actions(report: Report) -> Iterator[Text]:
    if report["search_detail"]:
        yield Text(
            zh=f"搜索服务器：{report['search_detail']}。请检查 TOP_MEILI_URL、密钥和服务器",
            en=f"The search server: {report['search_detail']}. Check TOP_MEILI_URL, the keys and the server",
        )
    if report["search"] == "down" and report["search_detail"]:
        return  # it comes back by itself, and nothing can be built until then
    if report["search"] != "ok":
        yield Text(
            zh=f"搜索索引不可用（{report['search']}），查找只按名称开头：运行 topctl reindex",
            en=f"The search index is {report['search']}, only beginnings of names are found: "
            "run topctl reindex",
        )
    elif report["search_missing"] and not report["index_waiting"]:
        yield Text(
            zh=f"索引与单位库相差 {report['search_missing']} 家，且没有待办任务：运行 topctl reindex",
            en=f"Index and registry differ by {report['search_missing']} organisations and no job is "
            "waiting: run topctl reindex",
        )


def _outbox_actions(report: Report) -> Iterator[Text]:
    if report["outbox_dead"]:
        yield Text(
            zh=f"{report['outbox_dead']} 个后台任务多次失败后被放弃：查看日志中的 outbox_job_failed，"
            "修复后运行 topctl retry",
            en=f"{report['outbox_dead']} background jobs were given up after several failures: see "
            "outbox_job_failed in the log, mend the cause, then run topctl retry",
        )
    if report["outbox_lag_seconds"] > LATE_SECONDS:
        yield Text(
            zh=f"最早的后台任务已等待 {report['outbox_lag_seconds']:.0f} 秒：{_WORKER.zh}",
            en=f"The oldest background job has waited for {report['outbox_lag_seconds']:.0f} s: {_WORKER.en}",
        )


def _production_actions(report: Report) -> Iterator[Text]:
    if not report["trusted_proxies"]:
        yield Text(
            zh="生产环境没有设置 TOP_TRUSTED_PROXIES：代理后的所有读者共用一个限额",
            en="TOP_TRUSTED_PROXIES is 0 in production: behind a proxy all readers share one limit",
        )
    if report["second_wall"] not in (None, "stands"):
        yield Text(
            zh="数据库的行级隔离对本程序的账号无效（超级用户、表的所有者或 BYPASSRLS）："
            "以普通账号设置 TOP_DATABASE_URL，以所有者设置 TOP_MIGRATION_DATABASE_URL，再运行 topctl prepare",
            en="Row-level security does not hold the role of TOP_DATABASE_URL (a superuser, owner of the "
            "tables, or BYPASSRLS): use a plain role there, the owner in TOP_MIGRATION_DATABASE_URL, and "
            "run topctl prepare",
        )
    if not report["audit_exported"]:
        yield Text(
            zh="没有设置 TOP_AUDIT_EXPORT：审计记录的链头只写在日志里，数据库的主人可以整条改写而不被发现",
            en="TOP_AUDIT_EXPORT is unset: the head of the audit trail is in the log alone; whoever owns the "
            "database could rewrite all of it unseen",
        )
    if report["synthetic"]:
        yield Text(
            zh="数据库中有合成数据，只能用于性能测试：不要用它提供服务",
            en="The database holds data made up for benches: do not serve it",
        )
