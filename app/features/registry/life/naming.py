"""Former and other names of an organisation, and what every change of one begins with."""

from sqlalchemy import delete, exists, insert, select

from app.db.engine import WriteSession
from app.features.registry.actions import announce
from app.features.registry.attributes import name_forms
from app.features.registry.import_rows import parse_row
from app.features.registry.life.models import OrganisationRedirect
from app.features.registry.models import ALIAS_LENGTH, Organisation, OrganisationAlias
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.text import Text
from search.analysis.normalise import normalise


async def organisation_for_change(session: WriteSession, public_id: str) -> Organisation:
    """Locked until the transaction ends. Raises NotFound."""
    found = await session.scalar(
        select(Organisation).where(Organisation.public_id == public_id).with_for_update()
    )
    if found is None:
        raise NotFound(
            Text(
                zh="没有这个编号的单位；编号是它网页地址的最后一段。",
                en="There is no organisation of this id; the id is the last part of its page's address.",
            ),
            field="id",
        )
    return found


async def active_organisation(session: WriteSession, public_id: str) -> Organisation:
    found = await organisation_for_change(session, public_id)
    if found.status != "active":
        raise Conflict(
            Text(
                zh=f"“{found.name}”已关闭；请先恢复（topctl registry close ID --reopen）或另选一家。",
                en=f"“{found.name}” is closed; open it again (topctl registry close ID --reopen) or choose "
                "another.",
            ),
            field="id",
        )
    return found


async def rename(session: WriteSession, public_id: str, new_name: str) -> str:
    """Give it a new name; the old one is found and imported as before. Returns the old name.

    Raises NotFound, Invalid and Conflict.
    """
    found = await active_organisation(session, public_id)
    name = valid_name(new_name)
    old = found.name
    if name == old:
        return old
    await refuse_taken(session, name, found.place)
    add_redirect(session, found, "renamed", found)
    found.name = name
    for column, value in name_forms(name).items():
        setattr(found, column, value)
    found.rev, found.updated_at = found.rev + 1, clock.now()
    await session.execute(
        delete(OrganisationAlias).where(
            OrganisationAlias.organisation_id == found.id, OrganisationAlias.alias == name
        )
    )
    await add_alias(session, found.id, old, kind="former")
    await session.flush()
    announce(session, [found.id])
    return old


def valid_name(name: str, *, field: str = "name") -> str:
    """Trimmed. Raises Invalid with the reason an import would give."""
    row, problems = parse_row(1, {"name": name}, industries=frozenset())
    if row is None:
        reason = problems[0].reason
        raise Invalid(
            Text(zh=f"名称不合格：{reason.zh}。", en=f"Not a valid name: {reason.en}."), field=field
        )
    return row.name


async def add_alias(session: WriteSession, organisation_id: int, alias: str, *, kind: str) -> None:
    """Unless it is known, or too long to be typed: a longer former name still leads files on."""
    folded = normalise(alias)
    known = exists().where(
        OrganisationAlias.organisation_id == organisation_id, OrganisationAlias.alias == alias
    )
    if not folded or len(alias) > ALIAS_LENGTH or await session.scalar(select(known)):
        return
    await session.execute(
        insert(OrganisationAlias).values(
            organisation_id=organisation_id, alias=alias, alias_norm=folded, kind=kind
        )
    )


async def refuse_taken(session: WriteSession, name: str, place: str) -> None:
    taken = await session.scalar(
        select(Organisation.public_id).where(Organisation.name == name, Organisation.place == place)
    )
    if taken is not None:
        raise Conflict(
            Text(
                zh=f"已有同名单位（{taken}）；如是同一家，请合并：topctl registry merge。",
                en=f"Another organisation has this name ({taken}); if they are one, merge them: "
                "topctl registry merge.",
            ),
            field="name",
        )


def add_redirect(session: WriteSession, found: Organisation, kind: str, heir: Organisation | None) -> None:
    session.add(
        OrganisationRedirect(
            kind=kind,
            public_id=found.public_id,
            name=found.name,
            place=found.place,
            organisation_id=heir.id if heir else None,
            created_at=clock.now(),
        )
    )
