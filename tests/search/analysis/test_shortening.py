import pytest

from search.analysis.shortening import abbreviations, squeezed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("红河哈尼族彝族自治州卫生健康委员会", "红河州卫健委"),
        ("连州市文化广电旅游体育局", "连州文旅局"),
        ("石家庄市新华区教育体育局", "石家庄新华教体局"),
        ("云南省红河州第五人民医院", "红河州五院"),
        ("青岛市第8医院", "青岛市第八人民医院"),
        ("郑州大学第一附属医院", "郑州大学附属第一医院"),
        ("国家税务总局红河州税务局", "红河税务局"),
        ("绿春县人民检察院", "绿春检察院"),
        ("江苏省第十二中学", "江苏12中"),
    ],
)
def test_short_and_long_meet(one: str, other: str) -> None:
    assert not set(squeezed(one)).isdisjoint(squeezed(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("红河州第五人民医院", "红河州第六人民医院"),
        ("昆明市公安局", "昆明市教育局"),
        ("昆明市教育局", "玉溪市教育局"),
    ],
)
def test_different_bodies_do_not_meet(one: str, other: str) -> None:
    assert set(squeezed(one)).isdisjoint(squeezed(other))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("北京大学", "北大"),
        ("北京师范大学", "北师大"),
        ("北京航空航天大学", "北航"),
        ("昆明理工大学", "昆工"),
        ("北京大学第三医院", "北大三院"),
        ("复旦大学附属中山医院", "中山医院"),
        ("中央戏剧学院", "中戏"),
    ],
)
def test_abbreviates_universities(name: str, short: str) -> None:
    assert short in abbreviations(name)


def test_a_rule_never_makes_the_name_of_a_place() -> None:
    assert "上海" not in abbreviations("上饶海洋大学")
