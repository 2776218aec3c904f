"""What the filters accept, and what they say to the rest."""

import pytest

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore.filters import Filters, address, checked, without_leftovers
from app.kit.errors import Invalid


@pytest.mark.parametrize(
    ("filters", "field", "named"),
    [
        (Filters(need="mlps-level3"), "need", "mlps-l3"),
        (Filters(need="等保"), "need", "/api/v1/needs"),
        (Filters(industry="hospital"), "industry", "healthcare"),
        (Filters(province="浙江"), "province", "浙江省"),
        (Filters(industry="finance", level="tertiary"), "level", "city_rural"),
        (Filters(industry="finance", sub_industry="x"), "sub_industry", "bank"),
        (Filters(level="tertiary"), "level", "industry"),
    ],
)
def test_an_unknown_code_is_refused_by_field_and_choices(
    catalogue: Catalogue, filters: Filters, field: str, named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked(filters, catalogue)
    assert refused.value.field == field
    assert named in refused.value.message.zh
    assert named in refused.value.message.en


def test_what_an_earlier_industry_left_in_the_form_is_dropped(catalogue: Catalogue) -> None:
    left = Filters(industry="finance", level="tertiary_a", province="浙江省")
    assert without_leftovers(left, catalogue) == Filters(industry="finance", province="浙江省")
    assert without_leftovers(Filters(level="tertiary_a"), catalogue) == Filters()
    unknown = Filters(industry="finance", level="nonsense")
    assert without_leftovers(unknown, catalogue) == unknown
    kept = Filters(industry="healthcare", level="tertiary_a")
    assert without_leftovers(kept, catalogue) == kept


def test_an_address_carries_what_is_set_alone() -> None:
    assert address("/explore/facts", Filters()) == "/explore/facts"
    narrowed = Filters(need="mlps-l3", province="浙江省", years=3)
    assert address("/explore/facts", narrowed, page=None) == (
        "/explore/facts?need=mlps-l3&province=%E6%B5%99%E6%B1%9F%E7%9C%81&years=3"
    )
    assert Filters("mlps-l3", "healthcare", "a", "b").without("industry") == Filters(need="mlps-l3")
