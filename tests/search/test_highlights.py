import pytest

from search.highlights import highlights
from search.question import ask


@pytest.mark.parametrize(
    ("typed", "name", "marked"),
    [
        ("第三医院", "北京大学第三医院", ["第三医院"]),
        ("蘇州科技", "华兴（苏州）科技有限公司", ["苏州）科技"]),
        ("湘雅 医院", "中南大学湘雅三医院", ["湘雅", "医院"]),
        ("苏师大", "江苏师范大学", ["苏师", "大"]),
        ("beijingda", "北京大学", ["北京大"]),
        ("dax", "北京大学", ["大学"]),
        ("bjdx", "北京大学", ["北京大学"]),
        ("工商银行股份有限公司", "中国工商银行", ["工商银行"]),
        ("完全无关", "北京大学", []),
    ],
)
def test_marks_what_was_typed(typed: str, name: str, marked: list[str]) -> None:
    question = ask(typed)
    assert question is not None
    assert [name[start:end] for start, end in highlights(question, name)] == marked
