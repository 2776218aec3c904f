"""What the pages and the API show of one thing of the pack, its links resolved."""

from dataclasses import dataclass

from app.features.knowledge.catalogue import Industry, Need, Outline, Prior, Regulation


@dataclass(frozen=True, slots=True)
class IndustryView:
    """`needs` with the prior that holds for the whole industry or a part of it, strongest first."""

    industry: Industry
    needs: tuple[tuple[Need, Prior], ...]
    regulations: tuple[Regulation, ...]  # those made for this industry, then those for everybody


@dataclass(frozen=True, slots=True)
class NeedView:
    need: Need
    regulations: tuple[Regulation, ...]  # drivers of any industry: say which they bind
    outlines: tuple[Outline, ...]
    industries: tuple[tuple[Industry, Prior], ...]  # where it matters most, strongest first


@dataclass(frozen=True, slots=True)
class RegulationView:
    regulation: Regulation
    needs: tuple[Need, ...]
    industries: tuple[Industry, ...]  # empty: binds everybody


@dataclass(frozen=True, slots=True)
class OutlineView:
    outline: Outline
    needs: tuple[Need, ...]
    case_industry: Industry
    others: tuple[Outline, ...]  # other routes to the same needs, those that share most first
