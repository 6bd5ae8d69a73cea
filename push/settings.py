"""Settings of the push process, read once at start; every fault is reported, not only the first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LEASE_S: Final = 60
"""After a crash its messages wait so long; it must be longer than a push service may take to answer."""
PRODUCTION: Final = "production"
_ENVIRONMENTS: Final = ("development", "test", PRODUCTION)
_LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
# RFC 8292 2.1 wants a mailto: or https: contact; Apple answers 403 BadJwtToken to anything else.
_SUBJECT: Final = re.compile(r"(mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://[\w-]+(\.[\w-]+)+)", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9.-]+", re.ASCII)


class SettingsFault(ValueError):
    """The environment cannot be used; ``faults`` says all that is wrong with it, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """``workers`` messages are sent at once; a claimed message is ours for ``lease_s`` seconds."""

    env: str
    mongodb_uri: str = field(repr=False)
    public_url: str
    vapid_file: Path
    subject: str
    extra_hosts: tuple[str, ...]
    log_level: str
    health_port: int | None
    clock_offset_file: Path | None = None
    workers: int = 8
    lease_s: int = LEASE_S
    poll_s: float = 0.5
    timeout_s: float = 10.0

    @classmethod
    def from_env(cls, env: Mapping[str, str], health_port: int | None = None, lease_s: int = LEASE_S) -> "Settings":
        """Settings out of environment variables.

        Raises:
            SettingsFault: with every fault found.
        """
        faults: list[str] = []
        name = _one_of(env, "CONGDAN_ENV", "development", _ENVIRONMENTS, faults)
        vapid_file = Path(_needed(env, "CONGDAN_KEYS_DIR", faults)) / "vapid.pem"
        if env.get("CONGDAN_KEYS_DIR") and not vapid_file.is_file():
            faults.append(f"{vapid_file} is missing: run `congdan keys init`")
        settings = cls(
            env=name,
            mongodb_uri=_needed(env, "MONGODB_URI", faults),
            public_url=_public_url(env, name, faults),
            vapid_file=vapid_file,
            subject=_subject(env, faults),
            extra_hosts=_extra_hosts(env, name, faults),
            log_level=_one_of(env, "CONGDAN_LOG_LEVEL", "INFO", _LOG_LEVELS, faults),
            health_port=health_port,
            lease_s=lease_s,
            clock_offset_file=_clock_offset_file(env, name, faults),
        )
        if lease_s <= settings.timeout_s:
            faults.append(f"--lease must be longer than the {settings.timeout_s:.0f} s that a push service may take")
        if faults:
            raise SettingsFault(faults)
        return settings


def _needed(env: Mapping[str, str], key: str, faults: list[str]) -> str:
    value = env.get(key, "").strip()
    if not value:
        faults.append(f"{key} is not set")
    return value


def _one_of(env: Mapping[str, str], key: str, default: str, allowed: tuple[str, ...], faults: list[str]) -> str:
    value = env.get(key, "").strip() or default
    if value not in allowed:
        faults.append(f"{key} must be one of {', '.join(allowed)}")
    return value


def _public_url(env: Mapping[str, str], name: str, faults: list[str]) -> str:
    value = _needed(env, "CONGDAN_PUBLIC_URL", faults).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path):
        faults.append("CONGDAN_PUBLIC_URL must be an origin such as https://congdan.example")
    elif name == PRODUCTION and parts.scheme != "https":
        faults.append("CONGDAN_PUBLIC_URL must be https in production")
    return value


def _subject(env: Mapping[str, str], faults: list[str]) -> str:
    value = _needed(env, "CONGDAN_PUSH_SUBJECT", faults)
    if value and not _SUBJECT.fullmatch(value):
        faults.append("CONGDAN_PUSH_SUBJECT must be mailto:<address> or https://<host> (RFC 8292 2.1)")
    return value


def _clock_offset_file(env: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    value = env.get("CONGDAN_CLOCK_OFFSET_FILE", "").strip()
    if value and name == PRODUCTION:
        faults.append("CONGDAN_CLOCK_OFFSET_FILE must be empty in production")
    return Path(value) if value else None


def _extra_hosts(env: Mapping[str, str], name: str, faults: list[str]) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in env.get("CONGDAN_PUSH_EXTRA_HOSTS", "").split(",") if part.strip())
    faults.extend(f"CONGDAN_PUSH_EXTRA_HOSTS: {host!r} is no host name" for host in hosts if not _HOST.fullmatch(host))
    if hosts and name == PRODUCTION:
        faults.append("CONGDAN_PUSH_EXTRA_HOSTS must be empty in production")
    return hosts
