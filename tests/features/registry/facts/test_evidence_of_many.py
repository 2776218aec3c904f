"""Evidence on many organisations at once is that on each of them, on both databases."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.evidence import NO_GROUPS, Evidence
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.evidence_of_many import evidence_for_many, facts_of_many
from app.features.registry.facts.models import PeerEvidence
from app.features.registry.facts.queries import FACTS_SHOWN
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.viewer import ANONYMOUS
from tests.features.registry.facts.stock import Bought, put_in
from tests.features.registry.facts.test_evidence import ALIKE, NEED, hospitals, profile_like

__all__ = ["hospitals"]
SEVERAL = {
    ALIKE[0]: profile_like(),
    ALIKE[1]: profile_like(province="云南省"),
    ALIKE[2]: profile_like(industry="education", sub_industry=None, level=None),
    ALIKE[3]: profile_like(industry="other", sub_industry=None, level=None, province=None),
    ALIKE[6]: profile_like(level=None, province=None),
}


async def test_each_gets_what_it_gets_alone(hospitals: Database, catalogue: Catalogue) -> None:
    today = clock.today()
    many = [Bought(ALIKE[0], NEED, today - timedelta(days=day)) for day in range(FACTS_SHOWN + 5)]
    disputed = Bought(ALIKE[1], "siem-soc", today, status="objected")
    await put_in(hospitals, [*many, disputed, Bought(ALIKE[1], "siem-soc", today, status="withdrawn")])
    async with hospitals.reading() as session:
        ids = dict((await session.execute(select(Organisation.name, Organisation.id))).all())
    await run_write(hospitals, lambda session: session.execute(_claims(ids[ALIKE[0]])))
    profiles: dict[int, Profile] = {ids[name]: profile for name, profile in SEVERAL.items()}
    async with hospitals.reading() as session:
        facts = await facts_of_many(session, ANONYMOUS, list(profiles))
        found = await evidence_for_many(session, ANONYMOUS, profiles, facts)
        for id_, profile in profiles.items():
            alone = await evidence_for(session, ANONYMOUS, profile, id_)
            assert _groups_apart(found[id_]) == _groups_apart(alone)
            assert replace(found[id_], groups=NO_GROUPS) == replace(alone, groups=NO_GROUPS)
    assert found[ids[ALIKE[0]]].peers
    assert found[ids[ALIKE[0]]].comparables
    assert found[ids[ALIKE[0]]].groups.counted
    assert len(found[ids[ALIKE[0]]].facts) == FACTS_SHOWN
    newest = facts.newest_of(ids[ALIKE[1]])
    assert newest is not None
    assert newest.is_disputed, "shown, and marked, though it counts for nothing"
    assert facts.newest_of(ids[ALIKE[6]]) is None


async def test_of_none_there_is_none(hospitals: Database, catalogue: Catalogue) -> None:
    async with hospitals.reading() as session:
        facts = await facts_of_many(session, ANONYMOUS, [])
        assert await evidence_for_many(session, ANONYMOUS, {}, facts) == {}


def _groups_apart(evidence: Evidence) -> list[object]:
    """The text of the counts may come in any order."""
    return [(replace(group, counts=""), group.having) for group in evidence.groups.counted]


def _claims(organisation_id: int) -> object:
    """About one of them, and about the group of all of them."""
    shares = {"companies": 5, "largest_share": 0.2, "top_two_share": 0.4, "need": NEED, "week": clock.today()}
    nowhere = {"industry": "", "sub_industry": "", "level": "", "province": ""}
    counts = {"confirmations": 5, "denials": 0, "organisations": 10, "with_need": 5}
    return insert(PeerEvidence).values(
        [
            shares | nowhere | counts | {"organisation_id": organisation_id},
            shares | nowhere | counts | {"industry": "healthcare", "organisation_id": None},
        ]
    )
