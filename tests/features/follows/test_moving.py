"""Whoever followed an organisation that became part of another follows that one, once."""

from collections.abc import Mapping
from typing import cast

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.follows.actions import follow
from app.features.follows.models import Follow
from app.features.registry.events import OrganisationsMerged
from app.features.registry.handlers import handlers
from app.features.registry.models import Organisation
from app.kit.subject import Subject
from tests.people import Known


async def ids_of(database: Database, names: list[str]) -> Mapping[str, tuple[int, str]]:
    async with database.reading() as session:
        columns = select(Organisation.name, Organisation.id, Organisation.public_id)
        return {
            row.name: (row.id, row.public_id)
            for row in await session.execute(columns.where(Organisation.name.in_(names)))
        }


@pytest.mark.parametrize("times", [1, 2])
async def test_follows_move_with_a_merge(app: FastAPI, ana: Known, bo: Known, times: int) -> None:
    database = cast(Database, app.state.database)
    gone, kept = (await ids_of(database, ["北京大学第三医院", "北京大学人民医院"])).values()
    wanted = {ana: [gone, kept], bo: [gone]}
    for who, some in wanted.items():
        subjects = [Subject("organisation", public_id) for _, public_id in some]

        async def work(session: WriteSession, who: Known = who, subjects: list[Subject] = subjects) -> None:
            await follow(session, who.viewer(), subjects)

        with acting_as(SYSTEM):
            await run_write(database, work)
    handle = handlers(database, app.state.search)[OrganisationsMerged]
    with acting_as(SYSTEM):
        for _ in range(times):
            await handle(OrganisationsMerged(from_id=gone[0], into_id=kept[0]))
        async with database.reading() as session:
            columns = select(Follow.person_id, Follow.subject).order_by(Follow.person_id)
            mine = columns.where(Follow.person_id.in_([ana.person_id, bo.person_id]))
            assert [tuple(row) for row in await session.execute(mine)] == [
                (ana.person_id, kept[1]),
                (bo.person_id, kept[1]),
            ]
