"""What follows owe to events of the rooms below."""

from sqlalchemy import update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.follows.models import Follow
from app.features.members.companies.overseeing.events import CompaniesMerged
from app.outbox.events import Handlers


def handlers(database: Database) -> Handlers:
    async def on_companies_merged(event: CompaniesMerged) -> None:
        """What people follow goes with them."""

        async def move(session: WriteSession) -> None:
            theirs = update(Follow).where(Follow.person_id.in_(event.person_ids))
            await session.execute(theirs.values(company_id=event.into_id))

        await run_write(database, move)

    return {CompaniesMerged: on_companies_merged}
