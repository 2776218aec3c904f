"""Writing entries, inside the transaction of what they tell of: neither exists without the other."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.models import AuditEntry, AuditHead
from app.kit import clock
from app.kit.viewer import Viewer

Result = Literal["done", "denied", "failed"]
START = "0" * 64
_HASHED = (
    "id", "at", "actor_id", "actor_company_id", "staff_roles", "action", "object_kind", "object_id",
    "company_id", "result", "request_id", "ip_prefix", "previous",
)  # fmt: skip


async def record_audit(
    session: WriteSession,
    viewer: Viewer,
    action: str,
    *,
    object_kind: str = "",
    object_id: str = "",
    company_id: int | None = None,
    result: Result = "done",
) -> int:
    """Append one entry and return its id. `action` is `area.verb` (`session.start`); ids only, never names.

    Takes the lock of the chain's head until the transaction ends: call it last.
    """
    head = (
        await session.execute(
            select(AuditHead.entry_id, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
        )
    ).one()
    entry: dict[str, Any] = {
        "id": head.entry_id + 1,
        "at": clock.now(),
        "actor_id": viewer.person_id,
        "actor_company_id": viewer.company_id,
        "staff_roles": ",".join(sorted(viewer.staff_roles)),
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "company_id": company_id if company_id is not None else viewer.company_id,
        "result": result,
        "request_id": viewer.request_id,
        "ip_prefix": viewer.ip_prefix,
        "previous": head.hash,
    }
    entry["hash"] = chained(entry)
    await session.execute(insert(AuditEntry).values(entry))
    await session.execute(
        update(AuditHead).where(AuditHead.id == 1).values(entry_id=entry["id"], hash=entry["hash"])
    )
    return int(entry["id"])


def chained(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of an entry, the hash of the one before it included."""
    told = {name: entry[name] for name in _HASHED}
    told["at"] = told["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
