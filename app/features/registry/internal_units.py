"""Tells the departments and counters of other organisations from bodies of their own, by their names.

The organisation dictionary was mined from news and holds both: 浙江工业大学宣传部 is a part of the
university, 河北省委宣传部 is a body. Tuned on the dictionary's own names; docs/decisions/shipped-registry.md
has the figures.
"""

import re

_OWN_BODIES = re.compile(
    r"(实验室|研究室|俱乐部|门诊部|总部|学部|营业管理部|办事处|分理处|公证处|公安处|音乐厅|歌舞厅|展厅)$"
)
_PARENT = (
    "公司|集团|大学|学院|党校|医院|银行|[分支]行|[农工建]行|协会|商会|学会|促进会|研究会|贸促会|[证银保]监会|"
    "电视台|卫视|电台|报社|酒店|宾馆|博物馆|图书馆|研究中心|贸易中心|法院|检察院|移动|联通|电信"
)
_UNIT_OF_A_PARENT = re.compile(rf"({_PARENT})[一-龥]{{0,12}}(部|处|科|室|营业厅)$")
_CUT_SHORT = re.compile(r"大学[一-龥]{0,4}政府$")
# 管理处 and 运管处 of a bureau are public bodies of their own, as is the office (办公室) of a committee.
_OFFICE_OF_AN_AUTHORITY = re.compile(
    r"(局|厅|经委|发改委|卫计委|委员会|公安处)[一-龥]{0,8}(?<!管理)(?<!管)处$"
    r"|(局|厅|公安处)[一-龥]{0,6}(科|(?<!新闻)办公室)$"
)
_NO_NAME_AT_ALL = re.compile(r"(营业厅|(区域|市场)研究部|经理部|营销部|采销部|检票口处|安检口处|代售处)$")


def is_internal_unit(name: str) -> bool:
    """Whether the name is that of a part of another organisation, or was cut out of one."""
    if _OWN_BODIES.search(name):
        return False
    rules = (_UNIT_OF_A_PARENT, _CUT_SHORT, _OFFICE_OF_AN_AUTHORITY, _NO_NAME_AT_ALL)
    return any(rule.search(name) for rule in rules)
