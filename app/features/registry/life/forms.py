"""What readers send in a report, as clean values, and how often they may."""

import re
from collections.abc import Mapping
from typing import Any, cast

from fastapi import Request
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.life.models import TEXT_LENGTH
from app.features.registry.life.reporting import PROPOSABLE, About, Draft, Kind, submit
from app.features.registry.models import NAME_LENGTH
from app.kit.errors import Invalid, LimitReached
from app.kit.text import Text
from app.web.inputs import clean_text
from app.web.limits import AddressLimiter

LABELS: Mapping[str, Text] = {
    "name": Text(zh="单位名称", en="Name"),
    "alias": Text(zh="另一个名称", en="Another name"),
    "industry": Text(zh="行业", en="Industry"),
    "level": Text(zh="级别", en="Level"),
    "province": Text(zh="省份", en="Province"),
    "city": Text(zh="城市", en="City"),
    "text": Text(zh="说明", en="What is wrong"),
    "id": Text(zh="编号", en="Id"),
    "kind": Text(zh="反馈种类", en="Kind of report"),
    "about": Text(zh="反馈对象", en="What it is about"),
}
_LONGEST_ID = 40
_BREAKS = re.compile(r"\s*\n\s*")


def draft_of(given: Mapping[str, Any]) -> Draft:
    """From a form or a JSON body of texts. Raises Invalid naming the field."""
    about = _choice(given, "about", ("organisation", "fact"))
    kind = _choice(given, "kind", ("correction", "objection"))
    lines = _BREAKS.split(str(given.get("text", "")).replace("\r", "\n").strip())
    text = "\n".join(_clean("text", line, TEXT_LENGTH) for line in lines)
    if len(text) > TEXT_LENGTH:
        text = _clean("text", text.replace("\n", " "), TEXT_LENGTH)
    proposed = {field: _clean(field, str(given.get(field) or ""), NAME_LENGTH) for field in PROPOSABLE}
    return Draft(
        kind=cast(Kind, kind),
        about=cast(About, about),
        subject=clean_id(str(given.get("id", ""))),
        text=text,
        proposed={field: value for field, value in proposed.items() if value},
    )


def clean_id(value: str) -> str:
    return _clean("id", value, _LONGEST_ID, required=True)


def _clean(field: str, value: str, limit: int, *, required: bool = False) -> str:
    return clean_text(value, field=field, label=LABELS[field], max_length=limit, required=required)


def _choice(given: Mapping[str, Any], field: str, accepted: tuple[str, ...]) -> str:
    value = str(given.get(field) or "")
    if value not in accepted:
        listed = ", ".join(accepted)
        raise Invalid(
            Text(
                zh=f"“{LABELS[field].zh}”只能是：{listed}",
                en=f"“{LABELS[field].en}” must be one of: {listed}",
            ),
            field=field,
        )
    return value


def spend_report(request: Request) -> None:
    """Raises LimitReached. The address stays in memory for the hour and is written nowhere."""
    limiter: AddressLimiter = request.app.state.reports_limiter
    wait = limiter.take(request.scope)
    if wait:
        minutes = -(-wait // 60)
        raise LimitReached(
            Text(
                zh=f"反馈提交得太频繁，请在 {minutes} 分钟后再试；你写的内容还在。",
                en=f"Too many reports from your address. Please try again in {minutes} minutes; "
                "what you wrote is kept.",
            ),
            retry_after=wait,
        )


async def send(database: Database, draft: Draft, catalogue: Catalogue) -> str:
    """Submit it; of two alike at the same moment the second finds the first."""

    async def work(session: WriteSession) -> str:
        return await submit(session, draft, catalogue)

    try:
        return await run_write(database, work)
    except IntegrityError:
        return await run_write(database, work)
