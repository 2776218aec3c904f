"""All that somebody follows, as a file to take away: written down in the audit trail before it is read."""

from collections.abc import Sequence

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.follows.queries import follows_of
from app.features.follows.records import KIND_NAMES, FollowRecord
from app.features.follows.schemas import FollowOut, follow_out
from app.features.members.audit.recording import record_audit
from app.kit.text import Language, Text
from app.kit.viewer import Viewer
from app.web.csv_files import Cell
from app.web.subjects import SubjectRegistry

COLUMNS = (
    Text(zh="种类", en="kind"),
    Text(zh="名称", en="name"),
    Text(zh="编号", en="id"),
    Text(zh="地址", en="address"),
    Text(zh="关注日期", en="followed since"),
)


async def take_away(
    database: Database, viewer: Viewer, subjects: SubjectRegistry, language: Language
) -> Sequence[FollowOut]:
    """No row in the trail, no file: both happen in one transaction."""

    async def work(session: WriteSession) -> Sequence[FollowRecord]:
        found = await follows_of(session, viewer)
        await record_audit(
            session, viewer, "follows.export", object_kind="person", object_id=viewer.public_id
        )
        return found

    found = await run_write(database, work)
    async with database.reading() as session:
        described = await subjects.describe(session, viewer, [one.subject for one in found])
    return [follow_out(one, described, language) for one in found]


def row_of(follow: FollowOut, language: Language) -> Sequence[Cell]:
    names = {str(kind): name for kind, name in KIND_NAMES.items()}
    return (
        names[follow.kind].in_language(language),
        follow.name,
        follow.subject,
        follow.url,
        follow.since.date(),
    )
