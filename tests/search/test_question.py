import pytest

from search.question import LONGEST, ask


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    question = ask("北京大学" * 2_500)
    assert question is not None
    assert question.norm == ("北京大学" * 2_500)[:LONGEST]


@pytest.mark.parametrize("text", ["", " ", "（）", "😀", "\ud800", "\x00"])
def test_nothing_searchable_is_no_question(text: str) -> None:
    assert ask(text) is None


def test_reads_a_famous_short_form_and_what_was_typed() -> None:
    question = ask("工行")
    assert question is not None
    assert [(reading.norm, reading.source) for reading in question.readings] == [
        ("中国工商银行股份有限公司", "famous"),
        ("工行", "typed"),
    ]


def test_drops_the_legal_form_typed_as_a_part() -> None:
    question = ask("湘雅 科技 有限公司")
    assert question is not None
    assert question.parts == ("湘雅", "科技")


@pytest.mark.parametrize(
    ("text", "syllables", "unfinished"),
    [
        ("huawei技术", ("hua", "wei", "ji", "shu"), ""),
        ("beijingdax", ("bei", "jing", "da"), "x"),
        ("bjdx", (), ""),
    ],
)
def test_reads_letters_as_pinyin_where_they_can_be(
    text: str, syllables: tuple[str, ...], unfinished: str
) -> None:
    question = ask(text)
    assert question is not None
    assert question.letters is not None
    assert (question.letters.syllables, question.letters.unfinished) == (syllables, unfinished)
