"""Running work that posts, and posting what nothing else is written with."""

from app.db.engine import Database
from app.db.writing import Result, Work, run_write
from app.features.ledger.errors import PostingRefused
from app.features.ledger.posting import server
from app.features.ledger.posting.refusing import remember
from app.features.ledger.posting.requests import Posted, Posting
from app.features.ledger.posting.together import post_together

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


async def run_alone(database: Database, posting: Posting, longer: Work[Posted]) -> Posted:
    """Post what nothing else is written with, together with others that wait where that is faster.

    `longer` is the same work in a transaction of its own, and has the last word. Raises what it raises.
    """
    if server.serves(database):
        posted = await post_together(database, posting)
        if posted is not None:
            return posted
    return await run_posting(database, longer)
