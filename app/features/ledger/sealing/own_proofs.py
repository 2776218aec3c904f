"""Proofs for a company's own lines."""

from typing import Any

import structlog

from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.access import OwnTransfer
from app.features.ledger.sealing.proving import Tampered, prove

log = structlog.get_logger()


async def own_proof(database: Database, transfer: OwnTransfer) -> dict[str, Any]:
    """It shows the legs that the viewer may see; those of others are hashes. Raises Conflict, Tampered."""
    # The other legs must be read to be hashed: past the wall between companies, and not told.
    with acting_as(SYSTEM):
        async with database.reading() as session:
            try:
                return await prove(session, transfer.id, [leg.leg for leg in transfer.legs])
            except Tampered:
                log.error("ledger_proof_fails", transfer_id=transfer.id)  # its reader is asked to tell us
                raise
