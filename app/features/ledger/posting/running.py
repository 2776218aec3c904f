"""Running work that posts."""

from app.db.engine import Database
from app.db.writing import Result, Work, run_write
from app.features.ledger.errors import PostingRefused
from app.features.ledger.posting.refusing import remember

RETRIES = 5


async def run_posting(
    database: Database, work: Work[Result], *, on_denied: Work[None] | None = None
) -> Result:
    """`run_write` for work that posts: what is refused is undone as a whole, then remembered under its key.

    `on_denied` is as in `run_write`. Where the same request was posted by somebody else between the
    refusal and its being remembered, the work runs once more and gives that outcome.
    """
    try:
        return await run_write(database, work, retries=RETRIES, on_denied=on_denied, shared=True)
    except PostingRefused as error:
        refusal = error  # the name of an except clause ends with it, a closure would not find it
    if refusal.request is None or await run_write(
        database, lambda session: remember(session, refusal), retries=RETRIES, shared=True
    ):
        raise refusal
    return await run_write(database, work, retries=RETRIES, shared=True)
