"""What stage of a purchase a notice announces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.notices import is_failure, notice_kind

CASES = [
    ("海口市人民医院堡垒机采购项目公开招标公告", "招标", "tender"),
    ("海口市人民医院堡垒机采购项目招标公告更正公告", "变更", "change"),
    ("海口市人民医院堡垒机中标结果公告的更正公告", "成交", "change"),
    ("海口市人民医院堡垒机采购中标（成交）结果公告", "成交", "award"),
    ("海口市人民医院堡垒机中标候选人公示", "其它", "award"),
    ("海口市人民医院堡垒机采购项目的合同", "合同", "contract"),
    ("政府采购合同公告：海口市人民医院堡垒机", "", "contract"),
    ("福建移动征集2026年堡垒机项目采购技术规范等文件意见的公告", "采购意见征求公告", "intention"),
    ("海口市人民医院堡垒机采购需求公示", "预告", "intention"),
    ("海口市人民医院堡垒机市场调研公告", "", "intention"),
    ("海口市人民医院堡垒机采购废标公告", "废标", "other"),
    ("海口市人民医院堡垒机采购取消采购公告", "", "other"),
    ("海口市人民医院堡垒机采购结果公告", "流标", "other"),
    ("海口市人民医院堡垒机采购中标（成交）结果公告", "流标", "award"),
    ("海口市人民医院合同能源管理项目", "", "other"),
    ("海口市人民医院堡垒机", "成交", "award"),
    ("海口市人民医院堡垒机", "竞谈", "tender"),
    ("海口市人民医院堡垒机", "", "other"),
]


@pytest.mark.parametrize(("title", "stated", "kind"), CASES)
def test_the_stage_is_told_by_title_then_by_what_is_stated(title: str, stated: str, kind: str) -> None:
    assert notice_kind(title, stated) == kind


@pytest.mark.parametrize("word", ["流标", "废标", "终止", "失败", "取消", "取消采购"])
def test_a_purchase_that_came_to_nothing(word: str) -> None:
    title = f"海口市人民医院堡垒机采购项目{word}公告"
    assert is_failure(notice_kind(title), title)


def test_a_pause_an_acceptance_and_a_change_are_no_failure() -> None:
    for title in ("堡垒机采购暂停公告", "堡垒机采购验收公示", "堡垒机终止公告的更正公告", "堡垒机中标公告"):
        assert not is_failure(notice_kind(title), title)


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_has_a_stage(title: str, stated: str) -> None:
    assert notice_kind(title, stated) in {"intention", "tender", "change", "award", "contract", "other"}
