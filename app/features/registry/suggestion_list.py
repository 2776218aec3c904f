"""The list under the search box (GET /suggest?q=), as htmx swaps it in.

Written out here, not in a template: every keystroke asks it, and filling a template of this size takes half
as long as the search itself. Whatever is not our own text passes `escape`.
"""

from collections.abc import Sequence

from markupsafe import escape

from app.features.registry.records import OrganisationLine
from app.kit.places import place_name
from app.kit.text import Language, Text
from app.web.formats import highlight
from app.web.percent import percent_encoded
from app.web.traditional import page_to_traditional
from app.web.translation import PageLanguage, text_language

_LIST = Text(zh="可能的单位", en="Matching organisations")
_LIMITED = Text(
    zh="搜索正在恢复，暂时只按名称开头查找。",
    en="Search is recovering; for now only the beginning of names is matched.",
)
_DERIVED = Text(zh="推定", en="Derived")
_TYPED = Text(
    zh='不在其中，按名称“<span translate="no">{}</span>”推断',
    en='None of these: estimate from the name “<span translate="no">{}</span>”',
)
_OPTION = '<li class="suggestions__option" role="option" aria-selected="false" data-href="'
_TYPED_OPTION = (
    '<li class="suggestions__option suggestions__option--typed" role="option" aria-selected="false" '
    'data-href="/recognise?name='
)


def suggestion_list(
    lines: Sequence[OrganisationLine], *, query: str, degraded: bool, language: PageLanguage
) -> str:
    """`query` as typed; `degraded`: the search engine is away, only names beginning alike are listed."""
    words = text_language(language)
    limited = _LIMITED.in_language(words) if degraded else ""
    html = "".join(
        (
            f'<p class="suggestions__notice">{limited}</p>' if limited else "",
            f'<ul class="suggestions__list" role="listbox" aria-label="{_LIST.in_language(words)}" '
            f'data-text-status="{_status(len(lines), words)} {limited}">\n',
            *(_option(line, words) for line in lines),
            f'{_TYPED_OPTION}{percent_encoded(query)}">{_TYPED.in_language(words).format(escape(query))}</li>\n</ul>',
        )
    )
    return page_to_traditional(html) if language == "zh-hant" else html


def _status(number: int, language: Language) -> str:
    """What is said to whoever does not see the list."""
    if language == "zh":
        return f"{number} 条建议，用上下键选择"
    return f"{number} suggestion{'' if number == 1 else 's'}; choose with the arrow keys"


def _option(line: OrganisationLine, language: Language) -> str:
    derived = ""
    if line.provenance == "derived":
        derived = f'<span class="label label--prediction">{_DERIVED.in_language(language)}</span>'
    return (
        f'{_OPTION}{line.href}"><span class="organisation-line">\n'
        f'<span class="organisation-line__name">{_name(line)}</span>\n{derived}'
        f'<span class="organisation-line__meta">\n{_meta(line, language)}</span>\n</span></li>\n'
    )


def _name(line: OrganisationLine) -> str:
    """`highlight`, which most names need not be escaped for."""
    name = line.name
    if not name.isalnum():
        return highlight(name, line.highlights)
    shown, position = "", 0
    for start, end in line.highlights:
        shown += f"{name[position:start]}<mark>{name[start:end]}</mark>"
        position = end
    return shown + name[position:]


def _meta(line: OrganisationLine, language: Language) -> str:
    shown = ""
    if line.industry:
        shown = f"<span>{_escaped(line.industry.in_language(language))}</span>"
    if line.level:
        shown += f"<span>{_escaped(line.level.in_language(language))}</span>"
    if place := line.place:
        shown += f"<span>{_escaped(place if language == 'zh' else place_name(place).en)}</span>"
    if line.why:
        shown += f'<span class="organisation-line__why">{_escaped(line.why.in_language(language))}</span>'
    return shown


def _escaped(text: str) -> str:
    return text if text.isalnum() else escape(text)
