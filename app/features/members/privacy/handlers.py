"""What the worker does for people's data: makes copies, and keeps the list of the erased."""

from pathlib import Path

from app.db.engine import Database
from app.features.members.mail.postbox import Postbox
from app.features.members.privacy.copying import FilesOf, make_copy
from app.features.members.privacy.events import DataCopyAsked, Erased
from app.features.members.privacy.holdings import Holdings
from app.features.members.privacy.tombstones import keep_tombstones
from app.kit.sealing import Sealer
from app.outbox.events import Handlers


def handlers(
    database: Database,
    holdings: Holdings,
    sealer: Sealer,
    postbox: Postbox,
    tombstones: Path,
    files: FilesOf,
) -> Handlers:
    async def on_data_copy_asked(event: DataCopyAsked) -> None:
        await make_copy(database, holdings, sealer, postbox, files, event.copy_id)

    async def on_erased(event: Erased) -> None:
        await keep_tombstones(database, tombstones)

    return {DataCopyAsked: on_data_copy_asked, Erased: on_erased}
