"""Every setting is documented, and unsafe production is refused."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.kit.text import Text
from app.settings import DEVELOPMENT_SECRET, Settings

SAFE = {
    "environment": "production",
    "secret_key": SecretStr("x" * 40),
    "allowed_hosts": ["top.example"],
    "base_url": "https://top.example",
    "smtp_url": SecretStr("smtps://mail.example"),
}


def test_every_setting_is_in_the_documentation() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"`TOP_{name.upper()}`" not in text]
    assert not missing


def test_a_reason_for_closed_cash_out_is_in_both_languages_or_the_same_in_both() -> None:
    def told(reason: str) -> Text | None:
        return Settings(cash_out_closed_because=reason).cash_out_closed

    assert told("还没有牌照。|No licence yet.") == Text(zh="还没有牌照。", en="No licence yet.")
    assert told("还没有牌照。") == Text(zh="还没有牌照。", en="还没有牌照。")
    assert told("") is None


@pytest.mark.statement(69)
def test_safe_production_starts() -> None:
    assert Settings(**SAFE).is_production  # type: ignore[arg-type]


@pytest.mark.statement(69)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": SecretStr(DEVELOPMENT_SECRET)}, "TOP_SECRET_KEY"),
        ({"secret_key": SecretStr("short")}, "TOP_SECRET_KEY"),
        ({"debug": True}, "TOP_DEBUG"),
        ({"allowed_hosts": ["*"]}, "TOP_ALLOWED_HOSTS"),
        ({"allowed_hosts": []}, "TOP_ALLOWED_HOSTS"),
        ({"base_url": "http://top.example"}, "TOP_BASE_URL"),
    ],
)
def test_unsafe_production_is_refused(change: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(**{**SAFE, **change})  # type: ignore[arg-type]


@pytest.mark.statement(69)
def test_production_with_default_hosts_is_refused() -> None:
    without_hosts = {name: value for name, value in SAFE.items() if name != "allowed_hosts"}
    with pytest.raises(ValidationError, match="TOP_ALLOWED_HOSTS"):
        Settings(**without_hosts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"payout_url": "https://pay.example"}, "belong together"),
        ({"payout_url": "http://pay.example", "payout_provider": "acme", "payout_token": "t"}, "https"),
        ({"payout_url": "pay.example", "payout_provider": "acme", "payout_token": "t"}, "https"),
        ({"payout_provider": "Acme!"}, "payout_provider"),
    ],
)
def test_half_a_payout_provider_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(**change)  # type: ignore[arg-type]


def test_a_whole_payout_provider_is_taken() -> None:
    given = {
        "payout_provider": "acme",
        "payout_url": "http://127.0.0.1:9/api",
        "payout_token": SecretStr("t"),
    }
    assert Settings(**given).payout_provider == "acme"  # type: ignore[arg-type]
