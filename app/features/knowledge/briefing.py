"""The answer a partner came for: what this customer likely needs, why, how to go about it, what to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.features.knowledge.catalogue import (
    CATEGORIES,
    Catalogue,
    Category,
    Need,
    Outline,
    PackNotes,
    Regulation,
)
from app.features.knowledge.prediction.terms import Prediction, Profile
from app.kit.text import Text

TOP = 3
ROUTES = 2  # at least, where the pack has them
# Below "possible" a need names no obligations of this customer.
LEAST_LIKELY = 0.30

Predicted = tuple[Need, Prediction]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The same for page, API and command line; budget and timing stand in each need."""

    predictions: tuple[Prediction, ...]  # best first
    top: tuple[Predicted, ...]
    by_category: Mapping[Category, tuple[Predicted, ...]]  # every category, in the order of CATEGORIES
    regulations: tuple[tuple[Regulation, tuple[Need, ...]], ...]  # driving the most likely needs first
    routes: tuple[tuple[Need, tuple[Outline, ...]], ...]
    borrowed: frozenset[str]  # slugs of routes made for another industry: to learn from, not to copy
    questions: tuple[tuple[Need, tuple[Text, ...]], ...]
    notes: PackNotes


def brief(catalogue: Catalogue, profile: Profile, predictions: Sequence[Prediction]) -> Briefing:
    """Everything said of the top needs; `predictions` best first, as `predict` gives them."""
    predicted = tuple((catalogue.needs[prediction.need], prediction) for prediction in predictions)
    top = predicted[:TOP]
    routes = tuple((need, _routes(catalogue, need, profile.industry)) for need, _ in top)
    return Briefing(
        predictions=tuple(predictions),
        top=top,
        by_category={
            category: tuple(pair for pair in predicted if pair[0].category == category)
            for category in CATEGORIES
        },
        regulations=_regulations(catalogue, profile, predicted),
        routes=routes,
        borrowed=frozenset(
            outline.slug
            for _, outlines in routes
            for outline in outlines
            if is_borrowed(catalogue, outline, profile.industry)
        ),
        questions=tuple((need, need.discovery_questions) for need, _ in top),
        notes=catalogue.notes,
    )


def _regulations(
    catalogue: Catalogue, profile: Profile, predicted: Sequence[Predicted]
) -> tuple[tuple[Regulation, tuple[Need, ...]], ...]:
    """Only what binds this kind of organisation; by the likelihood of all needs it drives together."""
    driven: dict[str, list[Predicted]] = {}
    for need, prediction in predicted:
        if prediction.likelihood >= LEAST_LIKELY:
            for regulation in catalogue.drivers_of(need, profile.industry, profile.sub_industry):
                driven.setdefault(regulation.slug, []).append((need, prediction))
    strongest = sorted(driven, key=lambda slug: -sum(prediction.likelihood for _, prediction in driven[slug]))
    return tuple((catalogue.regulations[slug], tuple(need for need, _ in driven[slug])) for slug in strongest)


def _routes(catalogue: Catalogue, need: Need, industry: str) -> tuple[Outline, ...]:
    """Scenes of the customer's own industry first. Those made for another industry come last, and only
    where there would be no second route to compare with."""
    outlines = catalogue.outlines_of_need.get(need.slug, ())
    ordered = sorted(
        outlines,
        key=lambda outline: (
            is_borrowed(catalogue, outline, industry),
            outline.typical_case.industry != industry,
        ),
    )
    fitting = sum(not is_borrowed(catalogue, outline, industry) for outline in outlines)
    return tuple(ordered[: max(fitting, ROUTES)])


def is_borrowed(catalogue: Catalogue, outline: Outline, industry: str) -> bool:
    """Whether it is set in another industry and serves a need that only that one has: power plants, say."""
    scene = outline.typical_case.industry
    homes = _industries_of_needs(catalogue)
    return scene != industry and any(homes.get(need) == {scene} for need in outline.needs)


@lru_cache(maxsize=4)
def _industries_of_needs(catalogue: Catalogue) -> Mapping[str, set[str]]:
    homes: dict[str, set[str]] = {}
    for prior in catalogue.priors:
        homes.setdefault(prior.need, set()).add(prior.industry)
    return homes
