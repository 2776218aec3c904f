"""How a typed text leads to an organisation, for the page that it opened. Pure: no index is asked."""

from app.features.registry.match_words import why_matched
from app.features.registry.records import OrganisationRecord
from app.kit.text import Text
from search.contract import Document, Hit
from search.entry import candidate_of
from search.question import ask
from search.ranker import rank


def found_by(text: str, record: OrganisationRecord) -> Text | None:
    """None where the text is the name itself, or does not lead here at all."""
    question = ask(text)
    if question is None:
        return None
    aliases = tuple(alias for alias in record.aliases if alias not in record.former_names)
    candidate = candidate_of(Document(record.public_id, 0, record.name, aliases, record.former_names))
    for found in rank(question, [candidate], {}):
        match = found.match
        hit = Hit(candidate.id, candidate.name, found.score, match.matched_by, match.entry.display)
        return why_matched(hit, text)
    return None
