"""The brief as a Word document: its structure, its fonts and languages, any text."""

import io
import zipfile
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from app.features.knowledge.briefing import brief as briefing_of
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction import predict
from app.features.knowledge.recognise import recognise
from app.features.registry.answers import Answer, profile_of
from app.features.registry.brief.assembling import assemble
from app.features.registry.brief.contents import Brief, BriefFact
from app.features.registry.brief.document import render, xml_safe
from app.features.registry.brief.links import file_name
from app.kit.text import Text
from app.web.translation import PAGE_LANGUAGES, PageLanguage, text_language

TODAY = date(2026, 11, 22)
NAME = "红河州第五人民医院"


def brief_for(catalogue: Catalogue, language: PageLanguage = "zh", name: str = NAME) -> Brief:
    recognition = recognise(NAME, catalogue)
    profile = profile_of(recognition)
    industry = catalogue.industries[profile.industry]
    answer = Answer(
        name=name,
        organisation=None,
        recognition=recognition,
        profile=profile,
        briefing=briefing_of(catalogue, profile, predict(catalogue, profile, today=TODAY)),
        comparable=(),
        is_corrected=False,
        industry=industry,
        sub_industry=None,
        level=None,
        alternatives=(),
    )
    return assemble(answer, [], language=text_language(language), today=TODAY)


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def texts_of(document: Any) -> list[str]:
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
    return [paragraph.text for paragraph in paragraphs]


def test_it_has_headings_lists_and_a_table_of_needs(catalogue: Catalogue) -> None:
    brief = brief_for(catalogue)
    document = opened(render(brief, "zh"))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["Title"] == [NAME]
    assert by_style["Heading 1"] == [
        "可能的需求 · 推断", "公开事实", "上门问什么", "它要遵守什么", "可以怎么做", "怎么读这份简报",
    ]  # fmt: skip
    assert by_style["Heading 2"][0] == brief.questions[0].need.zh
    questions = [question.zh for group in brief.questions for question in group.questions]
    assert by_style["List Bullet"][: len(questions)] == questions
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["需求", "可能性", "依据"]
    first = [cell.text for cell in table.rows[1].cells]
    assert first[0] == brief.needs[0].title.zh
    assert first[1].startswith("很可能 · ")
    assert all(reason.zh in first[2] for reason in brief.needs[0].reasons)
    assert len(table.rows) == len(brief.needs) + 1


def test_it_says_all_that_the_brief_says(catalogue: Catalogue) -> None:
    brief = brief_for(catalogue, "en")
    told = "\n".join(texts_of(opened(render(brief, "en"))))
    said = [*brief.who, *brief.notes, *(need.buying for need in brief.needs)]
    for regulation in brief.regulations:
        said += [regulation.title, regulation.when, regulation.obligation]
    for outline in brief.outlines:
        said += [outline.title, outline.note, outline.compare, outline.when_not]
    assert len(said) > 20
    for text in said:
        assert text.en in told


@pytest.mark.parametrize(
    ("language", "font", "tag"),
    [
        ("zh", "Microsoft YaHei", "zh-CN"),
        ("zh-hant", "Microsoft JhengHei", "zh-TW"),
        ("en", "Microsoft YaHei", "zh-CN"),
    ],
)
def test_chinese_has_its_font_and_language(
    catalogue: Catalogue, language: PageLanguage, font: str, tag: str
) -> None:
    document = opened(render(brief_for(catalogue, language), language))
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        properties = document.styles[name].element.rPr
        fonts = properties.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
        (language_tag,) = properties.findall(qn("w:lang"))
        assert language_tag.get(qn("w:eastAsia")) == tag


def test_traditional_readers_read_traditional(catalogue: Catalogue) -> None:
    told = "\n".join(texts_of(opened(render(brief_for(catalogue, "zh-hant"), "zh-hant"))))
    assert "上門問什麼" in told
    assert NAME in told  # as it was typed


def test_its_properties_tell_nothing_of_anybody(catalogue: Catalogue) -> None:
    content = render(brief_for(catalogue), "zh")
    properties = opened(content).core_properties
    assert (properties.author, properties.last_modified_by, properties.title) == ("ToP", "ToP", "拜访简报")
    assert (properties.comments, properties.keywords, properties.subject) == ("", "", "")
    assert (properties.created.date(), properties.language) == (TODAY, "zh-CN")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "thumbnail" in name]
        assert NAME not in parts.read("docProps/core.xml").decode()


def test_no_break_falls_inside_a_row_and_the_back_starts_a_page(catalogue: Catalogue) -> None:
    document = opened(render(brief_for(catalogue), "zh"))
    for row in document.tables[0].rows[1:]:
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    breaking = [p.text for p in document.paragraphs if p.paragraph_format.page_break_before]
    assert breaking == ["它要遵守什么"]
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


ANY_TEXT = st.text(st.characters(), max_size=60)


@settings(max_examples=25)
@given(name=ANY_TEXT, title=ANY_TEXT)
def test_any_text_can_be_written(catalogue: Catalogue, name: str, title: str) -> None:
    said = Text(zh=title, en=title)
    fact = BriefFact(when=said, title=title, about=said, href="/facts/x")
    brief = brief_for(catalogue)
    hostile = Brief(
        **{field: getattr(brief, field) for field in Brief.__slots__} | {"name": name, "facts": (fact,)}
    )
    told = texts_of(opened(render(hostile, "zh")))
    expected = xml_safe(name)
    if not set(expected) & set("\t\r\n"):  # which paragraphs turn into tabs and line ends
        assert expected in told


def test_what_xml_cannot_hold_is_dropped() -> None:
    assert xml_safe("北\x00京\x0b\ud800\ufffe\uffff大\U0001f600学\t") == "北京大\U0001f600学\t"


@given(name=ANY_TEXT)
def test_any_name_names_a_file(catalogue: Catalogue, name: str) -> None:
    named = file_name(Brief(**_plain(name)))
    assert named.startswith("ToP-")
    assert named.endswith("-2026-11-22.docx")
    assert not set(named.removesuffix(".docx")) & set('\\/:*?"<>|.% \n\x00')
    assert len(named.encode()) < 255


def _plain(name: str) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(Brief.__slots__, ())
    return nothing | {"name": name, "is_typed": True, "made_on": TODAY, "writing_lines": 0}


def test_there_is_a_font_for_every_language_of_the_pages(catalogue: Catalogue) -> None:
    for language in PAGE_LANGUAGES:
        assert render(brief_for(catalogue, language), language)[:2] == b"PK"
