"""Every route of the ledger, for `create_app`."""

from app.features.ledger.books import api as books_api
from app.features.ledger.books import routes as books_pages
from app.features.ledger.desk import api as desk_api
from app.features.ledger.desk import event_api, event_pages, payout_pages, queue_api, queue_pages
from app.features.ledger.desk import routes as desk_pages
from app.features.ledger.payments import api as payments_api
from app.features.ledger.wallet import api as wallet_api
from app.features.ledger.wallet import holds_pages, statement_pages, top_up_pages
from app.features.ledger.wallet import routes as wallet_pages

PAGES = (
    wallet_pages,
    statement_pages,
    holds_pages,
    top_up_pages,
    desk_pages,
    queue_pages,
    payout_pages,
    event_pages,
    books_pages,
)
APIS = (wallet_api, desk_api, queue_api, event_api, books_api, payments_api)
