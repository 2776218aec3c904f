"""The fixed vocabularies of a profile. Industries belong to a higher room: the entry point hands them over,
and a profile keeps their codes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from app.db.engine import ReadSession
from app.kit.places import PROVINCE_NAMES
from app.kit.text import Text

TYPES: Mapping[str, Text] = {
    "si": Text(zh="系统集成商", en="System integrator"),
    "isv": Text(zh="软件开发商", en="Software vendor (ISV)"),
    "var": Text(zh="增值代理商", en="Value-added reseller"),
    "msp": Text(zh="运维服务商", en="Managed service provider"),
    "distributor": Text(zh="分销商", en="Distributor"),
    "service": Text(zh="咨询与服务", en="Consulting and services"),
}
SIZES: Mapping[str, Text] = {
    "1-9": Text(zh="1–9 人", en="1–9 people"),
    "10-49": Text(zh="10–49 人", en="10–49 people"),
    "50-199": Text(zh="50–199 人", en="50–199 people"),
    "200-999": Text(zh="200–999 人", en="200–999 people"),
    "1000+": Text(zh="1000 人以上", en="1,000 people or more"),
}

LoadVerticals = Callable[[ReadSession], Awaitable[Mapping[str, Text]]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All choices of a profile, by field; regions are provinces, as the registry names them."""

    verticals: Mapping[str, Text]
    types: Mapping[str, Text] = field(default_factory=lambda: TYPES)
    sizes: Mapping[str, Text] = field(default_factory=lambda: SIZES)
    regions: Mapping[str, Text] = field(default_factory=lambda: PROVINCE_NAMES)
