"""Proofs for a company's own lines."""

from typing import Any

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.access import OwnTransfer
from app.features.ledger.sealing.proving import prove


async def own_proof(database: Database, transfer: OwnTransfer) -> dict[str, Any]:
    """It shows the legs that the viewer may see; those of others are hashes. Raises Conflict."""
    # The other legs must be read to be hashed: past the wall between companies, and not told.
    with acting_as(SYSTEM):
        async with database.reading() as session:
            return await prove(session, transfer.id, [leg.leg for leg in transfer.legs])
