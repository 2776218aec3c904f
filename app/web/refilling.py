"""A form in a page of ours, filled in as its reader had filled it; the rest of the page stays as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from app.web.keeping import SECRETS, Kept

# Another one in each page: the key goes on, so that the act is still the same one; the way on does as well.
_CARRIED = frozenset({"key", "next"})
_LEFT = frozenset({"submit", "button", "image", "reset", "password", "file"})


@dataclass(slots=True)
class _Tag:
    name: str
    values: dict[str, str | None]
    start: int
    end: int  # of the tag itself
    closes: int = -1  # where its end tag begins

    def value(self, name: str) -> str:
        return self.values.get(name) or ""

    def written(self, **changed: str | None) -> str:
        """`checked=""` sets an attribute, `checked=None` takes it away."""
        kept = {**self.values, **changed}
        told = [f'{name}="{escape(value or "")}"' for name, value in kept.items() if name not in changed]
        told += [f'{name}="{escape(value)}"' for name, value in changed.items() if value is not None]
        return f"<{' '.join([self.name, *told])}>"


@dataclass(slots=True)
class _Form:
    tag: _Tag
    around: list[_Tag]  # what it stands in and may be folded away by
    inputs: list[_Tag] = field(default_factory=list)
    texts: list[_Tag] = field(default_factory=list)
    choices: list[tuple[_Tag, list[_Tag]]] = field(default_factory=list)  # selects with their options


class _Forms(HTMLParser):
    """Finds the forms of a page, and where in it their tags stand."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self._lines = [0]
        for number, character in enumerate(page):
            if character == "\n":
                self._lines.append(number + 1)
        self._folded: list[_Tag] = []
        self._form: _Form | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        found = _Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "details":
            self._folded.append(found)
        elif tag == "form":
            self._form = _Form(found, list(self._folded))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input":
            self._form.inputs.append(found)
        elif tag == "textarea":
            self._form.texts.append(found)
        elif tag == "select":
            self._form.choices.append((found, []))
        elif tag == "option" and self._form.choices:
            self._form.choices[-1][1].append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folded:
            self._folded.pop()
        elif tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._form.texts:
            self._form.texts[-1].closes = self._here()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def refilled(page: str, kept: Kept, note: str) -> str | None:
    """`page` with what was typed, `note` (HTML) at the head of the form; None where the form is not there."""
    form = next((one for one in _Forms(page).forms if _is_it(one, kept)), None)
    if form is None:
        return None
    edits = sorted([(form.tag.end, form.tag.end, note), *_edits(form, kept)], key=lambda edit: edit[0])
    parts, done = [], 0
    for start, end, text in [*edits, (len(page), len(page), "")]:
        parts += [page[done:start], text]
        done = end
    return "".join(parts)


def _is_it(form: _Form, kept: Kept) -> bool:
    """The same act, on the same thing: each hidden value was sent as it stands in the page."""
    if form.tag.value("method").lower() != "post" or form.tag.value("action") != kept.action:
        return False
    hidden = [(tag.value("name"), tag.value("value")) for tag in form.inputs if tag.value("type") == "hidden"]
    return all(pair in kept.fields for pair in hidden if pair[0] not in SECRETS | _CARRIED)


def _edits(form: _Form, kept: Kept) -> Iterator[tuple[int, int, str]]:
    """What to put in the place of which part of the page."""
    given: dict[str, list[str]] = {}
    for name, value in kept.fields:
        given.setdefault(name, []).append(value)
    for folded in form.around:
        yield folded.start, folded.end, folded.written(open="")
    for tag in form.inputs:
        changed = _input(tag, given)
        if changed is not None:
            yield tag.start, tag.end, changed
    for tag in form.texts:
        values = given.get(tag.value("name"))
        if values and tag.closes >= 0:
            # The first line break in it is the browser's to drop; one of the reader's own must not be that.
            yield tag.end, tag.closes, "\n" + escape(values.pop(0))
    for select, options in form.choices:
        yield from _choice(select, options, given.get(select.value("name"), []))


def _input(tag: _Tag, given: dict[str, list[str]]) -> str | None:
    name, kind = tag.value("name"), tag.value("type").lower()
    if not name or name in SECRETS or kind in _LEFT:
        return None
    if kind in ("checkbox", "radio"):
        is_chosen = (tag.value("value") if "value" in tag.values else "on") in given.get(name, [])
        return tag.written(checked="" if is_chosen else None)
    values = given.get(name)
    if not values or (kind == "hidden" and name not in _CARRIED):
        return None
    return tag.written(value=values.pop(0))


def _choice(select: _Tag, options: Sequence[_Tag], chosen: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where what was chosen is not offered any more, nothing is: the first in the list was not meant."""
    if not chosen:
        return
    if not any(one.value("value") in chosen for one in options):
        yield select.end, select.end, '<option value="" selected></option>'
    for one in options:
        is_chosen = one.value("value") in chosen
        yield one.start, one.end, one.written(selected="" if is_chosen else None)
