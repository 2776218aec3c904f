"""A form that wants a fresh second factor asks for it and comes back as it was filled in.

What was typed travels sealed in a hidden field of the page that asks: nothing is stored, and nothing of it
stands in an address. It opens for the session that typed it, for some minutes, and only once the factor was
given; then the form is shown again, for its reader to send.
"""

import json
from datetime import datetime, timedelta

from app.features.members.signing_in.factors.giving import session_of
from app.kit import clock
from app.kit.sealing import Sealer
from app.kit.viewer import Viewer
from app.web.keeping import Kept

PURPOSE = "forms before a second factor"
KEPT_FOR = timedelta(minutes=10)
_LONGEST = 512 * 1024  # characters of the hidden field: half of what a request may hold


def seal_kept(sealer: Sealer, viewer: Viewer, kept: Kept) -> str:
    until = (clock.now() + KEPT_FOR).isoformat()
    told = [*session_of(viewer), until, kept.action, kept.page, kept.fields]
    return sealer.seal(json.dumps(told, ensure_ascii=False))


def open_kept(sealer: Sealer, viewer: Viewer, sealed: str) -> Kept | None:
    """None for another session's, for one of longer ago, and for what we never sealed."""
    if not sealed or len(sealed) > _LONGEST:
        return None
    try:
        person_id, session_id, until, action, page, fields = json.loads(sealer.open(sealed))
    except ValueError:  # the seal is broken, or another version of the product sealed something else
        return None
    if (person_id, session_id) != session_of(viewer) or clock.now() > datetime.fromisoformat(until):
        return None
    return Kept(action, page, tuple((name, value) for name, value in fields))
