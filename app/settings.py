"""Every setting, read from the environment (TOP_*) at the entry points and nowhere else."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-not-for-production"  # noqa: S105 - refused in production below
_MIN_SECRET = 32
_DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


class Settings(BaseSettings):
    """Refuses to exist when unsafe: see `refuse_unsafe_production`."""

    model_config = SettingsConfigDict(env_prefix="TOP_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets, debug and open hosts"
    )
    var: Path = Field(default=Path("var"), description="directory of everything stored locally")
    database_url: str = Field(default="", description="SQLAlchemy async URL; empty: SQLite in TOP_VAR")
    database_pool: int = Field(default=5, ge=1, le=50, description="connections per process (PostgreSQL)")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on; PORT is honoured too")
    base_url: str = Field(default="http://localhost:8000", description="public address, used in links")
    allowed_hosts: list[str] = Field(
        default=["localhost", "127.0.0.1", "[::1]", "testserver"],
        description="Host headers served (JSON list)",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET), description="signs list cursors; 32 characters up"
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
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="reverse proxies whose X-Forwarded-For entry counts"
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="bearer token for /metrics; empty: only from this machine"
    )
    worker: Literal["embedded", "separate"] = Field(
        default="embedded",
        description="embedded: background work in the web process; separate: topctl worker",
    )

    @field_validator("database_url")
    @classmethod
    def refuse_other_databases(cls, value: str) -> str:
        if value and not value.startswith(_DATABASES):
            raise ValueError("must begin with " + " or ".join(_DATABASES))
        return value

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
        if self.debug:
            problems.append("TOP_DEBUG must be off")
        if not self.allowed_hosts or any("*" in host for host in self.allowed_hosts) or self._hosts_unset:
            problems.append("TOP_ALLOWED_HOSTS must name the hosts served, without *")
        if not self.base_url.startswith("https://"):
            problems.append("TOP_BASE_URL must be the public https address")
        if problems:
            raise ValueError("unsafe in production: " + "; ".join(problems))
        return self

    @property
    def _hosts_unset(self) -> bool:
        return "allowed_hosts" not in self.model_fields_set

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.var.resolve() / 'top.db'}"

    @property
    def search_directory(self) -> Path:
        return self.var / "search"

    @property
    def is_production(self) -> bool:
        return self.environment == "production"
