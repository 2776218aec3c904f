"""The registry over JSON: the same queries and answers as the pages."""

import asyncio

from fastapi import APIRouter, Request

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.dependencies import CatalogueDep
from app.features.knowledge.prediction import predict
from app.features.knowledge.prediction.evidence import Evidence
from app.features.knowledge.recognise import recognise
from app.features.knowledge.recognition import Recognition
from app.features.registry.answers import answer_for_name, answer_for_organisation, profile_of
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.forms import (
    Chosen,
    CorrectionDep,
    LookupDep,
    NameParam,
    SearchParam,
    clean_name,
    clean_query,
)
from app.features.registry.lookup import REACHABLE, Wanted
from app.features.registry.presenting import answer_out, line_out, needs_out, recognition_out
from app.features.registry.schemas import (
    AnswerOut,
    OrganisationListing,
    RecognisedListing,
    RecognisedOut,
    RecogniseNames,
)
from app.kit import clock
from app.kit.text import Language
from app.web.cursors import CursorParam, CursorsDep, LimitParam
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.guards import spend_reads
from app.web.inputs import StrictRoute
from app.web.pages import LanguageDep
from app.web.policy import ANYONE
from app.web.related import RelatedDep

router = APIRouter(tags=["registry"], route_class=StrictRoute, dependencies=[ANYONE.needed])
BEST_NEEDS = 10  # of each name, where several are asked for at once
NAMES_A_READ = 10  # what the flood limit counts as one read


@router.get("/organisations")
async def list_organisations(
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    lookup: LookupDep,
    language: LanguageDep,
    cursors: CursorsDep,
    q: SearchParam,
    industry: Chosen = None,
    province: Chosen = None,
    cursor: CursorParam = None,
    limit: LimitParam = 10,
) -> OrganisationListing:
    """Organisations by what somebody types, best first; at most 1,000 can be reached."""
    offset = min(cursors.decode(cursor), REACHABLE - limit)
    wanted = Wanted(clean_query(q), industry or None, province or None, limit, offset)
    found = await lookup.search(session, catalogue, viewer, wanted)
    following = offset + limit
    has_more = following < found.total and following + limit <= REACHABLE
    return OrganisationListing(
        items=[line_out(line, language) for line in found.lines],
        next=cursors.encode(following) if has_more else None,
        total=found.total,
        total_is_exact=found.total_is_exact,
        degraded=found.degraded,
    )


@router.get("/organisations/{public_id}")
async def show_organisation(
    public_id: str,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    correction: CorrectionDep,
    related: RelatedDep,
) -> AnswerOut:
    """What this organisation likely needs, and why. The query corrects attributes for this answer only."""
    answer = await answer_for_organisation(session, catalogue, viewer, public_id, correction)
    known = await related.about("organisation", public_id)
    return answer_out(answer, catalogue, language, related=known, correction=correction)


@router.get("/recognise")
async def recognise_name(
    name: NameParam,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
    correction: CorrectionDep,
) -> AnswerOut:
    """The same answer from a name alone, for an organisation that is in no data."""
    answer = await answer_for_name(session, catalogue, viewer, clean_name(name), correction)
    return answer_out(answer, catalogue, language, related={}, correction=correction)


@router.post("/recognise")
async def recognise_names(
    body: RecogniseNames,
    request: Request,
    session: ReadSessionDep,
    viewer: ViewerDep,
    catalogue: CatalogueDep,
    language: LanguageDep,
) -> RecognisedListing:
    """How up to 100 names read, each with its ten likeliest needs; ten names count as one read."""
    names = [clean_name(given, field=f"names.{position}") for position, given in enumerate(body.names)]
    further = (len(names) - 1) // NAMES_A_READ
    if further:
        spend_reads(request, further)
    recognitions = await asyncio.to_thread(lambda: [recognise(name, catalogue) for name in names])
    known = [
        (recognition, await evidence_for(session, viewer, profile_of(recognition)))
        for recognition in recognitions
    ]
    items = await asyncio.to_thread(lambda: [_recognised(*pair, catalogue, language) for pair in known])
    return RecognisedListing(items=items)


def _recognised(
    recognition: Recognition, evidence: Evidence, catalogue: Catalogue, language: Language
) -> RecognisedOut:
    predictions = predict(catalogue, profile_of(recognition), evidence, today=clock.today())
    return RecognisedOut(
        name=recognition.name,
        recognition=recognition_out(recognition, catalogue, language),
        needs=needs_out(predictions[:BEST_NEEDS], catalogue, language),
    )
