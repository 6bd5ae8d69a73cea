from pathlib import Path

import pytest

from push.settings import Settings, SettingsFault


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "vapid.pem").write_text("key")
    return {
        "CONGDAN_ENV": "production",
        "MONGODB_URI": "mongodb://user:hidden@db/congdan",
        "CONGDAN_PUBLIC_URL": "https://congdan.example",
        "CONGDAN_KEYS_DIR": str(tmp_path),
        "CONGDAN_PUSH_SUBJECT": "mailto:push@congdan.example",
    }


def faults_of(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsFault) as raised:
        Settings.from_env(env)
    return raised.value.faults


def test_a_complete_environment_is_taken(env: dict[str, str]) -> None:
    settings = Settings.from_env(env, 8004)
    assert settings.public_url == "https://congdan.example"
    assert settings.extra_hosts == ()
    assert settings.health_port == 8004
    assert "hidden" not in repr(settings)


def test_all_faults_are_told_at_once() -> None:
    faults = faults_of({"CONGDAN_ENV": "staging", "CONGDAN_LOG_LEVEL": "LOUD"})
    for name in ("CONGDAN_ENV", "MONGODB_URI", "CONGDAN_PUBLIC_URL", "CONGDAN_KEYS_DIR", "CONGDAN_PUSH_SUBJECT"):
        assert any(name in fault for fault in faults), name
    assert any("CONGDAN_LOG_LEVEL" in fault for fault in faults)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONGDAN_PUSH_EXTRA_HOSTS", "127.0.0.1"),
        ("CONGDAN_CLOCK_OFFSET_FILE", "/tmp/offset"),
        ("CONGDAN_PUBLIC_URL", "http://congdan.example"),
        ("CONGDAN_PUBLIC_URL", "https://congdan.example/app"),
        ("CONGDAN_PUBLIC_URL", "congdan.example"),
        ("CONGDAN_PUSH_SUBJECT", "push@congdan.example"),
        ("CONGDAN_PUSH_SUBJECT", "mailto:push@localhost"),
        ("CONGDAN_KEYS_DIR", "/nowhere"),
    ],
)
def test_production_refuses(env: dict[str, str], name: str, value: str) -> None:
    assert len(faults_of({**env, name: value})) == 1


def test_a_lease_is_longer_than_an_answer_may_take(env: dict[str, str]) -> None:
    assert Settings.from_env(env, lease_s=15).lease_s == 15
    with pytest.raises(SettingsFault, match="--lease"):
        Settings.from_env(env, lease_s=10)


def test_other_environments_may_name_extra_hosts(env: dict[str, str]) -> None:
    env |= {"CONGDAN_ENV": "test", "CONGDAN_PUBLIC_URL": "http://localhost:8000"}
    settings = Settings.from_env({**env, "CONGDAN_PUSH_EXTRA_HOSTS": " 127.0.0.1, Push.Test "})
    assert settings.extra_hosts == ("127.0.0.1", "push.test")
    assert faults_of({**env, "CONGDAN_PUSH_EXTRA_HOSTS": "http://x/"})
