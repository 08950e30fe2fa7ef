"""Settings: what may be set from outside, by environment variables of the name `CHANCERY_…`."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.logs import Format, Level

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """How this process serves; each field is told in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="CHANCERY_", extra="ignore", frozen=True)

    store: str = Field("sqlite:///chancery.db", description="URL of the store.")
    replica: str | None = Field(
        None,
        description="URL by which questions reach a replica of the store; none: the store answers.",
    )
    replica_wait_seconds: float = Field(
        0.5, ge=0, le=10, description="How long a replica that is behind may take to catch up."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that serve, each kept to a core of its own."
    )
    actor: str = Field(
        "local",
        min_length=1,
        max_length=200,
        description="Who is named as `recorded_by` for what comes in by HTTP or the command line.",
    )
    access: Literal["auto", "open", "required"] = Field(
        "auto",
        description="Whether callers must show who they are; auto: unless this machine alone asks.",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names this service answers to besides the loopback ones, parted by commas.",
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    rate_per_second: float = Field(
        500.0, ge=0, le=1_000_000, description="Requests of one actor a second; 0: no limit."
    )
    session_hours: float = Field(
        12.0, gt=0, le=8_760, description="How long a browser stays signed in."
    )
    metrics_open: bool = Field(False, description="Whether /metrics is answered to anyone.")

    openid_issuer: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#@]+$",
        max_length=150,
        description="OpenID provider whose tokens are good here.",
    )
    openid_audience: str | None = Field(None, description="Whom its tokens must be for.")
    openid_jwks_url: str | None = Field(
        None, description="Where its keys are; none: where its discovery document says."
    )
    openid_algorithms: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Algorithms of signatures that are taken; none: every asymmetric one."
    )
    openid_scopes_claim: str = Field(
        "scope", min_length=1, description="Claim of a token that holds its scopes."
    )

    body_limit_bytes: int = Field(
        2**20, ge=1_024, description="Largest body of a request other than a bulk one."
    )
    bulk_limit_bytes: int = Field(
        64 * 2**20, ge=1_024, description="Largest body of a bulk request."
    )
    connections: int = Field(
        1_000, ge=16, le=1_000_000, description="Connections that may be open at once."
    )
    head_seconds: float = Field(
        10.0, gt=0, le=3_600, description="How long a request's line and headers may take to come."
    )
    body_seconds: float = Field(
        30.0,
        gt=0,
        le=3_600,
        description="How long a body may take to come, and a second more for every 500 bytes.",
    )
    write_seconds: float = Field(
        30.0, gt=0, le=3_600, description="How long a client may take nothing of its answer."
    )
    short_threads: int = Field(
        4, ge=1, le=64, description="Questions that are answered at the same time."
    )
    short_seconds: float = Field(
        30.0, gt=0, le=3_600, description="How long a question may take to be answered."
    )
    long_threads: int = Field(
        2, ge=1, le=16, description="Threads for exports, replays and other long work."
    )
    long_places: int = Field(
        8, ge=1, le=1_000, description="How much long work is let in at the same time."
    )
    long_seconds: float = Field(
        300.0, gt=0, le=86_400, description="How long a piece of long work may take."
    )
    streams: int = Field(500, ge=1, description="Event streams that may be open at once.")
    heartbeat_seconds: float = Field(
        15.0, gt=0, description="Longest silence of an event stream before a comment is sent."
    )

    log_key: Path | None = Field(
        None, description="File of the keys that sign the log's checkpoints; none: none is signed."
    )
    log_heads: Path | None = Field(
        None,
        description="File of what those keys have signed last; none: beside them, `FILE.signed`.",
    )
    checkpoint_seconds: float = Field(
        0.0, ge=0, description="How often a checkpoint is made while serving; 0: only when asked."
    )

    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*[^\s/?#])?$",
        description="Address others know this service by, which links in exports begin with.",
    )

    drain_seconds: float = Field(
        0.0,
        ge=0,
        le=300,
        description="How long new connections are still taken while /readyz says that it stops.",
    )
    stop_seconds: float = Field(
        20.0, gt=0, le=3_600, description="How long requests in flight are waited for at a stop."
    )
    log_format: Format = Field(
        "auto", description="How logs are written; auto: text on a terminal, else JSON."
    )
    log_level: Level = Field("info", description="The least level that is logged.")

    webhooks: bool = Field(True, description="Whether this service delivers the webhooks.")
    webhook_timeout_seconds: float = Field(
        10.0, gt=0, le=600, description="How long a receiver of a webhook may be silent."
    )
    webhook_give_up_days: float = Field(
        5.0, gt=0, description="How long a webhook may fail before it is disabled."
    )
    webhook_private: bool = Field(
        False, description="Whether webhooks may go to this machine and to private networks."
    )

    @field_validator("hosts", "proxies", "openid_algorithms", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        if isinstance(given, str):
            return tuple(name.strip() for name in given.split(",") if name.strip())
        return given

    @field_validator("hosts")
    @classmethod
    def _lowered(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.lower() for name in given)

    @field_validator("proxies")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for address in given:
            ipaddress.ip_network(address)
        return given
