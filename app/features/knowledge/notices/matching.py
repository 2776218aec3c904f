"""Which needs of the catalogue a notice speaks of."""

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.notices.loading import shipped_rules
from app.features.knowledge.notices.phrases import first_found, folded
from app.features.knowledge.notices.rules import NoticeRules, Rule
from app.features.knowledge.notices.values import NeedFound, NoticeText

_LONGEST_TITLE = 600  # characters; longer ones list whole catalogues, and hostile input stays cheap
_LONGEST_CONTENT = 2000


def needs_in(
    catalogue: Catalogue, notice: NoticeText, rules: NoticeRules | None = None
) -> tuple[NeedFound, ...]:
    """Each need at most once, by its plainest rule, the plainest need first; pure and deterministic."""
    rules = rules or shipped_rules()
    title = folded(notice.title[:_LONGEST_TITLE])
    settings = _Settings(rules, f"{title}\n{folded(notice.buyer[:_LONGEST_TITLE])}")
    if _is_excluded(rules, title, settings):
        return ()
    content = folded(notice.content[:_LONGEST_CONTENT])
    text = f"{title}\n{content}"
    best: dict[str, NeedFound] = {}
    in_title = rules.in_title.found_in(title)
    in_content = rules.in_text.found_in(content) if content else {}
    for place in sorted(in_title.keys() | in_content.keys()):
        rule = rules.rules[place]
        if not _holds(rule, text, settings):
            continue
        words = in_title.get(place)
        factor = 1.0 if words else rules.content_discount
        for need, weight in rule.gives.items():
            found = NeedFound(need, round(weight * factor, 3), rule.id, words or in_content[place])
            if need in catalogue.needs and (need not in best or best[need].weight < found.weight):
                best[need] = found
    return tuple(sorted(best.values(), key=lambda found: (-found.weight, found.need)))


class _Settings:
    """Which settings hold, each looked for once and only when a rule asks."""

    def __init__(self, rules: NoticeRules, text: str) -> None:
        self._rules = rules
        self._text = text
        self._known: dict[str, bool] = {}

    def hold(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = first_found(self._rules.settings[name], self._text) is not None
        return self._known[name]


def _is_excluded(rules: NoticeRules, title: str, settings: _Settings) -> bool:
    for place in rules.excluded.found_in(title):
        row = rules.exclusions[place]
        if row.within and not any(settings.hold(name) for name in row.within):
            continue
        if first_found(row.unless, title) is None:
            return True
    return False


def _holds(rule: Rule, text: str, settings: _Settings) -> bool:
    if rule.within and not any(settings.hold(name) for name in rule.within):
        return False
    if any(settings.hold(name) for name in rule.outside):
        return False
    if rule.also and first_found(rule.also, text) is None:
        return False
    return first_found(rule.none, text) is None
