"""Pages from templates, in the reader's language."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from app.kit.text import Language
from app.kit.viewer import ANONYMOUS, Viewer
from app.web import assets, formats
from app.web.folding import FoldedTexts
from app.web.traditional import page_to_traditional
from app.web.translation import PageLanguage, gettext, ngettext, text_language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")

_SHARED = Path(__file__).parent / "templates"
_ROOMS = Path(__file__).parent.parent / "features"


def _loader() -> ChoiceLoader:
    """Shared templates by their path; those of a room under the room's name: `registry/organisation.html`."""
    rooms = {
        folder.parent.parent.name: folder
        for folder in sorted(_ROOMS.glob("*/templates/*"))
        if folder.is_dir()
    }
    return ChoiceLoader(
        [
            FileSystemLoader(_SHARED),
            PrefixLoader({room: FileSystemLoader(path) for room, path in rooms.items()}),
        ]
    )


@cache
def environment(language: Language) -> Environment:
    """One per text language: its filters and texts are bound, so that macros need no context."""
    built = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        extensions=["jinja2.ext.i18n", FoldedTexts],
    )
    built.extend(text_language=language)
    built.newstyle_gettext = True  # type: ignore[attr-defined]  # how {% trans %} passes its variables
    built.policies["ext.i18n.trimmed"] = True
    built.filters.update(formats.filters(language))
    built.globals["asset"] = assets.url
    built.globals.update(_texts(language))
    return built


def _texts(language: Language) -> dict[str, Callable[..., Markup]]:
    """Plain functions: those of the extension go through the template's context three times a text."""

    def text(msgid: str, **variables: object) -> Markup:
        found = Markup(gettext(language, msgid))  # noqa: S704  # our own texts
        return found % variables if variables or "%" in found else found

    def counted(one: str, many: str, num: int, **variables: object) -> Markup:
        return Markup(ngettext(language, one, many, num)) % {"num": num, **variables}  # noqa: S704

    return {"_": text, "gettext": text, "ngettext": counted}


def template_names() -> Iterator[str]:
    yield from environment("zh").list_templates(extensions=["html"])


def compile_all() -> None:
    """Compile every template in both languages: at start, so that no reader waits for it."""
    for name in template_names():
        for language in ("zh", "en"):
            environment(language).get_template(name)


def render(
    template: str,
    *,
    language: PageLanguage,
    theme: Theme,
    path: str,
    viewer: Viewer = ANONYMOUS,
    csrf: object = "",
    **context: Any,
) -> str:
    """A whole page. `path` is the address being shown, with its query: forms return the reader to it."""
    context |= {"language": language, "theme": theme, "path": path, "viewer": viewer, "csrf": csrf}
    html = environment(text_language(language)).get_template(template).render(context)
    return page_to_traditional(html) if language == "zh-hant" else html
