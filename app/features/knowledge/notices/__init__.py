"""Turns the text of a public procurement notice into needs of the catalogue, parties, stage and project.

Pure: no database, no HTTP. Which words speak of which need is data: `pack/notices.yaml`.
"""

from app.features.knowledge.notices.amounts import amount_in
from app.features.knowledge.notices.kinds import is_failure, notice_kind
from app.features.knowledge.notices.loading import load_notice_rules
from app.features.knowledge.notices.matching import needs_in
from app.features.knowledge.notices.parties import names_to_try, parties_in
from app.features.knowledge.notices.projects import project_key
from app.features.knowledge.notices.rules import NoticeRules
from app.features.knowledge.notices.values import NeedFound, NoticeKind, NoticeText, Parties

__all__ = [
    "NeedFound",
    "NoticeKind",
    "NoticeRules",
    "NoticeText",
    "Parties",
    "amount_in",
    "is_failure",
    "load_notice_rules",
    "names_to_try",
    "needs_in",
    "notice_kind",
    "parties_in",
    "project_key",
]
