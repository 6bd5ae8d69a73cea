"""Settings, read once from the environment: every fault is reported at once, and production refuses what is not safe.

`.env.example` lists every name with its meaning; a test holds it to `SETTINGS`.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from backend.infra.key_making import SANDBOX_SECRET_PREFIX

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOCAL_SUFFIXES: Final = (".localhost", ".local", ".test", ".invalid", ".example", ".internal")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class SecondStepPolicy(StrEnum):
    """Whether staff must sign in with a code as well."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class SettingsFault(ValueError):
    """The settings cannot be used. ``faults`` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to another. ``repr`` hides what may hold a password."""

    environment: Environment
    mongodb_uri: str = field(repr=False)
    public_url: str
    keys_dir: Path
    public_dir: Path
    site_dir: Path
    status_uri_base: str
    vneid_authorize_url: str
    vneid_token_url: str
    vneid_userinfo_url: str
    vneid_client_id: str
    vneid_client_secret_file: Path
    vneid_key_file: Path
    registries_url: str
    registries_key_file: Path | None
    registries_signer_file: Path | None
    push_subject: str
    push_extra_hosts: tuple[str, ...]
    log_level: str
    host: str
    port: int
    tls_cert_file: Path | None
    tls_key_file: Path | None
    workers: int
    threads: int
    jobs_health_port: int
    trusted_proxies: tuple[str, ...]
    staff_totp: SecondStepPolicy
    clock_offset_file: Path | None

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Reads and checks all settings.

        Raises:
            SettingsFault: with every fault found, not just the first.
        """
        values: dict[str, Any] = {}
        faults: list[str] = []
        for setting in SETTINGS:
            text = env.get(setting.name, "").strip() or setting.default
            if text is None:
                faults.append(f"{setting.name} is missing")
                continue
            try:
                values[setting.field] = setting.read(text)
            except ValueError as fault:
                faults.append(f"{setting.name}: {fault}")
        if bool(values.get("tls_cert_file")) != bool(values.get("tls_key_file")):
            faults.append("CONGDAN_TLS_CERT_FILE and CONGDAN_TLS_KEY_FILE: both or neither")
        registries = ("registries_url", "registries_key_file", "registries_signer_file")
        if len({bool(values.get(name)) for name in registries}) > 1:
            faults.append("CONGDAN_REGISTRIES_URL, _KEY_FILE and _SIGNER_FILE: all three or none")
        if values.get("environment") is Environment.PRODUCTION:
            faults += _production_faults(values)
        if faults:
            raise SettingsFault(faults)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, the field it fills, how it is read, its default (None: required)."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: str | None = None


def _url(text: str) -> str:
    parts = _split(text)
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address without query, fragment or user")
    return text


def _optional_url(text: str) -> str:
    return _url(text) if text else ""


def _origin(text: str) -> str:
    parts = _split(text)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise ValueError("must be scheme://host[:port] and nothing after it")
    return f"{parts.scheme}://{parts.netloc}"


def _base(text: str) -> str:
    return _url(text).rstrip("/")


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    return parts


def _mongodb_uri(text: str) -> str:
    if not text.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must begin with mongodb:// or mongodb+srv://")
    return text


def _push_subject(text: str) -> str:
    # RFC 8292 2.1: a contact of the sender; Apple refuses anything else.
    if not text.startswith(("mailto:", "https://")):
        raise ValueError("must be a mailto: or https: address")
    return text


def _environment(text: str) -> Environment:
    try:
        return Environment(text)
    except ValueError as unknown:
        raise ValueError(f"must be one of {', '.join(Environment)}") from unknown


def _second_step(text: str) -> SecondStepPolicy:
    try:
        return SecondStepPolicy(text)
    except ValueError as unknown:
        raise ValueError(f"must be one of {', '.join(SecondStepPolicy)}") from unknown


def _proxies(text: str) -> tuple[str, ...]:
    # Whoever is believed about where a request comes from decides whose failures are counted: addresses, not names.
    found = _names(text)
    for address in found:
        if ipaddress.ip_network(address).prefixlen == 0:
            raise ValueError("must name proxies, not everybody")
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _optional_file(text: str) -> Path | None:
    return Path(text) if text else None


def _optional_path(text: str) -> Path | None:
    return Path(text) if text else None


def _log_level(text: str) -> str:
    if text.upper() not in _LEVELS:
        raise ValueError(f"must be one of {', '.join(_LEVELS)}")
    return text.upper()


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


SETTINGS: Final = (
    Setting("CONGDAN_ENV", "environment", _environment, "development"),
    Setting("MONGODB_URI", "mongodb_uri", _mongodb_uri),
    Setting("CONGDAN_PUBLIC_URL", "public_url", _origin),
    Setting("CONGDAN_KEYS_DIR", "keys_dir", Path),
    Setting("CONGDAN_PUBLIC_DIR", "public_dir", Path),
    Setting("CONGDAN_SITE_DIR", "site_dir", Path),
    Setting("CONGDAN_STATUS_URI_BASE", "status_uri_base", _base),
    Setting("CONGDAN_VNEID_AUTHORIZE_URL", "vneid_authorize_url", _url),
    Setting("CONGDAN_VNEID_TOKEN_URL", "vneid_token_url", _url),
    Setting("CONGDAN_VNEID_USERINFO_URL", "vneid_userinfo_url", _url),
    Setting("CONGDAN_VNEID_CLIENT_ID", "vneid_client_id", str),
    Setting("CONGDAN_VNEID_CLIENT_SECRET_FILE", "vneid_client_secret_file", Path),
    Setting("CONGDAN_VNEID_KEY_FILE", "vneid_key_file", Path),
    Setting("CONGDAN_REGISTRIES_URL", "registries_url", _optional_url, ""),
    Setting("CONGDAN_REGISTRIES_KEY_FILE", "registries_key_file", _optional_path, ""),
    Setting("CONGDAN_REGISTRIES_SIGNER_FILE", "registries_signer_file", _optional_path, ""),
    Setting("CONGDAN_PUSH_SUBJECT", "push_subject", _push_subject),
    Setting("CONGDAN_PUSH_EXTRA_HOSTS", "push_extra_hosts", _names, ""),
    Setting("CONGDAN_LOG_LEVEL", "log_level", _log_level, "INFO"),
    Setting("CONGDAN_HOST", "host", str, "127.0.0.1"),
    Setting("CONGDAN_PORT", "port", _number(1, 65_535), "8000"),
    Setting("CONGDAN_TLS_CERT_FILE", "tls_cert_file", _optional_file, ""),
    Setting("CONGDAN_TLS_KEY_FILE", "tls_key_file", _optional_file, ""),
    Setting("CONGDAN_WORKERS", "workers", _number(1, 256), "1"),
    Setting("CONGDAN_THREADS", "threads", _number(1, 256), "8"),
    Setting("CONGDAN_JOBS_HEALTH_PORT", "jobs_health_port", _number(1, 65_535), "8005"),
    Setting("CONGDAN_TRUSTED_PROXIES", "trusted_proxies", _proxies, ""),
    Setting("CONGDAN_STAFF_TOTP", "staff_totp", _second_step, "required"),
    Setting("CONGDAN_CLOCK_OFFSET_FILE", "clock_offset_file", _optional_path, ""),
)
"""Every setting there is, in the order of `.env.example`."""


def _production_faults(values: Mapping[str, Any]) -> list[str]:
    """What is fine on a developer's machine and not before citizens (house.md, decision 9)."""
    faults = [
        f"{setting.name}: production needs an https address that is not a sandbox"
        for setting in SETTINGS
        if setting.read in {_url, _optional_url, _origin, _base}
        and values.get(setting.field)
        and _is_sandbox(values[setting.field])
    ]
    if values.get("push_extra_hosts"):
        faults.append("CONGDAN_PUSH_EXTRA_HOSTS: production sends to the known push services only")
    if values.get("clock_offset_file"):
        faults.append("CONGDAN_CLOCK_OFFSET_FILE: production has the right time")
    if values.get("staff_totp") is SecondStepPolicy.OPTIONAL:
        faults.append("CONGDAN_STAFF_TOTP: production requires the second step of every member of staff")
    secret_file = values.get("vneid_client_secret_file")
    if secret_file is not None:
        faults += _secret_faults(secret_file)
    return faults


def _is_sandbox(address: str) -> bool:
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or host == "localhost" or host.endswith(_LOCAL_SUFFIXES) or "." not in host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _secret_faults(path: Path) -> list[str]:
    name = "CONGDAN_VNEID_CLIENT_SECRET_FILE"
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError:
        return [f"{name}: the file cannot be read"]
    if not secret or secret.startswith(SANDBOX_SECRET_PREFIX):
        return [f"{name}: production needs the secret that VNeID gave, not a made-up one"]
    return []
