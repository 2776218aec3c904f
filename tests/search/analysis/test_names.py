import pytest

from search.analysis.names import analyse


@pytest.mark.parametrize(
    ("name", "nosuf", "core"),
    [
        ("苏州天孚光通信股份有限公司", "苏州天孚光通信", "天孚光通信"),
        ("中国石油化工集团有限公司", "中国石油化工", "中国石油化工"),
        ("华兴（苏州）科技有限公司", "华兴苏州科技", "华兴科技"),
        ("云南省红河州第五人民医院", "云南省红河州第五人民医院", "第五人民医院"),
        ("北京大学", "北京大学", "北京大学"),
        ("广州控股有限公司", "广州控股", "广州控股"),
        ("天健会计师事务所（特殊普通合伙）", "天健会计师事务所", "天健会计师事务所"),
        ("中国工商银行股份有限公司北京市分行", "中国工商银行北京市分行", "中国工商银行北京市分行"),
        ("有限公司", "有限公司", "有限公司"),
        ("", "", ""),
    ],
)
def test_tells_what_identifies_from_form_and_place(name: str, nosuf: str, core: str) -> None:
    forms = analyse(name)
    assert (forms.nosuf, forms.core) == (nosuf, core)


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("中国工商银行股份有限公司北京市分行", "北京市分行"),
        ("北京某某有限责任公司上海分公司", "上海分公司"),
        ("中南大学湘雅医院东院区", "东院区"),
        ("北京大学第三医院", ""),
        ("北京银行", ""),
    ],
)
def test_finds_the_branch(name: str, branch: str) -> None:
    assert analyse(name).branch == branch


def test_keeps_every_shortening() -> None:
    assert analyse("云南省红河州第一中学").cores == ("红河州第一中学", "第一中学")
