"""`python -m app.web.translation_sync` brings the English catalogue in line with the templates.

New texts come in untranslated, texts no longer used go; `make check` then names what lacks English.
"""

import io
import sys
from collections import defaultdict

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from app.web.translation import ENGLISH, missing_translations, template_messages

_HEADER = "# English texts of ToP. The msgids are the Chinese texts of the templates."
_WIDTH = 110


def synchronised() -> str:
    """The catalogue file as it should be, without dates, so that equal contents are equal files."""
    with ENGLISH.open("rb") as file:
        known = {message.id: message.string for message in read_po(file, locale="en") if message.id}
    used: dict[str | tuple[str, ...], set[str]] = defaultdict(set)
    for template, msgid in template_messages():
        used[msgid].add(template)
    catalogue = Catalog(
        locale="en",
        header_comment=_HEADER,
        fuzzy=False,
        project="ToP",
        version="1",
        msgid_bugs_address="-",
        language_team="en",
    )
    for msgid, templates in sorted(used.items(), key=lambda entry: (min(entry[1]), str(entry[0]))):
        places = [(template, 0) for template in sorted(templates)]
        catalogue.add(msgid, string=known.get(msgid, ""), locations=places)
    written = io.BytesIO()
    write_po(written, catalogue, width=_WIDTH, include_lineno=False, omit_header=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if "-Date: " not in line and "Last-Translator" not in line)


if __name__ == "__main__":
    ENGLISH.write_text(synchronised(), "utf-8")
    for msgid in missing_translations():
        sys.stdout.write(f"{msgid}\n")
