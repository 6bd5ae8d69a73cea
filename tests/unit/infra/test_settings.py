"""Settings: everything wrong is said at once, and production refuses what is not safe."""

import re
from pathlib import Path

import pytest

from backend.config import SETTINGS, Environment, Settings, SettingsFault

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


def env(tmp_path: Path, **changes: str) -> dict[str, str]:
    secret = tmp_path / "vneid.secret"
    secret.write_text("a secret that VNeID gave", encoding="utf-8")
    return {
        "CONGDAN_ENV": "production",
        "MONGODB_URI": "mongodb://db.internal.danang.gov.vn/congdan?replicaSet=rs0",
        "CONGDAN_PUBLIC_URL": "https://congdan.danang.gov.vn",
        "CONGDAN_KEYS_DIR": str(tmp_path),
        "CONGDAN_PUBLIC_DIR": str(tmp_path),
        "CONGDAN_SITE_DIR": str(tmp_path),
        "CONGDAN_STATUS_URI_BASE": "https://congdan.danang.gov.vn/s/",
        "CONGDAN_VNEID_AUTHORIZE_URL": "https://sso.vneid.gov.vn/authorize",
        "CONGDAN_VNEID_TOKEN_URL": "https://sso.vneid.gov.vn/token",
        "CONGDAN_VNEID_USERINFO_URL": "https://sso.vneid.gov.vn/userinfo",
        "CONGDAN_VNEID_CLIENT_ID": "congdan-danang",
        "CONGDAN_VNEID_CLIENT_SECRET_FILE": str(secret),
        "CONGDAN_VNEID_KEY_FILE": str(tmp_path / "vneid.pem"),
        "CONGDAN_PUSH_SUBJECT": "mailto:congdan@danang.gov.vn",
        **changes,
    }


def test_settings_are_read_with_their_defaults(tmp_path: Path) -> None:
    settings = Settings.from_env(env(tmp_path))
    assert settings.environment is Environment.PRODUCTION
    assert settings.status_uri_base == "https://congdan.danang.gov.vn/s"
    assert (settings.workers, settings.threads, settings.log_level) == (1, 8, "INFO")
    assert settings.push_extra_hosts == ()


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(SettingsFault) as caught:
        Settings.from_env({"CONGDAN_ENV": "moon", "CONGDAN_PORT": "99999", "MONGODB_URI": "postgres://x"})
    required = {setting.name for setting in SETTINGS if setting.default is None}
    named = {fault.split(":")[0].split(" ")[0] for fault in caught.value.faults}
    assert named == required | {"CONGDAN_ENV", "CONGDAN_PORT", "MONGODB_URI"}


def test_production_has_the_right_time(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="CONGDAN_CLOCK_OFFSET_FILE"):
        Settings.from_env(env(tmp_path, CONGDAN_CLOCK_OFFSET_FILE=str(tmp_path / "offset")))
    assert Settings.from_env(env(tmp_path)).clock_offset_file is None


def test_repr_hides_the_password_of_the_database(tmp_path: Path) -> None:
    settings = Settings.from_env(env(tmp_path, MONGODB_URI="mongodb://app:s3cret@db.danang.gov.vn/congdan"))
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONGDAN_VNEID_TOKEN_URL", "http://sso.vneid.gov.vn/token"),
        ("CONGDAN_VNEID_TOKEN_URL", "https://localhost:8001/token"),
        ("CONGDAN_VNEID_USERINFO_URL", "https://127.0.0.1/userinfo"),
        ("CONGDAN_VNEID_AUTHORIZE_URL", "https://10.1.2.3/authorize"),
        ("CONGDAN_VNEID_AUTHORIZE_URL", "https://vneid/authorize"),
        ("CONGDAN_PUBLIC_URL", "http://congdan.danang.gov.vn"),
        ("CONGDAN_PUBLIC_URL", "https://congdan.example"),
        ("CONGDAN_STATUS_URI_BASE", "https://congdan.example/s"),
        ("CONGDAN_PUSH_EXTRA_HOSTS", "localhost"),
    ],
)
def test_production_refuses_sandboxes(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        Settings.from_env(env(tmp_path, **{name: value}))
    assert [fault.split(":")[0] for fault in caught.value.faults] == [name]
    development = env(tmp_path, CONGDAN_ENV="development", **{name: value})
    assert Settings.from_env(development).environment is Environment.DEVELOPMENT


@pytest.mark.parametrize("secret", ["sandbox-0123456789", "", None])
def test_production_refuses_a_made_up_or_missing_secret(tmp_path: Path, secret: str | None) -> None:
    settings = env(tmp_path)
    path = Path(settings["CONGDAN_VNEID_CLIENT_SECRET_FILE"])
    path.unlink()
    if secret is not None:
        path.write_text(secret, encoding="utf-8")
    with pytest.raises(SettingsFault, match="CONGDAN_VNEID_CLIENT_SECRET_FILE"):
        Settings.from_env(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONGDAN_PUBLIC_URL", "https://congdan.danang.gov.vn/app"),
        ("CONGDAN_PUBLIC_URL", "congdan.danang.gov.vn"),
        ("CONGDAN_VNEID_TOKEN_URL", "https://user:pw@sso.vneid.gov.vn/token"),
        ("CONGDAN_PUSH_SUBJECT", "congdan@danang.gov.vn"),
        ("CONGDAN_LOG_LEVEL", "LOUD"),
        ("CONGDAN_WORKERS", "0"),
        ("CONGDAN_THREADS", "many"),
        ("MONGODB_URI", "http://db"),
    ],
)
def test_a_malformed_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsFault, match=name):
        Settings.from_env(env(tmp_path, CONGDAN_ENV="test", **{name: value}))


def test_the_example_names_every_setting_in_order_and_can_be_read() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert list(given) == [setting.name for setting in SETTINGS]
    assert Settings.from_env(given).environment is Environment.DEVELOPMENT
    assert all(given[setting.name] == setting.default for setting in SETTINGS if setting.default is not None)


def test_the_example_names_what_push_reads_too() -> None:
    read = (EXAMPLE.parent / "push" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r"\b(?:CONGDAN_[A-Z_]+|MONGODB_URI)\b", read))
    assert names
    assert names <= {setting.name for setting in SETTINGS}
