"""Settings: the only reader of the environment. Each is in `.env.example` with a line of why; a test keeps the two equal."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.wrong_use import SettingWrong
from mat.concerns.retention import LEAST_DAYS, MOST_DAYS, RETENTION_DAYS
from scheduler.outcomes import Waits
from scheduler.pace import Limits

MAIN_STORE = "matbot.db"
STORES = re.compile(r"(sqlite|postgresql)(\+\w+)?://")
"""How the address of a main store begins."""


class Transport(StrEnum):
    """How Slack reaches the bot: over a socket that the bot opens, or by HTTP requests to an address that Slack can reach."""

    SOCKET = "socket"
    HTTP = "http"


class Settings(BaseSettings):
    """What whoever runs the bot decides. Frozen; secrets never show in a representation."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"

    data_dir: Annotated[Path, Field(validation_alias="MAT_DATA_DIR")] = Path("data")
    key_dir_setting: Annotated[Path | None, Field(validation_alias="MAT_KEY_DIR")] = None
    database_url_setting: Annotated[SecretStr, Field(validation_alias="MAT_DATABASE_URL")] = SecretStr("")
    admins: Annotated[frozenset[str], NoDecode, Field(validation_alias="MAT_ADMINS")] = frozenset()
    transport: Annotated[Transport, Field(validation_alias="MAT_TRANSPORT")] = Transport.SOCKET
    http_host: Annotated[str, Field(validation_alias="MAT_HTTP_HOST")] = "127.0.0.1"
    port: Annotated[int, Field(validation_alias="MAT_PORT", ge=0, le=65535)] = 8025
    log_level: Annotated[str, Field(validation_alias="MAT_LOG_LEVEL")] = "INFO"
    disk_free_mb: Annotated[int, Field(validation_alias="MAT_DISK_FREE_MB", ge=0)] = 500
    concern_retention_days: Annotated[
        int, Field(validation_alias="MAT_CONCERN_RETENTION_DAYS", ge=LEAST_DAYS, le=MOST_DAYS)
    ] = RETENTION_DAYS
    alive_url: Annotated[SecretStr, Field(validation_alias="MAT_ALIVE_URL")] = SecretStr("")

    posts_a_minute: Annotated[int, Field(validation_alias="MAT_POSTS_A_MINUTE", ge=1)] = Limits().a_minute
    channel_gap: Annotated[float, Field(validation_alias="MAT_CHANNEL_GAP_SECONDS", ge=0)] = Waits().channel_gap
    looks: Annotated[tuple[float, ...], NoDecode, Field(validation_alias="MAT_LOOK_SECONDS", min_length=1)] = (
        Waits().looks
    )
    blind: Annotated[float, Field(validation_alias="MAT_BLIND_SECONDS", ge=0)] = Waits().blind
    heartbeat: Annotated[float, Field(validation_alias="MAT_HEARTBEAT_SECONDS", gt=0)] = Waits().heartbeat
    stalled: Annotated[float, Field(validation_alias="MAT_STALLED_SECONDS", gt=0)] = Waits().stalled
    lease: Annotated[float, Field(validation_alias="MAT_LEASE_SECONDS", gt=0)] = Waits().lease

    @field_validator("looks", mode="before")
    @classmethod
    def _split_looks(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("database_url_setting")
    @classmethod
    def _is_known(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not STORES.match(value.get_secret_value()):
            raise ValueError
        return value

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: object) -> object:
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", mode="before")
    @classmethod
    def _strip(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _end_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @property
    def tokens(self) -> dict[str, str]:
        """What this transport cannot do without: setting → its value, empty where it is not set."""
        proof = {"SLACK_APP_TOKEN": self.slack_app_token}
        if self.transport is Transport.HTTP:
            proof = {"SLACK_SIGNING_SECRET": self.slack_signing_secret}
        needed = {"SLACK_BOT_TOKEN": self.slack_bot_token} | proof
        return {name: secret.get_secret_value().strip() for name, secret in needed.items()}

    @property
    def database_url(self) -> str:
        """The main store: `MAT_DATABASE_URL`, else a SQLite file in the data folder."""
        return self.database_url_setting.get_secret_value() or f"sqlite:///{self.data_dir / MAIN_STORE}"

    @property
    def waits(self) -> Waits:
        """How long the couriers wait for what."""
        return Waits(
            looks=self.looks,
            blind=self.blind,
            channel_gap=self.channel_gap,
            heartbeat=self.heartbeat,
            stalled=self.stalled,
            lease=self.lease,
        )

    @property
    def limits(self) -> Limits:
        """How much the couriers send at once."""
        return Limits(a_minute=self.posts_a_minute)

    @property
    def key_dir(self) -> Path:
        """The folder of the concern keys: `MAT_KEY_DIR`, else `keys` beside the data folder, never inside it."""
        return self.key_dir_setting or self.data_dir.with_name(f"{self.data_dir.name}-keys")


def read_settings() -> Settings:
    """The settings from the environment and `.env`. Raises `SettingWrong`, which names the setting and never shows its value."""
    try:
        return Settings()
    except ValidationError as wrong:
        # `from None`: pydantic's error may quote a secret.
        names = sorted({str(part).upper() for error in wrong.errors() for part in error["loc"][:1]})
        raise SettingWrong(names=" and ".join(names)) from None
