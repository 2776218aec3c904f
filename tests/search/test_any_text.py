"""Whatever people type or paste: nothing crashes and offsets stay inside."""

from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.names import analyse
from search.analysis.normalise import fold, normalise
from search.analysis.pinyin import split_pinyin, syllables_of
from search.analysis.regions import match_regions
from search.analysis.shortening import abbreviations, squeezed
from search.contract import Document
from search.entry import candidate_of, document_of, pack, unpack
from search.highlights import highlights
from search.question import LONGEST, ask
from search.ranker import rank
from search.terms import terms_of

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=90)
NAME_LIKE = st.lists(
    st.sampled_from(
        [
            "云南省",
            "红河州",
            "北京",
            "大学",
            "第三",
            "医院",
            "（",
            "）",
            "有限公司",
            "集团",
            " ",
            "A",
            "靑",
            "9",
        ]
    ),
    max_size=8,
).map("".join)
TEXT = ANYTHING | NAME_LIKE
UNHURRIED = settings(deadline=None)  # whichever runs first loads the tables


@UNHURRIED
@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@UNHURRIED
@given(TEXT)
def test_folding_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    assert folded.text == normalise(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(
        part in normalise(text[place]) for part, place in zip(folded.text, folded.offsets, strict=True)
    )


@UNHURRIED
@given(TEXT)
def test_regions_lie_inside_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for match in match_regions(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end


@UNHURRIED
@given(TEXT)
def test_names_are_never_stripped_to_nothing(text: str) -> None:
    forms = analyse(text)
    assert min(len(forms.nosuf), len(forms.core)) >= min(2, len(forms.norm))
    squeezed(forms.nosuf)
    abbreviations(forms.nosuf)


@UNHURRIED
@given(TEXT)
def test_every_character_has_a_sound(text: str) -> None:
    folded = normalise(text)
    assert len(syllables_of(folded)) == len(folded)


@UNHURRIED
@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=30))
def test_split_pinyin_loses_no_letter(letters: str) -> None:
    split = split_pinyin(letters)
    if split:
        assert "".join(split[0]) + split[1] == letters


@UNHURRIED
@given(TEXT, TEXT.filter(str.strip))
def test_any_question_can_be_ranked_and_highlighted(text: str, name: str) -> None:
    question = ask(text)
    if question is None:
        assert normalise(text[:LONGEST]) == ""
        return
    for found in rank(question, [candidate_of(Document("a", 1, name))], {}):
        assert found.candidate.name == name
    end = 0
    for start, stop in highlights(question, name):
        assert end <= start < stop <= len(name)
        end = stop


@UNHURRIED
@given(TEXT.filter(lambda text: text.strip() and text.encode("utf-8", "ignore").decode() == text))
def test_packing_loses_nothing(name: str) -> None:
    document = Document("a", 3, name, (name,), ("旧",), "Old", {"province": "云南省"}, 0.5, ("staff",))
    candidate = candidate_of(document)
    assert unpack(pack(candidate)) == candidate
    assert document_of(candidate) == document
    terms_of(candidate)
