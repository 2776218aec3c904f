import subprocess
import sys

import pytest

from search.analysis.pinyin import split_pinyin, syllables_of


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("重庆银行", "chong qing yin hang"),
        ("长沙重型机械", "chang sha zhong xing ji xie"),
        ("六安", "lu an"),
        ("厦门大厦", "xia men da sha"),
        ("单县", "shan xian"),
        ("成都首都", "cheng du shou du"),
        ("福建省长乐市", "fu jian sheng chang le shi"),
        ("绿源旅游", "lv yuan lv you"),
        ("会计师", "kuai ji shi"),
        ("北京市朝阳区", "bei jing shi chao yang qu"),
        ("a1科技", "a 1 ke ji"),
    ],
)
def test_reads_names(text: str, syllables: str) -> None:
    assert syllables_of(text) == tuple(syllables.split())


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("beijingdaxue", (("bei", "jing", "da", "xue"), "")),
        ("beijingdax", (("bei", "jing", "da"), "x")),
        ("gongan", (("gong", "an"), "")),
        ("bjdx", None),
        ("", None),
    ],
)
def test_splits_typed_letters(letters: str, expected: tuple[tuple[str, ...], str] | None) -> None:
    assert split_pinyin(letters) == expected


def test_does_not_import_the_library_with_its_dictionaries() -> None:
    code = (
        "import sys; from search.analysis.pinyin import syllables_of; "
        "print(syllables_of('重庆'), 'pypinyin' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output == "('chong', 'qing') False\n"
