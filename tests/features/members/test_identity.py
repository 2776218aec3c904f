"""Whoever a session belongs to is read from the database with every request."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.db.engine import Database
from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.permissions import COMPANY_ROLES, SCOPES, STAFF_ROLES, Permission, permissions_of
from app.features.members.signing_in.identity import MemberIdentities
from app.features.members.signing_in.models import SignInSession
from app.features.members.signing_in.sessions import end_sessions_of
from app.kit import clock
from app.kit.viewer import ANONYMOUS
from app.web.identity import Asked
from tests.people import add_company, add_person

ASKED = Asked("request", "10.0.0.0/24")


@pytest.fixture
def identities(database: Database) -> MemberIdentities:
    return MemberIdentities(database)


async def test_a_member_is_known_with_company_and_permissions(
    database: Database, identities: MemberIdentities
) -> None:
    company = await add_company(database, "甲公司")
    ana = await add_person(database, "安娜", company_id=company, role="finance")
    viewer = await identities.of_session(ana.token, ASKED)
    assert (viewer.person_id, viewer.company_id, viewer.company_name) == (ana.person_id, company, "甲公司")
    assert viewer.permissions == COMPANY_ROLES["finance"]
    assert (viewer.is_member, viewer.is_staff, viewer.is_verified) == (True, False, True)
    assert (viewer.request_id, viewer.ip_prefix) == ("request", "10.0.0.0/24")


async def test_staff_have_only_the_permissions_of_their_roles(
    database: Database, identities: MemberIdentities
) -> None:
    mo = await add_person(database, "莫", staff_roles=("moderator", "support"))
    viewer = await identities.of_session(mo.token, ASKED)
    assert viewer.is_staff
    assert viewer.permissions == STAFF_ROLES["moderator"] | STAFF_ROLES["support"]


async def test_an_unknown_token_is_nobody(identities: MemberIdentities) -> None:
    assert await identities.of_session("x" * 43, ASKED) is ANONYMOUS


@pytest.mark.statement(13)
@pytest.mark.parametrize("state", ["suspended", "left", "erased", "unconfirmed"])
async def test_who_is_no_longer_active_is_out_with_the_next_request(
    database: Database, identities: MemberIdentities, state: str
) -> None:
    ana = await add_person(database, "安娜", company_id=await add_company(database, "甲公司"))
    gone = update(Person).where(Person.id == ana.person_id).values(state=state)
    await run_write(database, lambda session: session.execute(gone))
    assert await identities.of_session(ana.token, ASKED) is ANONYMOUS


@pytest.mark.statement(14)
async def test_a_suspended_company_is_out_with_the_next_request(
    database: Database, identities: MemberIdentities
) -> None:
    company = await add_company(database, "甲公司")
    ana = await add_person(database, "安娜", company_id=company)
    suspended = update(Company).where(Company.id == company).values(state="suspended")
    await run_write(database, lambda session: session.execute(suspended))
    assert await identities.of_session(ana.token, ASKED) is ANONYMOUS


@pytest.mark.parametrize(("staff", "idle", "absolute"), [(False, 12, 14 * 24), (True, 0.5, 12)])
async def test_sessions_end_when_idle_and_in_any_case(
    database: Database, identities: MemberIdentities, staff: bool, idle: float, absolute: float
) -> None:
    company = None if staff else await add_company(database, "甲公司")
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        who = await add_person(database, "某", company_id=company)
        travel.move_to(start + timedelta(hours=idle, seconds=1))
        assert await identities.of_session(who.token, ASKED) is ANONYMOUS
        travel.move_to(start)
        seconds, step = 0.0, idle * 3600 * 0.9
        while seconds + step < absolute * 3600:
            seconds += step
            travel.move_to(start + timedelta(seconds=seconds))
            assert (await identities.of_session(who.token, ASKED)).person_id == who.person_id
        travel.move_to(start + timedelta(hours=absolute, seconds=1))
        assert await identities.of_session(who.token, ASKED) is ANONYMOUS


@pytest.mark.statement(26)
async def test_no_raw_token_is_stored(database: Database) -> None:
    ana = await add_person(database, "安娜", company_id=await add_company(database, "甲公司"))
    async with database.reading() as session:
        row = (await session.execute(select(SignInSession.__table__))).one()
    assert ana.token not in map(str, row)


async def test_ending_the_sessions_of_a_person(database: Database, identities: MemberIdentities) -> None:
    ana = await add_person(database, "安娜", company_id=await add_company(database, "甲公司"))
    bo = await add_person(database, "博", company_id=await add_company(database, "乙公司"))
    await run_write(database, lambda session: end_sessions_of(session, [ana.person_id]))
    assert await identities.of_session(ana.token, ASKED) is ANONYMOUS
    assert (await identities.of_session(bo.token, ASKED)).person_id == bo.person_id


def test_no_company_role_reaches_a_staff_permission_nor_the_other_way() -> None:
    staff = {one for one in Permission if one.startswith("staff:")}
    assert not staff & set().union(*COMPANY_ROLES.values())
    assert set().union(*STAFF_ROLES.values()) <= staff


def test_a_token_does_only_what_role_and_scope_allow() -> None:
    assert permissions_of("sales", (), frozenset()) == frozenset()
    assert permissions_of("sales", (), frozenset({"follows"})) == {Permission.FOLLOWS_KEEP}
    assert permissions_of("presales", (), frozenset(SCOPES)) <= COMPANY_ROLES["presales"]
