"""Merging, splitting and closing organisations, one by one and by people.

Aliases, sources and facts follow, the search index follows through the outbox, and the former address and
the former name lead on: see `OrganisationRedirect`.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from app.db.engine import WriteSession
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.actions import Addition, add_organisations, announce, refresh_counts
from app.features.registry.attributes import prepare
from app.features.registry.events import OrganisationsMerged
from app.features.registry.facts.actions import move_facts
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.licences import OPERATOR
from app.features.registry.life.models import OrganisationRedirect, Report
from app.features.registry.life.naming import (
    active_organisation,
    add_alias,
    add_redirect,
    organisation_for_change,
    refuse_taken,
    valid_name,
)
from app.features.registry.merging import fingerprint_of, merge
from app.features.registry.models import (
    Organisation,
    OrganisationAlias,
    OrganisationSource,
)
from app.kit import clock
from app.kit.errors import Conflict, Invalid
from app.kit.ids import stable_id
from app.kit.text import Text
from app.outbox.recorder import record

MAX_SUCCESSORS = 20


async def close(
    session: WriteSession, public_id: str, *, successor: str | None = None, hide: bool = False
) -> str:
    """Take an organisation out of lists and search; returns its name.

    Its page says that it is closed and names the successor; hidden, it says nothing at all. Imports keep
    it closed. Closing again changes only what is said. Raises NotFound, Invalid and Conflict.
    """
    found = await organisation_for_change(session, public_id)
    await _refuse_merged(session, found)
    heir = await active_organisation(session, successor) if successor else None
    if heir is not None and heir.id == found.id:
        raise _itself()
    await _forget_redirects(session, found)
    if heir is not None or hide:
        add_redirect(session, found, "hidden" if hide else "closed", heir)
    await _set_status(session, found, "closed")
    return found.name


async def reopen(session: WriteSession, public_id: str) -> str:
    """The reverse of `close`, and of `split` as far as the address goes. Raises NotFound and Conflict."""
    found = await organisation_for_change(session, public_id)
    await _refuse_merged(session, found)
    await _forget_redirects(session, found)
    await _set_status(session, found, "active")
    return found.name


async def merge_into(session: WriteSession, from_id: str, into_id: str) -> tuple[str, str]:
    """Make one organisation part of another (public ids); returns both names.

    Raises NotFound, Invalid and Conflict.
    """
    if from_id == into_id:
        raise _itself()
    # In the order of their ids, so that two merges cannot wait for each other.
    for public_id in sorted((from_id, into_id)):
        await organisation_for_change(session, public_id)
    gone, kept = await organisation_for_change(session, from_id), await active_organisation(session, into_id)
    await _refuse_merged(session, gone)
    await _forget_redirects(session, gone)
    await _move_names(session, gone, kept)
    await move_facts(session, gone.id, kept.id)
    await session.execute(
        update(OrganisationRedirect)
        .where(OrganisationRedirect.organisation_id == gone.id)
        .values(organisation_id=kept.id)
    )
    await session.execute(
        update(Report)
        .where(Report.about == "organisation", Report.subject == gone.public_id, Report.state == "open")
        .values(subject=kept.public_id)
    )
    add_redirect(session, gone, "merged", kept)
    now = clock.now()
    gone.status, gone.rev, gone.updated_at = "closed", gone.rev + 1, now
    kept.rev, kept.updated_at = kept.rev + 1, now
    await session.flush()
    await refresh_counts(session)
    announce(session, [gone.id, kept.id])
    record(session, OrganisationsMerged(from_id=gone.id, into_id=kept.id))
    return gone.name, kept.name


async def split(
    session: WriteSession,
    public_id: str,
    into: Sequence[str],
    catalogue: Catalogue,
    *,
    facts_to: str | None = None,
) -> list[str]:
    """Close it in favour of several (ids of organisations, or names of new ones); returns their ids.

    Its facts go to `facts_to`, one of `into`; without that they are shown no more, as nobody can say whose
    they are. Raises NotFound, Invalid and Conflict.
    """
    if (
        not 2 <= len(into) <= MAX_SUCCESSORS
        or len(set(into)) < len(into)
        or (facts_to or into[0]) not in into
    ):
        raise Invalid(
            Text(
                zh=f"--into 须给出 2 到 {MAX_SUCCESSORS} 个不同的单位（编号或新名称），"
                "--facts-to 须是其中之一。",
                en=f"Give 2 to {MAX_SUCCESSORS} different organisations with --into (ids or new names); "
                "--facts-to must be one of them.",
            ),
            field="into",
        )
    found = await active_organisation(session, public_id)
    heirs = {given: await _heir(session, given, found, catalogue) for given in into}
    await _forget_redirects(session, found)
    for heir in heirs.values():
        if heir.id == found.id:
            raise _itself()
        add_redirect(session, found, "split", heir)
    if facts_to is not None:
        await move_facts(session, found.id, heirs[facts_to].id)
    await _set_status(session, found, "closed", also=[heir.id for heir in heirs.values()])
    return [heir.public_id for heir in heirs.values()]


async def _refuse_merged(session: WriteSession, found: Organisation) -> None:
    into = await session.scalar(
        select(Organisation.name)
        .join(OrganisationRedirect, OrganisationRedirect.organisation_id == Organisation.id)
        .where(OrganisationRedirect.public_id == found.public_id, OrganisationRedirect.kind == "merged")
    )
    if into is not None:
        raise Conflict(
            Text(
                zh=f"“{found.name}”已并入“{into}”，它的一切都在那里；如需分开，请用 split。",
                en=f"“{found.name}” was merged into “{into}” and all it had is there; "
                "to part them, use split.",
            ),
            field="id",
        )


def _itself() -> Invalid:
    return Invalid(Text(zh="两个编号是同一家单位。", en="Both ids name one organisation."), field="id")


async def _set_status(
    session: WriteSession, found: Organisation, status: str, *, also: Sequence[int] = ()
) -> None:
    if found.status != status:
        found.status, found.rev, found.updated_at = status, found.rev + 1, clock.now()
    await session.flush()
    await refresh_counts(session)
    announce(session, [found.id, *also])


async def _forget_redirects(session: WriteSession, found: Organisation) -> None:
    """What was said of its address before."""
    await session.execute(
        delete(OrganisationRedirect).where(
            OrganisationRedirect.public_id == found.public_id, OrganisationRedirect.kind != "renamed"
        )
    )


async def _move_names(session: WriteSession, gone: Organisation, kept: Organisation) -> None:
    names = select(OrganisationAlias.alias, OrganisationAlias.kind)
    for alias, kind in (
        await session.execute(names.where(OrganisationAlias.organisation_id == gone.id))
    ).all():
        if alias != kept.name:
            await add_alias(session, kept.id, alias, kind=kind)
    await session.execute(delete(OrganisationAlias).where(OrganisationAlias.organisation_id == gone.id))
    if gone.name != kept.name:
        await add_alias(session, kept.id, gone.name, kind="former")
    own = select(OrganisationSource.source_id)
    known = set(await session.scalars(own.where(OrganisationSource.organisation_id == kept.id)))
    for source_id in (
        set(await session.scalars(own.where(OrganisationSource.organisation_id == gone.id))) - known
    ):
        await session.execute(insert(OrganisationSource).values(organisation_id=kept.id, source_id=source_id))


async def _heir(session: WriteSession, given: str, found: Organisation, catalogue: Catalogue) -> Organisation:
    """The organisation of that id, else a new one of that name, in the same line and place."""
    known = await session.scalar(select(Organisation.id).where(Organisation.public_id == given))
    if known is not None:
        return await active_organisation(session, given)
    row = _row_like(found, valid_name(given, field="into"))
    await refuse_taken(session, row.name, row.city)
    namesake = await session.scalar(select(Organisation.id).where(Organisation.name == row.name))
    public_id = stable_id("organisation", row.name, *((row.city,) if namesake is not None else ()))
    fingerprint = fingerprint_of(row, catalogue_version=catalogue.version)
    await add_organisations(session, [Addition(public_id, fingerprint, merge(prepare(row, catalogue), None))])
    return await organisation_for_change(session, public_id)


def _row_like(found: Organisation, name: str) -> OrganisationRow:
    return OrganisationRow(
        number=1,
        name=name,
        short_names=(),
        industry=found.industry,
        sub_industry="",
        level="",
        province=found.province or "",
        city=found.city or "",
        district="",
        sources=(OPERATOR,),
        provenance="observed",
        industry_is_inferred="industry" in found.inferred,
        region_is_inferred="province" in found.inferred,
        code="",
        scale="",
    )
