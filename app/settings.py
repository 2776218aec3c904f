"""Every setting, read from the environment (TOP_*) at the entry points and nowhere else."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.kit.text import Text
from search.server import SearchServer

DEVELOPMENT_SECRET = "development-only-not-for-production"  # noqa: S105 - refused in production below
_MIN_SECRET = 32
_PROVIDER_NAME = re.compile(r"[a-z0-9-]{1,20}")
_DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


class Settings(BaseSettings):
    """Refuses to exist when unsafe: see `refuse_unsafe_production`."""

    model_config = SettingsConfigDict(env_prefix="TOP_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets, debug and open hosts"
    )
    var: Path = Field(default=Path("var"), description="directory of everything stored locally")
    database_url: str = Field(default="", description="SQLAlchemy async URL; empty: SQLite in TOP_VAR")
    migration_database_url: SecretStr = Field(
        default=SecretStr(""),
        description="the same PostgreSQL, as the owner of its tables: for migrations; empty: one role",
    )
    database_pool: int = Field(default=5, ge=1, le=50, description="connections per process (PostgreSQL)")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on; PORT is honoured too")
    base_url: str = Field(
        default="", description="public address, used in links; empty: this machine, at TOP_PORT"
    )
    allowed_hosts: list[str] = Field(
        default=["localhost", "127.0.0.1", "[::1]", "testserver"],
        description="Host headers served (JSON list)",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET),
        description="signs cursors and form tokens, seals secrets; 32 characters up",
    )
    secret_key_previous: SecretStr = Field(
        default=SecretStr(""), description="the former TOP_SECRET_KEY: what it sealed still opens"
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtp://user:password@host:587 or smtps://…; empty: mails are files in TOP_VAR/outbox",
    )
    mail_from: str = Field(default="ToP <top@localhost>", description="sender of mails")
    audit_export: Path | None = Field(
        default=None,
        description="where the daily head of the audit trail goes: a directory nobody here can rewrite",
    )
    tombstones: Path | None = Field(
        default=None,
        description="list of the erased, replayed at each start: keep it apart from backups of the database; "
        "empty: TOP_VAR/tombstones.jsonl",
    )
    debug: bool = Field(default=False, description="the style guide at /styleguide")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="lowest level logged"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="shape of a log line; auto: console on a terminal, json elsewhere"
    )
    reads_per_second: float = Field(default=20, gt=0, description="reads a second per address, on average")
    reads_burst: int = Field(default=120, ge=1, description="reads an address may make at once")
    reports_per_hour: int = Field(
        default=10, ge=1, description="corrections and objections an address may send in an hour"
    )
    registrations_per_hour: int = Field(
        default=20, ge=1, description="registrations an address may send in an hour"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="reverse proxies whose X-Forwarded-For entry counts"
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="bearer token for /metrics; empty: only from this machine"
    )
    payment_secrets: dict[str, SecretStr] = Field(
        default={},
        description='secret of each payment provider that may send events (JSON: {"name": "secret"}); '
        "32 characters up",
    )
    payment_provider: str = Field(
        default="",
        pattern=r"^[a-z0-9-]{0,20}$",
        description="where companies top up, one of those in TOP_PAYMENT_SECRETS; empty: by bank transfer",
    )
    payment_url: str = Field(default="", description="address of the payment provider's API")
    payment_token: SecretStr = Field(default=SecretStr(""), description="our bearer token there")
    payout_provider: str = Field(
        default="", pattern=r"^[a-z0-9-]{0,20}$", description="who pays out; empty: staff, by hand"
    )
    payout_url: str = Field(default="", description="address of the payout provider's API")
    payout_token: SecretStr = Field(default=SecretStr(""), description="our bearer token there")
    seal_export: Path | None = Field(
        default=None, description="directory, best on another machine, for the chain values of ledger seals"
    )
    cash_out_closed_because: str = Field(
        default="平台还没有签约的付款机构。|No payout provider is under contract yet.",
        max_length=300,
        description="why companies cannot have earnings paid out, shown to them: Chinese|English, or one for "
        "both; empty: they can",
    )
    worker: Literal["embedded", "separate"] = Field(
        default="embedded",
        description="embedded: background work in the web process; separate: topctl worker",
    )

    search_engine: Literal["embedded", "meilisearch"] = Field(
        default="embedded", description="embedded: an index in TOP_VAR; meilisearch: a server"
    )
    meili_url: str = Field(default="", description="address of the Meilisearch server")
    meili_key: SecretStr = Field(default=SecretStr(""), description="its key for writing the indexes")
    meili_search_key: SecretStr = Field(
        default=SecretStr(""), description="its key for searching alone; empty: TOP_MEILI_KEY does both"
    )
    meili_prefix: str = Field(
        default="top_", pattern=r"^[a-z0-9_-]{1,40}$", description="begins the names of our indexes there"
    )

    @field_validator("audit_export", "seal_export", "tombstones", mode="before")
    @classmethod
    def take_empty_for_none(cls, value: object) -> object:
        return value or None

    @field_validator("database_url")
    @classmethod
    def refuse_other_databases(cls, value: str) -> str:
        if value and not value.startswith(_DATABASES):
            raise ValueError("must begin with " + " or ".join(_DATABASES))
        return value

    @model_validator(mode="after")
    def refuse_an_owner_of_another_database(self) -> Self:
        url = self.migration_database_url.get_secret_value()
        if url and not (url.startswith(_DATABASES[1]) and self.database_url.startswith(_DATABASES[1])):
            raise ValueError("TOP_MIGRATION_DATABASE_URL is for PostgreSQL, in TOP_DATABASE_URL as well")
        return self

    @field_validator("payment_secrets")
    @classmethod
    def refuse_weak_payment_secrets(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            if not _PROVIDER_NAME.fullmatch(name):
                raise ValueError("a provider's name has 1 to 20 of a-z, 0-9 and -")
            if len(secret.get_secret_value()) < _MIN_SECRET:
                raise ValueError(f"the secret of {name} must have {_MIN_SECRET} characters or more")
        return value

    @model_validator(mode="after")
    def refuse_half_a_provider(self) -> Self:
        _refuse_half("PAYOUT", self.payout_provider, self.payout_url, self.payout_token)
        _refuse_half("PAYMENT", self.payment_provider, self.payment_url, self.payment_token)
        if self.payment_provider and self.payment_provider not in self.payment_secrets:
            raise ValueError("TOP_PAYMENT_SECRETS must have the secret of TOP_PAYMENT_PROVIDER")
        return self

    @field_validator("smtp_url")
    @classmethod
    def refuse_other_mail_servers(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value() and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("must be an address that begins with smtp:// or smtps://")
        return value

    @field_validator("meili_url")
    @classmethod
    def refuse_half_an_address(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("must be an address that begins with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def refuse_half_an_engine(self) -> Self:
        if self.search_engine == "meilisearch":
            given = {"TOP_MEILI_URL": self.meili_url, "TOP_MEILI_KEY": self.meili_key.get_secret_value()}
            missing = " and ".join(name for name, value in given.items() if not value)
            if missing:
                raise ValueError(f"TOP_SEARCH_ENGINE is meilisearch, so {missing} must be set")
        return self

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> Self:
        if self.environment != "production":
            return self
        problems = []
        secret = self.secret_key.get_secret_value()
        if secret == DEVELOPMENT_SECRET or len(secret) < _MIN_SECRET:
            problems.append(f"TOP_SECRET_KEY must be set, {_MIN_SECRET} characters or more")
        token = self.metrics_token.get_secret_value()
        if token and len(token) < _MIN_SECRET:
            problems.append(f"TOP_METRICS_TOKEN must have {_MIN_SECRET} characters or more")
        if not self.smtp_url.get_secret_value():
            problems.append("TOP_SMTP_URL must name the mail server")
        if self.debug:
            problems.append("TOP_DEBUG must be off")
        if not self.allowed_hosts or any("*" in host for host in self.allowed_hosts) or self._hosts_unset:
            problems.append("TOP_ALLOWED_HOSTS must name the hosts served, without *")
        if not self.base_url.startswith("https://"):
            problems.append("TOP_BASE_URL must be the public https address")
        if self.search_engine == "meilisearch" and not _is_private(self.meili_url):
            problems.append("TOP_MEILI_URL must be https, or on this machine")
        if problems:
            raise ValueError("unsafe in production: " + "; ".join(problems))
        return self

    @property
    def _hosts_unset(self) -> bool:
        return "allowed_hosts" not in self.model_fields_set

    @property
    def public_address(self) -> str:
        """Without a slash at its end."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def cash_out_closed(self) -> Text | None:
        """None: earnings can be paid out."""
        zh, _, en = self.cash_out_closed_because.partition("|")
        return Text(zh=zh.strip(), en=(en or zh).strip()) if zh.strip() else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The current one first."""
        known = (self.secret_key.get_secret_value(), self.secret_key_previous.get_secret_value())
        return tuple(secret for secret in known if secret)

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.var.resolve() / 'top.db'}"

    @property
    def effective_tombstones(self) -> Path:
        return self.tombstones or self.var / "tombstones.jsonl"

    @property
    def owner_database_url(self) -> str:
        """For what changes the schema."""
        return self.migration_database_url.get_secret_value() or self.effective_database_url

    @property
    def search_place(self) -> Path | SearchServer:
        """Where the search engine is, for `search.build_engine`."""
        if self.search_engine == "embedded":
            return self.var / "search"
        return SearchServer(
            self.meili_url,
            write_key=self.meili_key.get_secret_value(),
            search_key=self.meili_search_key.get_secret_value(),
            prefix=self.meili_prefix,
        )

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def _refuse_half(kind: str, name: str, url: str, token: SecretStr) -> None:
    given = (name, url, token.get_secret_value())
    if any(given) and not all(given):
        raise ValueError(f"TOP_{kind}_PROVIDER, TOP_{kind}_URL and TOP_{kind}_TOKEN belong together")
    if url and not _is_private(url):
        raise ValueError(f"TOP_{kind}_URL must be https, or on this machine")


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = urlsplit(url)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
