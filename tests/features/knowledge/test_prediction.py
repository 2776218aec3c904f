"""Predictions as readers get them: which needs, in what order, and why."""

from datetime import date

import pytest

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction import Prediction, Profile, predict
from app.features.knowledge.prediction.evidence import (
    CompanyAggregate,
    ComparableCount,
    Evidence,
    Feedback,
    OwnFact,
    PeerAggregate,
)
from app.features.knowledge.prediction.priors import UNLISTED_WEIGHT
from app.features.knowledge.prediction.weighing import logit
from tests.features.knowledge.small_pack import small_pack, write_pack

TODAY = date(2026, 11, 22)
HOSPITAL = Profile("某医院", "healthcare", "hospital", "tertiary", province="浙江省")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_pack(write_pack(small_pack(), tmp_path_factory.mktemp("pack")))


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_pack()


def _of(predictions: tuple[Prediction, ...], need: str) -> Prediction:
    return next(prediction for prediction in predictions if prediction.need == need)


def _shown(predictions: tuple[Prediction, ...]) -> list[tuple[str, float]]:
    return [(prediction.need, round(prediction.likelihood, 4)) for prediction in predictions]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (HOSPITAL, [("mlps-l3", 0.8), ("data-backup", 0.4)]),
        (Profile("甲", "healthcare", "hospital"), [("mlps-l3", 0.7), ("data-backup", 0.4)]),
        # The weaker rule of a sub-industry does not override the baseline: the highest weight holds.
        (Profile("甲", "healthcare", "clinic"), [("mlps-l3", 0.7), ("data-backup", 0.4)]),
        (Profile("甲", "healthcare", "gone", "gone"), [("mlps-l3", 0.7), ("data-backup", 0.4)]),
        (Profile("甲", "finance", province="海南省"), [("mlps-l3", 0.9), ("data-backup", 0.6)]),
        (Profile("甲县医院", "healthcare"), [("mlps-l3", 0.7), ("data-backup", 0.4), ("smart-ward", 0.25)]),
        (Profile("甲县银行", "finance"), [("mlps-l3", 0.8), ("data-backup", 0.6)]),
    ],
)
def test_starts_from_the_highest_matching_weight_and_the_region(
    small: Catalogue, profile: Profile, expected: list[tuple[str, float]]
) -> None:
    assert _shown(predict(small, profile, today=TODAY)) == expected


@pytest.mark.parametrize("industry", ["other", "unheard-of"])
def test_an_unknown_industry_falls_back_on_shared_needs_with_low_confidence(
    small: Catalogue, industry: str
) -> None:
    predictions = predict(small, Profile("某某", industry, province="海南省"), today=TODAY)
    # mlps-l3: median of 0.7 and 0.8, halved, plus the hint; data-backup by its own rule for `other`.
    assert _shown(predictions) == [("mlps-l3", 0.475), ("data-backup", 0.3)]
    assert {prediction.confidence for prediction in predictions} == {"low"}
    assert "2 个行业" in _of(predictions, "mlps-l3").reasons[0].text.zh


def test_the_effects_of_the_reasons_add_up(small: Catalogue) -> None:
    claims = CompanyAggregate(10, 0.3, 0.5)
    need = "mlps-l3"
    evidence = Evidence(
        (ComparableCount(need, "industry", 50, 20, 3, claims), ComparableCount(need, "region", 30, 12, 3)),
        (OwnFact(need, date(2025, 3, 4), "tender", title="等保测评服务"),),
        (PeerAggregate(need, claims),),
        (Feedback(need, 5, 10),),
    )
    profile = Profile("某医院", "healthcare", "hospital", "tertiary", province="海南省")
    prediction = _of(predict(small, profile, evidence, today=TODAY), need)
    total = sum(reason.effect for reason in prediction.reasons)
    assert total == pytest.approx(logit(prediction.likelihood) - logit(UNLISTED_WEIGHT))
    effects = [abs(reason.effect) for reason in prediction.reasons]
    assert effects == sorted(effects, reverse=True)
    assert prediction.confidence == "high"
    said = {reason.kind: reason.text for reason in prediction.reasons}
    assert said["prior"].zh == "三级医院必测"
    assert said["region"].zh == "自贸港"
    assert said["fact"].zh == "2025-03 招标公告“等保测评服务”"
    assert said["peer"].zh == "约 10 家伙伴公司报告过此类线索（按 5 取整）"
    assert said["confirmation"].zh == "约 5 家伙伴公司确认有此需求（按 5 取整）"
    assert said["denial"].en == "About 10 partner companies denied this need (rounded to 5)"
    comparables = [reason.text.zh for reason in prediction.reasons if reason.kind == "comparable"]
    assert (
        "同省同类（海南省 · hospital类 · 三级） 12/30 家近 3 年有此类采购（只计有公开采购公告的单位）"
    ) in comparables
    assert "同行业（医院） 20/50 家近 3 年有此类采购（伙伴线索汇总，按 5 取整）" in comparables


