import pytest

from app.features.knowledge.loading import load_pack
from app.features.knowledge.source_word_table import LEVEL_WORDS, TARGET_OF_SECTION, TARGET_OF_WORD
from app.features.knowledge.source_words import SourceReading, read_source_words, target_of_words


@pytest.mark.parametrize(
    ("industry", "words", "level", "expected"),
    [
        ("government", "教育主管部门", "县区级", SourceReading("education", "edu_admin", "county")),
        ("government", "司法", "地市级", SourceReading("public_security", None, "municipal")),
        ("government", "乡镇政府", "乡镇级", SourceReading("government", "general_office", "township")),
        ("government", "党政机关", "地市级;县区级", SourceReading("government", None, None)),
        ("public_security", "公安", "省级", SourceReading("public_security", "police", "provincial")),
        ("public_security", "公安", "中央", SourceReading("public_security", "police", None)),
        ("healthcare", "医院", "三级甲等", SourceReading("healthcare", "tertiary_hospital", "tertiary_a")),
        ("healthcare", "医院", "二级乙等", SourceReading("healthcare", "secondary_hospital", "secondary")),
        ("healthcare", "医院", "", SourceReading("healthcare", None, None)),
        (
            "education",
            "高等教育",
            "本科;985;211;双一流",
            SourceReading("education", "university", "undergraduate"),
        ),
        ("education", "高等教育", "专科·民办", SourceReading("education", "vocational", "higher_vocational")),
        ("manufacturing", "火力发电|SW:火力发电", "上市公司", SourceReading("energy", "power_gen", None)),
        (
            "manufacturing",
            "电气设备|SW:锂电池",
            "上市公司",
            SourceReading("manufacturing", "discrete", "listed"),
        ),
        (
            "manufacturing",
            "塑料",
            "上市公司（含已退市，未核当前状态）",
            SourceReading("manufacturing", "process", None),
        ),
        ("technology", "半导体|SW:模拟芯片设计", "", SourceReading("manufacturing", "electronics", None)),
        ("energy", "", "", SourceReading("energy", None, None)),
    ],
)
def test_source_words_become_codes(industry: str, words: str, level: str, expected: SourceReading) -> None:
    assert read_source_words(industry=industry, sub_industry=words, level=level) == expected


def test_the_finest_vocabulary_speaks_first_and_sections_last() -> None:
    assert target_of_words("食品|CSRC:C 制造业|SW:生猪养殖") == ("agriculture", "planting_livestock")
    assert target_of_words("CSRC:C 制造业|食品") == ("manufacturing", "process")
    assert target_of_words("CSRC:F 批发零售|SW:没有这个词") == ("retail_services", "retail")


def test_several_words_agree_or_say_nothing() -> None:
    assert target_of_words("移动互联网/数据服务") == ("technology", None)
    assert target_of_words("移动互联网/游戏") == ("telecom_media", "internet_platform")
    assert target_of_words("游戏/保险") is None
    assert target_of_words("") is None


def test_every_code_of_the_tables_is_in_the_catalogue() -> None:
    industries = load_pack().industries
    for code, sub in (*TARGET_OF_WORD.values(), *TARGET_OF_SECTION.values()):
        subs = {one.code for one in industries[code].sub_industries}
        assert sub is None or sub in subs, (code, sub)
    for code, words in LEVEL_WORDS.items():
        assert {level for _, level in words} <= {level.code for level in industries[code].levels}
