"""From a question to one tantivy query that finds candidates; the ranker orders them."""

from collections.abc import Iterable, Mapping, Sequence

from tantivy import Occur, Query, Searcher

from search.backends.tantivy_schema import HIDDEN, PUBLIC, SCHEMA, filter_token
from search.question import Letters, Question, Reading
from search.terms import (
    INITIALS_LENGTHS,
    PINYIN_PREFIX_SYLLABLES,
    PREFIX_LENGTHS,
    Key,
    bigrams,
    pinyin_bigrams,
)

_MOST_BIGRAMS = 8
_COMMON_SHARE = 0.12  # bigrams are taken, the rarest first, until they touch this share of the index
Clause = tuple[Occur, Query]


def candidates_query(question: Question, searcher: Searcher, *, thorough: bool) -> Query:
    """`thorough` adds what finds typing mistakes, beside keys, prefixes and abbreviations."""
    clauses = [clause for reading in question.readings for clause in _spelled(reading, searcher, thorough)]
    if question.regions:
        clauses += _same_core_in(question)
    if question.parts:
        clauses += _all_parts(question.parts)
    if question.letters:
        clauses += _sounded(question.letters, searcher, thorough)
    if question.pinyin:
        clauses += [_key(Key.PINYIN, question.pinyin, 70), _key(Key.CORE_PINYIN, question.pinyin, 60)]
    return Query.boolean_query(clauses)


def restrict(
    query: Query, searcher: Searcher, visibility: Sequence[str], filters: Mapping[str, Sequence[str]]
) -> Query:
    """Adds what the viewer may see and has chosen; costs nothing when everything is public."""
    musts: list[Clause] = []
    if PUBLIC not in visibility or searcher.doc_freq("visibility", HIDDEN):
        musts.append(_must_any("visibility", visibility))
    musts += [
        _must_any("filters", [filter_token(field, value) for value in values])
        for field, values in filters.items()
    ]
    return Query.boolean_query([(Occur.Must, query), *musts]) if musts else query


def _must_any(field: str, values: Iterable[str]) -> Clause:
    either = Query.boolean_query(
        [(Occur.Should, Query.term_query(SCHEMA, field, value, "basic")) for value in values]
    )
    return Occur.Must, Query.const_score_query(either, 0.0)


def _spelled(reading: Reading, searcher: Searcher, thorough: bool) -> list[Clause]:
    boost = 400 if reading.source == "famous" else 0
    nosuf = reading.nosuf
    clauses = [
        _key(Key.FULL, reading.norm, 200 + boost),
        _key(Key.WITHOUT_LEGAL_FORM, nosuf, 160 + boost),
        *(_key(Key.ALIAS, text, 150) for text in {reading.norm, nosuf}),
        *(_key(Key.SQUEEZED, form, 120) for form in reading.squeezed),
        *(_key(Key.ABBREVIATION, form, 110) for form in {nosuf, *reading.squeezed}),
        *(_key(Key.CORE, text, 100) for text in {nosuf, reading.core}),
        _key(Key.WITHOUT_LEGAL_FORM, reading.core, 100),
        _term("prefixes", nosuf[: PREFIX_LENGTHS.stop - 1], 30),
    ]
    clauses += _all_of("bigrams", bigrams(nosuf), 25)
    if 2 <= len(nosuf) <= 6 and not nosuf.isascii():
        clauses += _all_of("characters", list(nosuf), 0.5, ranked=True)
    if thorough:
        clauses += _rarest("bigrams", bigrams(nosuf), searcher)
        clauses += _rarest("characters", list(nosuf), searcher, most=4)
        clauses += _but_one_character(nosuf)
    return clauses


def _same_core_in(question: Question) -> list[Clause]:
    """揭阳市实验中学 for the 实验中学 that is known to be in 揭阳, among the hundreds of that name."""
    core = question.readings[-1].core
    either = [
        (Occur.Should, Query.term_query(SCHEMA, "keys", kind + core, "basic"))
        for kind in (Key.CORE, Key.FULL)
    ]
    places = [
        (Occur.Should, Query.term_query(SCHEMA, "places", region.name, "basic"))
        for region in question.regions
    ]
    both = [(Occur.Must, Query.boolean_query(either)), (Occur.Must, Query.boolean_query(places))]
    return [(Occur.Should, Query.const_score_query(Query.boolean_query(both), 150.0))]


def _all_parts(parts: tuple[str, ...]) -> list[Clause]:
    musts: list[Clause] = []
    for part in parts:
        field, terms = ("bigrams", bigrams(part)) if len(part) > 1 else ("characters", [part])
        musts += [(Occur.Must, Query.term_query(SCHEMA, field, term, "freq")) for term in terms]
    return [
        (
            Occur.Should,
            Query.boolean_query([*musts, (Occur.Must, Query.const_score_query(Query.all_query(), 40.0))]),
        )
    ]


def _sounded(letters: Letters, searcher: Searcher, thorough: bool) -> list[Clause]:
    clauses = [_key(Key.PINYIN, text, 150) for text in letters.typed]
    clauses += [_key(Key.CORE_PINYIN, text, 100) for text in letters.typed]
    if letters.pure:
        clauses += [_key(Key.INITIALS, text, 110) for text in letters.typed]
        clauses += [_key(Key.CORE_INITIALS, text, 90) for text in letters.typed]
        clauses.append(_term("initials_prefixes", letters.typed[0][: INITIALS_LENGTHS.stop - 1], 25))
    if letters.syllables:
        begun = "".join(letters.syllables[: PINYIN_PREFIX_SYLLABLES.stop - 1])
        clauses.append(_term("pinyin_prefixes", begun, 30))
        clauses += _all_of("pinyin_bigrams", pinyin_bigrams(letters.syllables), 20)
        if thorough:
            clauses += _rarest("pinyin_bigrams", pinyin_bigrams(letters.syllables), searcher)
    return clauses


def _rarest(field: str, terms: list[str], searcher: Searcher, *, most: int = _MOST_BIGRAMS) -> list[Clause]:
    counted = sorted(
        (frequency, term) for term in set(terms) if (frequency := searcher.doc_freq(field, term))
    )
    budget = _COMMON_SHARE * searcher.num_docs
    chosen: list[Clause] = []
    for frequency, term in counted[:most]:
        budget -= frequency
        if chosen and budget < 0:
            break
        chosen.append((Occur.Should, Query.term_query(SCHEMA, field, term, "freq")))
    return chosen


def _but_one_character(text: str) -> list[Clause]:
    """Names that hold all bigrams but those of one place: a wrong character among common ones."""
    if not 4 <= len(text) <= 9:
        return []
    grams = bigrams(text)
    clauses: list[Clause] = []
    for place in range(len(text)):
        clauses += _all_of(
            "bigrams", [gram for at, gram in enumerate(grams) if at not in (place - 1, place)], 18
        )
    return clauses


def _all_of(field: str, terms: list[str], score: float, *, ranked: bool = False) -> list[Clause]:
    if not terms:
        return []
    every = Query.boolean_query(
        [(Occur.Must, Query.term_query(SCHEMA, field, term, "freq")) for term in dict.fromkeys(terms)]
    )
    scored = Query.boost_query(every, score) if ranked else Query.const_score_query(every, score)
    return [(Occur.Should, scored)]


def _key(kind: str, text: str, score: float) -> Clause:
    return _term("keys", kind + text, score)


def _term(field: str, text: str, score: float) -> Clause:
    return Occur.Should, Query.const_score_query(Query.term_query(SCHEMA, field, text, "basic"), float(score))
