"""To follow a subject that is there, and no other: what a page, a form or a program asks for."""

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.follows import actions
from app.kit.errors import NotFound
from app.kit.subject import Subject
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.subjects import Described, SubjectRegistry


async def begin(
    database: Database, session: ReadSession, viewer: Viewer, subjects: SubjectRegistry, subject: Subject
) -> Described:
    """Raises NotFound for what is not there, or hidden from the viewer: one answer."""
    known = (await subjects.describe(session, viewer, [subject])).get(subject)
    if known is None:
        raise NotFound(
            Text(
                zh="要关注的对象不存在，或已经移走。请重新查找。",
                en="What you want to follow does not exist or has moved. Please look it up again.",
            ),
            field="id",
        )

    async def work(session: WriteSession) -> None:
        await actions.follow(session, viewer, [subject])

    await run_write(database, work)
    return known


async def end(database: Database, viewer: Viewer, subject: Subject) -> None:
    async def work(session: WriteSession) -> None:
        await actions.unfollow(session, viewer, subject)

    await run_write(database, work)
