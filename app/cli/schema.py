"""Bringing the schema up to date from the terminal, with the rights each role is to have."""

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.rights import grant_rights, role_of
from app.settings import Settings


async def migrate(settings: Settings, database: Database) -> None:
    """As the owner of the tables; the role that serves readers then gets its rights, and no more."""
    if settings.owner_database_url == settings.effective_database_url:
        await upgrade(database)
        return
    owner = Database(settings.owner_database_url)
    try:
        await upgrade(owner)
        await grant_rights(owner, await role_of(database))
    finally:
        await owner.close()
