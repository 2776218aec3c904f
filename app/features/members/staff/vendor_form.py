"""What staff type to declare their vendor, as a clean value."""

from collections.abc import Mapping

from app.features.members.models import VENDOR_LENGTH
from app.features.members.staff.vendor import INDEPENDENT
from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import clean_text

_LABEL = Text(zh="厂商名称", en="Name of the vendor")


def vendor_from(given: Mapping[str, str]) -> str:
    """`works_for` is `vendor` or `none`. Raises Invalid naming the field."""
    if given.get("works_for") == "none":
        return INDEPENDENT
    if given.get("works_for") != "vendor":
        raise Invalid(
            Text(zh="请选择一项：所属厂商，或不属于任何厂商。", en="Choose one: a vendor, or none."),
            field="works_for",
        )
    return clean_text(
        given.get("vendor", ""), field="vendor", label=_LABEL, max_length=VENDOR_LENGTH, required=True
    )
