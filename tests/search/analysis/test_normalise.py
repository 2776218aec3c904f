import pytest

from search.analysis.normalise import display_spans, fold, normalise


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("靑島市第八人民醫院", "青岛市第八人民医院"),
        ("ＡＢＣ（北京）Ｃｏ．，Ｌｔｄ", "abc北京coltd"),
        ("北\u200b京 大\ufeff学\x00", "北京大学"),
        ("衞生髙中戸廣広", "卫生高中户广广"),
        ("㈱Ａ①", "株a1"),
        ("İé", "ie"),
        ("乾县著名", "乾县著名"),
        ("\ud800😀【】", ""),
    ],
)
def test_one_spelling(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


def test_spans_lead_back_to_the_display_text() -> None:
    name = "華興（蘇州）科技"
    folded = fold(name)
    start = folded.text.index("苏州")
    assert display_spans(folded, ((start, start + 4),)) == ((3, 8),)
    assert name[3:8] == "蘇州）科技"


def test_one_displayed_character_may_be_several_folded_ones() -> None:
    folded = fold("3㎡A")
    assert (folded.text, folded.offsets) == ("3m2a", (0, 1, 1, 2))
    assert display_spans(folded, ((1, 3),)) == ((1, 2),)
