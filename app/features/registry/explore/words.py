"""What is said beside the numbers, on pages and in the API alike."""

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.groups import Scope
from app.kit.places import place_name
from app.kit.text import Text

NO_PROOF = Text(
    zh="没有公开记录不等于没有这个需求：可能没有公开采购，或公告没有收录。",
    en="No public record is no proof: it may have bought without a public notice, or the notice is not here.",
)


def group_name(scope: Scope, catalogue: Catalogue) -> Text:
    """The organisations of a group, in words: province, level, then the finest kind."""
    industry = catalogue.industries[scope.industry]
    subs = {sub.code: sub.name for sub in industry.sub_industries}
    levels = {level.code: level.name for level in industry.levels}
    parts = [
        place_name(scope.province) if scope.province else None,
        levels.get(scope.level),
        subs.get(scope.sub_industry) or industry.name,
    ]
    said = [part for part in parts if part]
    return Text(zh=" · ".join(part.zh for part in said), en=" · ".join(part.en for part in said))
