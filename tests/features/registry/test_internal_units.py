"""Departments and counters of other organisations are not organisations; public offices are."""

import pytest

from app.features.registry.compose import licensed_part
from app.features.registry.internal_units import is_internal_unit
from app.features.registry.licences import DICTIONARY, LISTED_COMPANIES
from tests.features.registry.sample import COLUMNS

PARTS = """
北京大学中国政府 台州分行营业部 福州分行海洋金融产业部 上海区域市场研究部
海口六龙观光巴士有限公司办公室 浙江工业大学宣传部 安徽有限公司办公室 北京移动网上营业厅
北京大学人事部 海南省人民医院秀英住院部 福州市旅游局办公室 安徽省国土资源厅政策法规处
中国证监会国际合作部 淮南矿业集团安检处 三亚分行营业厅 北京西站北广场检票口处
"""
BODIES = """
中华人民共和国财政部 国家交通运输部 河北省委宣传部 中共浙江省委组织部 湖南省统战部 宣州区人武部
某某足球俱乐部 北京潘家园门诊部 中国人民银行上海总部 北京百度总部 清华大学国家实验室 国务院研究室
北京大学医学部 桂阳县公安局鹿峰派出所 安徽省人民政府办公厅 宝鸡市委办公室 中央编制委员会办公室
云南省交通运输厅 福州市环境卫生管理处 石家庄市平安公证处 成都市交委运管处 杭州铁路公安处
国家大剧院音乐厅 四川省人民政府驻昆明办事处 武汉市农业局河道管理处
"""


@pytest.mark.parametrize("name", PARTS.split())
def test_a_part_of_another_organisation_is_told(name: str) -> None:
    assert is_internal_unit(name)


@pytest.mark.parametrize("name", BODIES.split())
def test_a_body_of_its_own_stays(name: str) -> None:
    assert not is_internal_unit(name)


def test_only_the_dictionarys_word_alone_is_doubted() -> None:
    row = dict.fromkeys(COLUMNS, "") | {"name": "浙江工业大学宣传部"}
    assert licensed_part(row | {"source": DICTIONARY}) is None
    assert licensed_part(row | {"source": f"{DICTIONARY};没有许可的名单"}) is None
    assert licensed_part(row | {"source": f"{DICTIONARY};{LISTED_COMPANIES}"}) is not None
