"""The second wall: on PostgreSQL the database itself holds every transaction to whom it acts for."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db.engine import Database, WriteSession
from app.db.rights import second_wall
from app.db.tenancy import NOBODY, SYSTEM, Tenant, acting_as
from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.recording import record_audit
from app.features.members.models import Company, Person
from app.features.members.signing_in.models import SignInSession
from app.kit import clock
from tests.people import Known, add_company, add_person
from tests.postgresql import PostgresForTests


@pytest.fixture
def tenant_url(postgres: PostgresForTests) -> Iterator[str]:
    """PostgreSQL, as the role that the product has."""
    with postgres.database() as url:
        yield url


@pytest.fixture
async def tenants(tenant_url: str) -> AsyncIterator[Database]:
    """One connection, so that whoever comes next gets the one that another acted on."""
    database = Database(tenant_url, pool_size=1)
    yield database
    await database.close()


@pytest.fixture
async def ana(tenants: Database) -> Known:
    ana = await add_person(tenants, "安娜", company_id=await add_company(tenants, "甲公司"))
    await run_write(tenants, lambda session: record_audit(session, ana.viewer(), "test.of_ana"))
    return ana


@pytest.fixture
async def bo(tenants: Database) -> Known:
    bo = await add_person(tenants, "博", company_id=await add_company(tenants, "乙公司"))
    await run_write(tenants, lambda session: record_audit(session, bo.viewer(), "test.of_bo"))
    return bo


async def seen(database: Database, column: Any) -> set[Any]:
    async with database.reading() as session:
        return set(await session.scalars(select(column)))


@contextmanager
def acting_for(who: Known) -> Iterator[None]:
    with acting_as(Tenant("member", who.company_id)):
        yield


async def test_nobody_sees_any_row_of_a_company(tenants: Database, ana: Known, bo: Known) -> None:
    with acting_as(NOBODY):
        async with tenants.reading() as session:
            walled = (await session.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity"))).all()
            assert len(walled) >= 5
            for table in walled:
                assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table


async def test_a_member_sees_colleagues_and_profiles_of_others(
    tenants: Database, ana: Known, bo: Known
) -> None:
    with acting_for(ana):
        assert await seen(tenants, Person.id) == {ana.person_id}
        assert await seen(tenants, SignInSession.person_id) == {ana.person_id}
        assert await seen(tenants, AuditEntry.action) == {"test.of_ana"}
        assert await seen(tenants, Company.id) == {ana.company_id, bo.company_id}


async def test_staff_see_those_they_have_pages_for(tenants: Database, ana: Known, bo: Known) -> None:
    with acting_as(Tenant("staff")):
        assert await seen(tenants, Person.id) == {ana.person_id, bo.person_id}
        assert await seen(tenants, AuditEntry.action) == {"test.of_ana", "test.of_bo"}


async def test_a_member_changes_nothing_of_another_company(tenants: Database, ana: Known, bo: Known) -> None:
    async def rename(session: WriteSession) -> set[int]:
        renamed = await session.execute(update(Company).values(name="改").returning(Company.id))
        moved = await session.execute(update(Person).values(name="改").returning(Person.id))
        return {*renamed.scalars(), *moved.scalars()}

    with acting_for(ana):
        assert await run_write(tenants, rename) == {ana.company_id, ana.person_id}
    assert await seen(tenants, Company.name) == {"改", "乙公司"}


async def test_nobody_can_be_put_into_another_company(tenants: Database, ana: Known, bo: Known) -> None:
    with acting_for(ana), pytest.raises(DBAPIError, match="row-level security"):
        await run_write(
            tenants, lambda session: session.execute(update(Person).values(company_id=bo.company_id))
        )
    for made in (
        insert(Person).values(
            public_id="fake", kind="member", company_id=bo.company_id, role="sales", mail="fake@example.com",
            name="冒", state="active", language="zh", created_at=clock.now(),
        ),
        insert(Company).values(
            public_id="fake", name="丙公司", name_key="丙公司", profile={}, created_at=clock.now(),
            verification="verified", state="active",
        ),
    ):  # fmt: skip
        with acting_for(ana), pytest.raises(DBAPIError, match="row-level security"):
            await run_write(tenants, lambda session, made=made: session.execute(made))


async def test_an_entry_about_another_company_can_be_written_and_not_read(
    tenants: Database, ana: Known, bo: Known
) -> None:
    with acting_for(ana):
        await run_write(
            tenants,
            lambda session: record_audit(session, ana.viewer(), "test.about_bo", company_id=bo.company_id),
        )
        assert await seen(tenants, AuditEntry.action) == {"test.of_ana"}
    with acting_for(bo):
        assert await seen(tenants, AuditEntry.action) == {"test.of_bo", "test.about_bo"}


async def test_whom_one_acts_for_ends_with_the_transaction(tenants: Database, ana: Known) -> None:
    with acting_as(SYSTEM):
        assert await seen(tenants, Person.id) == {ana.person_id}
    with acting_as(NOBODY):
        assert await seen(tenants, Person.id) == set()
        async with tenants.glancing() as reader:
            assert await reader.scalar(select(Person.id)) is None


@pytest.mark.statement(20)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DROP TRIGGER audit_entries_append_only ON audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        "ALTER TABLE people DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_company ON people",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE TABLE more (id int)",
        "SET ROLE top",
    ],
)
async def test_the_role_of_the_product_may_not(tenants: Database, ana: Known, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        await run_write(tenants, lambda session: session.execute(text(statement)))


async def test_switching_row_security_off_shows_nothing_more(tenants: Database, ana: Known) -> None:
    """`row_security = off` asks for an error instead of fewer rows; it does not open the wall."""
    with acting_as(NOBODY):
        async with tenants.reading() as session:
            await session.execute(text("SET LOCAL row_security = off"))
            with pytest.raises(DBAPIError, match="row-level security"):
                await session.execute(select(Person.id))


async def test_whether_the_wall_stands_is_known(tenants: Database, postgres: PostgresForTests) -> None:
    async with tenants.reading() as session:
        wall = await second_wall(session)
    assert wall is not None
    assert wall.stands
    owner = Database(postgres.as_owner(tenants.engine.url.render_as_string(hide_password=False)))
    async with owner.reading() as session:
        other = await second_wall(session)
    await owner.close()
    assert other is not None
    assert not other.stands
    assert (other.is_superuser, other.owns_tables) == (True, True)


async def test_sqlite_has_the_first_wall_alone(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.reading() as session:
        assert await second_wall(session) is None
    await database.close()