def test_a_group_of_which_none_bought_never_speaks_for_a_need(small: Catalogue) -> None:
    """The counts of all groups are one reason, in the words of one that moved it that way."""
    need, profile = "mlps-l3", Profile("某医院", "healthcare", "hospital", "tertiary")
    wide = ComparableCount(need, "industry", 40, 30, 3, told_narrower=(8, 0))
    silent = ComparableCount(need, "level", 8, 0, 3)
    raised = _of(predict(small, profile, Evidence((wide,)), today=TODAY), need)
    told = next(reason for reason in raised.reasons if reason.kind == "comparable")
    assert told.effect > 0
    assert "30/40" in told.text.zh
    lowered = _of(predict(small, profile, Evidence((silent,)), today=TODAY), need)
    told = next(reason for reason in lowered.reasons if reason.kind == "comparable")
    assert told.effect < 0
    assert "0/8" in told.text.zh
    both = _of(predict(small, profile, Evidence((wide, silent)), today=TODAY), need)
    told = next(reason for reason in both.reasons if reason.kind == "comparable")
    assert ("0/8" in told.text.zh) == (told.effect < 0)
    assert {told.numbers.get("industry"), told.numbers.get("level")} & {"30/40", "0/8"}


def test_the_narrowest_group_that_tells_enough_is_told(small: Catalogue) -> None:
    """The widest group moves an unlisted need most, as it comes first."""
    wide = ComparableCount("smart-ward", "all", 80, 12, 3, visibility=0.1, told_narrower=(5, 3))
    near = ComparableCount("smart-ward", "region", 5, 3, 3, visibility=0.1)
    told = predict(small, HOSPITAL, Evidence((wide, near)), today=TODAY)
    reason = next(one for one in _of(told, "smart-ward").reasons if one.kind == "comparable")
    assert (reason.numbers["group"], reason.numbers["all"]) == ("region", "12/80")
    assert "3/5" in reason.text.zh


def test_regulations_are_told_with_date_and_kind_and_never_before_their_day(small: Catalogue) -> None:
    bank = _of(predict(small, Profile("某银行", "finance"), today=TODAY), "mlps-l3")
    texts = {reason.regulation: reason.text for reason in bank.reasons if reason.kind == "regulation"}
    assert texts["csl"].zh == "法律《网络安全法》自 2017-06-01 起施行，适用于网络运营者"
    assert texts["bank-rule"].zh == "法律《银行规定》将于 2027-03-01 起施行（尚未生效），适用于网络运营者"
    assert "not yet in force" in texts["bank-rule"].en
    later = _of(predict(small, Profile("某银行", "finance"), today=date(2027, 3, 1)), "mlps-l3")
    assert any("自 2027-03-01 起施行" in reason.text.zh for reason in later.reasons)


def test_a_rule_of_another_industry_explains_nothing_here(shipped: Catalogue) -> None:
    explained = 0
    for industry in shipped.industries.values():
        for sub in industry.sub_industries:
            for prediction in predict(shipped, Profile("甲", industry.code, sub.code), today=TODAY):
                slugs = [reason.regulation for reason in prediction.reasons if reason.regulation]
                explained += len(slugs)
                for slug in slugs:
                    assert {"all", industry.code} & shipped.regulations[slug].industries, (
                        industry.code,
                        slug,
                    )
    assert explained > 500


