"""The flood limit: a token bucket per address, bounded, fair behind proxies."""

from app.web.limits import AddressLimiter, client_address


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def scope(address: str, forwarded: str | None = None) -> dict[str, object]:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"type": "http", "client": (address, 1), "headers": headers}


def test_the_burst_is_allowed_then_the_wait_is_told() -> None:
    clock = Clock()
    limiter = AddressLimiter(rate=2, burst=3, now=clock)
    assert [limiter.take(scope("10.0.0.1")) for _ in range(4)] == [0, 0, 0, 1]
    assert limiter.take(scope("10.0.0.2")) == 0
    clock.seconds += 0.5
    assert limiter.take(scope("10.0.0.1")) == 0
    assert limiter.take(scope("10.0.0.1")) == 1


def test_one_ipv6_network_shares_a_bucket() -> None:
    limiter = AddressLimiter(rate=1, burst=1, now=Clock())
    assert limiter.take(scope("2001:db8::1")) == 0
    assert limiter.take(scope("2001:db8::2")) == 1
    assert limiter.take(scope("2001:db8:0:1::1")) == 0


def test_forwarded_addresses_count_only_behind_trusted_proxies() -> None:
    asked = scope("10.0.0.9", "1.1.1.1, 2.2.2.2")
    assert client_address(asked, trusted_proxies=0) == "10.0.0.9"
    assert client_address(asked, trusted_proxies=1) == "2.2.2.2"
    assert client_address(asked, trusted_proxies=2) == "1.1.1.1"
    assert client_address(scope("10.0.0.9"), trusted_proxies=1) == "10.0.0.9"
