"""Token buckets for anonymous readers, per address, bounded in memory."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import Scope

_MAX_ADDRESSES = 50_000  # about 10 MB; beyond it the longest unseen address is forgotten


class AddressLimiter:
    """`rate` tokens a second up to `burst`, for each IPv4 address or IPv6 /64."""

    def __init__(
        self, *, rate: float, burst: int, trusted_proxies: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._trusted_proxies = trusted_proxies
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, scope: Scope, *, tokens: int = 1) -> int:
        """Spend tokens of the caller's address. Returns 0, or the whole seconds to wait.

        Who has one left may spend more than that, and then waits the longer: no request is too dear for ever.
        """
        address = network(client_address(scope, trusted_proxies=self._trusted_proxies))
        now = self._now()
        left, seen = self._buckets.pop(address, (float(self._burst), now))
        left = min(self._burst, left + (now - seen) * self._rate)
        allowed = left >= 1
        self._buckets[address] = (left - tokens if allowed else left, now)
        if len(self._buckets) > _MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) / self._rate))


def client_address(scope: Scope, *, trusted_proxies: int) -> str:
    """The caller's address; with N trusted proxies, the N-th X-Forwarded-For entry from the right."""
    direct = scope["client"][0] if scope.get("client") else "unknown"
    if not trusted_proxies:
        return str(direct)
    forwarded = [
        part.strip() for part in Headers(scope=scope).get("x-forwarded-for", "").split(",") if part.strip()
    ]
    return forwarded[-trusted_proxies] if len(forwarded) >= trusted_proxies else str(direct)


@lru_cache(4_096)
def network(address: str, *, v4: int = 32, v6: int = 64) -> str:
    """What an address is told apart by: for limits a single IPv4 address or an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, v6), strict=False))
    return str(parsed) if v4 == 32 else str(ipaddress.ip_network((parsed, v4), strict=False))