def test_what_binds_tertiary_hospitals_alone_is_not_told_to_others(shipped: Catalogue) -> None:
    cited = {
        sub: {
            reason.regulation
            for prediction in predict(shipped, Profile("甲", "healthcare", sub), today=TODAY)
            for reason in prediction.reasons
        }
        for sub in ("tertiary_hospital", "secondary_hospital")
    }
    assert "hosp_perf" in cited["tertiary_hospital"]
    assert "hosp_perf" not in cited["secondary_hospital"]


def test_a_fact_brings_up_a_need_nobody_expected(small: Catalogue) -> None:
    evidence = Evidence(
        facts=(OwnFact("smart-ward", TODAY, "tender"), OwnFact("no-such-need", TODAY, "tender"))
    )
    predictions = predict(small, HOSPITAL, evidence, today=TODAY)
    assert [prediction.need for prediction in predictions] == ["mlps-l3", "smart-ward", "data-backup"]
    surprise = _of(predictions, "smart-ward")
    assert surprise.reasons[0].kind == "fact"
    assert "未把这项需求列为" in surprise.reasons[1].text.zh


@pytest.mark.parametrize("need", ["mlps-l3", "data-backup"])
def test_what_would_change_is_what_the_model_then_says(small: Catalogue, need: str) -> None:
    said = [text.zh for text in _of(predict(small, HOSPITAL, today=TODAY), need).would_change]
    changes = {
        "招标公告，会提高到约 {}%": Evidence(facts=(OwnFact(need, date(2025, 11, 22), "tender"),)),
        "确认，会提高到约 {}%": Evidence(feedback=(Feedback(need, confirmations=5),)),
        "否认，会降到约 {}%": Evidence(feedback=(Feedback(need, denials=5),)),
    }
    for wording, evidence in changes.items():
        then = _of(predict(small, HOSPITAL, evidence, today=TODAY), need).likelihood
        assert any(wording.format(round(then * 100)) in sentence for sentence in said), (then, said)


def test_a_wrong_level_is_among_what_would_change(small: Catalogue) -> None:
    said = [text.zh for text in _of(predict(small, HOSPITAL, today=TODAY), "mlps-l3").would_change]
    assert "若该单位实际不属于“三级”，会降到约 70%" in said


@pytest.mark.parametrize("yes", [True, False])
def test_at_the_limits_it_says_so(small: Catalogue, *, yes: bool) -> None:
    many = Feedback("mlps-l3", confirmations=500) if yes else Feedback("mlps-l3", denials=500)
    facts = tuple(OwnFact("mlps-l3", TODAY, "tender") for _ in range(9)) if yes else ()
    counts = () if yes else tuple(ComparableCount("mlps-l3", "region", 900, 0, 3) for _ in range(2))
    prediction = _of(predict(small, HOSPITAL, Evidence(counts, facts, (), (many,)), today=TODAY), "mlps-l3")
    assert prediction.likelihood == (0.98 if yes else 0.02)
    said = " ".join(text.zh for text in prediction.would_change)
    assert ("已到模型上限 98%" if yes else "已到模型下限 2%") in said


def test_every_prediction_of_the_shipped_pack_is_explained_in_both_languages(shipped: Catalogue) -> None:
    for industry in shipped.industries.values():
        for sub in industry.sub_industries:
            predictions = predict(shipped, Profile("甲", industry.code, sub.code), today=TODAY)
            assert len(predictions) >= 10
            likelihoods = [prediction.likelihood for prediction in predictions]
            assert likelihoods == sorted(likelihoods, reverse=True)
            for prediction in predictions:
                assert prediction.reasons[0].kind == "prior"
                assert len(prediction.would_change) >= 2
                for text in [reason.text for reason in prediction.reasons] + list(prediction.would_change):
                    assert text.zh
                    assert text.en


def test_the_same_question_is_answered_from_memory(small: Catalogue) -> None:
    first = predict(small, Profile("甲医院", "healthcare", "hospital"), today=TODAY)
    assert predict(small, Profile("乙医院", "healthcare", "hospital"), today=TODAY) is first
