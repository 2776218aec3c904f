"""The brief as a Word document (DOCX). Takes some tens of milliseconds: not on the event loop."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from app.features.registry.brief import words
from app.features.registry.brief.contents import Brief, BriefNeed
from app.kit.text import Text
from app.web.traditional import to_traditional
from app.web.translation import PageLanguage, text_language

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONTS = {"zh": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei", "en": "Microsoft YaHei"}
_LATIN_FONT = "Arial"
_TAGS = {"zh": "zh-CN", "zh-hant": "zh-TW", "en": "zh-CN"}  # of the East Asian text: names stay Chinese
_LATIN_TAG = "en-GB"
_ACCENT = RGBColor(0x0B, 0x5D, 0x5A)
_MUTED = RGBColor(0x43, 0x52, 0x4F)
_SIZES = {"Normal": 9.5, "Title": 20, "Heading 1": 11.5, "Heading 2": 9.5, "List Bullet": 9.5}
_LINES = {"Title": 26, "Heading 1": 16}  # exact heights: fonts of other systems must not add a page
_LINE = 13
_SMALL = Pt(8.5)
_COLUMNS = (Mm(52), Mm(24), Mm(106))
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(brief: Brief, language: PageLanguage) -> bytes:
    return _Writer(brief, language).written()


def xml_safe(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


class _Writer:
    def __init__(self, brief: Brief, language: PageLanguage) -> None:
        self._brief, self._language = brief, language
        self._convert: Callable[[str], str] = to_traditional if language == "zh-hant" else str
        self._document: Document = docx.Document()

    def written(self) -> bytes:
        self._set_page()
        self._set_styles()
        self._set_properties()
        self._drop_thumbnail()
        self._front()
        front = len(self._document.paragraphs)
        self._back()
        self._document.paragraphs[front].paragraph_format.page_break_before = True
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    def _front(self) -> None:
        brief = self._brief
        self._small(words.joined([words.BRIEF, words.long_day(brief.made_on)]))
        name = brief.name if brief.is_typed else self._convert(brief.name)
        self._document.add_paragraph(xml_safe(name), style="Title")
        self._paragraph(words.joined(brief.who))
        self._small(words.joined(brief.how))
        self._heading(words.joined([words.NEEDS, words.ESTIMATE]))
        if brief.needs:
            self._needs_table(brief.needs)
        else:
            self._paragraph(words.NO_NEEDS)
        self._heading(words.FACTS)
        for fact in brief.facts:
            about = Text(zh=f"{fact.title}（{fact.about.zh}）", en=f"{fact.title} ({fact.about.en})")
            self._bullet(words.joined([fact.when, about]))
        if not brief.facts:
            self._paragraph(words.NO_FACTS)
        if brief.questions:
            self._heading(words.QUESTIONS)
        for group in brief.questions:
            self._heading(group.need, level=2)
            for question in group.questions:
                self._bullet(question)

    def _back(self) -> None:
        brief = self._brief
        if brief.regulations:
            self._heading(words.REGULATIONS)
        for regulation in brief.regulations:
            self._heading(regulation.title, level=2, note=regulation.when)
            self._paragraph(regulation.obligation)
        if brief.outlines:
            self._heading(words.OUTLINES)
        for outline in brief.outlines:
            note = words.joined([outline.need, outline.note])
            self._heading(outline.title, level=2, note=note)
            self._bullet(outline.compare)
            self._bullet(outline.when_not)
        if brief.peers:
            self._heading(words.PEERS)
            self._paragraph(words.listed_peers(brief.peers))
        self._heading(words.READ_THIS)
        for text in brief.notes:
            self._bullet(text)

    def _needs_table(self, needs: tuple[BriefNeed, ...]) -> None:
        table = self._document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, title in zip(table.rows[0].cells, (words.NEED, words.LIKELIHOOD, words.WHY), strict=True):
            cell.paragraphs[0].add_run(self._say(title)).bold = True
        _repeat(table.rows[0])
        for need in needs:
            row = table.add_row()
            _keep_whole(row)
            row.cells[0].paragraphs[0].add_run(self._say(need.title)).bold = True
            row.cells[1].paragraphs[0].add_run(self._say(words.likelihood(need.prediction)))
            why = row.cells[2]
            why.paragraphs[0].add_run(self._say(need.reasons[0]))
            for reason in need.reasons[1:]:
                why.add_paragraph(self._say(reason))
            _quiet(why.add_paragraph(self._say(need.buying)))
        for row in table.rows:
            for cell, width in zip(row.cells, _COLUMNS, strict=True):
                cell.width = width

    def _heading(self, text: Text, *, level: int = 1, note: Text | None = None) -> None:
        heading = self._document.add_heading(self._say(text), level)
        if note is not None:
            run = heading.add_run(f"  {self._say(note)}")
            run.bold, run.font.size, run.font.color.rgb = False, _SMALL, _MUTED

    def _paragraph(self, text: Text) -> Paragraph:
        return self._document.add_paragraph(self._say(text))

    def _small(self, text: Text) -> None:
        _quiet(self._paragraph(text))

    def _bullet(self, text: Text) -> None:
        self._document.add_paragraph(self._say(text), style="List Bullet")

    def _say(self, text: Text) -> str:
        return xml_safe(self._convert(text.in_language(text_language(self._language))))

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(14)
        section.top_margin = section.bottom_margin = Mm(13)

    def _set_styles(self) -> None:
        for name, size in _SIZES.items():
            style: Any = self._document.styles[name]
            style.font.name, style.font.size = _LATIN_FONT, Pt(size)
            if name not in ("Normal", "List Bullet"):
                style.font.color.rgb = _ACCENT if name == "Heading 1" else RGBColor(0, 0, 0)
            properties = style.element.get_or_add_rPr()
            fonts = properties.get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:eastAsia"), _FONTS[self._language])
            _tag(properties, _TAGS[self._language])
            spacing = style.paragraph_format
            spacing.space_before = Pt(8 if name == "Heading 1" else 2 if name == "Heading 2" else 0)
            spacing.space_after, spacing.line_spacing = Pt(2), Pt(_LINES.get(name, _LINE))

    def _drop_thumbnail(self) -> None:
        """That of the library's template."""
        relations = self._document.part.package.rels
        for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            del relations[key]

    def _set_properties(self) -> None:
        """Of the product and this day; nothing of who asked."""
        properties = self._document.core_properties
        made = datetime.combine(self._brief.made_on, time(), UTC)
        properties.author = properties.last_modified_by = "ToP"
        properties.title = self._say(words.BRIEF)
        properties.comments = properties.keywords = properties.subject = properties.category = ""
        properties.language = "en-GB" if self._language == "en" else _TAGS[self._language]
        properties.created = properties.modified = made
        properties.revision = 1


def _quiet(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = _SMALL, _MUTED


def _tag(properties: Any, east_asian: str) -> None:
    """The languages of Latin and East Asian text, for spelling and fonts."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LATIN_TAG)
    language.set(qn("w:eastAsia"), east_asian)
    properties.append(language)


def _keep_whole(row: Any) -> None:
    """No page break inside the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:
    """As heading of the table, on each page that it reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
