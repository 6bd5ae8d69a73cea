"""The settings of a city that runs on this machine (docs/architecture.md, section 7; .env.example)."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.supervise.database import embedded_uri
from scripts.supervise.ports import LOOPBACK, Ports

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "pwa"
SETTINGS_FILE = "settings.env"


@dataclass(frozen=True, slots=True)
class Lan:
    """Where phones reach the city, and the certificates for it (``scripts/lan``, ``DATA/lan``)."""

    address: str
    authority: Path
    chain: Path
    key: Path

    def env(self, ports: Ports) -> dict[str, str]:
        return {
            "CONGDAN_PUBLIC_URL": f"https://{self.address}:{ports.app}",
            "CONGDAN_VNEID_AUTHORIZE_URL": f"https://{self.address}:{ports.vneid}/authorize",
            "CONGDAN_HOST": self.address,
            "CONGDAN_PORT": str(ports.app),
            "CONGDAN_TLS_CERT_FILE": str(self.chain),
            "CONGDAN_TLS_KEY_FILE": str(self.key),
        }


def city_env(
    data: Path, ports: Ports, extra: Mapping[str, str] | None = None, lan: Lan | None = None
) -> dict[str, str]:
    """Settings for every process of the stack.

    What the caller's environment already sets wins, except over the addresses of ``lan``; ``extra`` over all.
    """
    public_url = f"http://localhost:{ports.app}"
    vneid = f"http://localhost:{ports.vneid}"
    own = {
        "CONGDAN_ENV": "development",
        "MONGODB_URI": embedded_uri(ports.database),
        "CONGDAN_PUBLIC_URL": public_url,
        "CONGDAN_KEYS_DIR": str(data / "keys"),
        "CONGDAN_PUBLIC_DIR": str(data / "public"),
        "CONGDAN_SITE_DIR": str(SITE),
        # The name of the status lists inside credentials: it never changes, whatever address the city has today.
        "CONGDAN_STATUS_URI_BASE": "https://congdan.example/s",
        "CONGDAN_VNEID_AUTHORIZE_URL": f"{vneid}/authorize",
        "CONGDAN_VNEID_TOKEN_URL": f"http://{LOOPBACK}:{ports.vneid}/token",
        "CONGDAN_VNEID_USERINFO_URL": f"http://{LOOPBACK}:{ports.vneid}/userinfo",
        "CONGDAN_VNEID_CLIENT_ID": "congdan",
        "CONGDAN_VNEID_CLIENT_SECRET_FILE": str(data / "keys" / "vneid-client.secret"),
        "CONGDAN_VNEID_KEY_FILE": str(data / "keys" / "vneid.pem"),
        "CONGDAN_REGISTRIES_URL": f"http://{LOOPBACK}:{ports.registries}",
        "CONGDAN_REGISTRIES_KEY_FILE": str(data / "keys" / "registries-client.pem"),
        "CONGDAN_REGISTRIES_SIGNER_FILE": str(data / "keys" / "registries-signer.pem"),
        "CONGDAN_PUSH_SUBJECT": "mailto:congdan@danang.example",
        "CONGDAN_LOG_LEVEL": "INFO",
        "CONGDAN_HOST": LOOPBACK,
        "CONGDAN_PORT": str(ports.app),
        "CONGDAN_WORKERS": "1",
        "CONGDAN_THREADS": "8",
        "CONGDAN_JOBS_HEALTH_PORT": str(ports.jobs),
        # The demonstration shows both: some of its staff sign in with a code, some do not.
        "CONGDAN_STAFF_TOTP": "optional",
        "PYTHONUNBUFFERED": "1",
    }
    return {**own, **os.environ, **(lan.env(ports) if lan else {}), **(extra or {})}


def write_settings(data: Path, env: Mapping[str, str]) -> None:
    """``DATA/settings.env``: what ``scripts/congdan --data DATA`` reads, so that it acts on this very city.

    For its owner alone: the address of a database may hold a password.
    """
    settings = {name: value for name, value in env.items() if name == "MONGODB_URI" or name.startswith("CONGDAN_")}
    draft = data / f".{SETTINGS_FILE}.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={shlex.quote(settings[name])}\n" for name in sorted(settings))
    draft.replace(data / SETTINGS_FILE)
