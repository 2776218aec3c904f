"""The names of public bodies labelled by hand: the file is sound, and the rules read it well."""

from app.features.knowledge.loading import load_pack
from app.features.knowledge.recognise import recognise
from benchmarks.recognition_samples import half_of, labelled_samples

ACCURACY_NEEDED = 0.95


def test_labels_are_codes_of_the_catalogue_and_names_are_unique() -> None:
    industries = load_pack().industries
    samples = labelled_samples()
    assert len(samples) == len({sample.name for sample in samples}) == 300
    for sample in samples:
        industry = industries[sample.industry]
        subs = {sub.code for sub in industry.sub_industries}
        levels = {level.code for level in industry.levels}
        assert sample.sub_industry is None or sample.sub_industry in subs, sample
        assert sample.level is None or sample.level in levels, sample


def test_government_and_police_names_are_read_rightly_in_the_half_not_used_for_tuning() -> None:
    catalogue = load_pack()
    for industry in ("government", "public_security"):
        names = [s for s in labelled_samples() if s.industry == industry and half_of(s.name) == "report"]
        right = sum(recognise(sample.name, catalogue).industry.value == industry for sample in names)
        assert len(names) > 40
        assert right / len(names) >= ACCURACY_NEEDED
