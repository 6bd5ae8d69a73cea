"""Settings of signing in: the second step, and whose word about an address is taken."""

from pathlib import Path
from typing import Any

import pytest
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from backend.config import SecondStepPolicy, Settings, SettingsFault
from tests.unit.infra.test_settings import env


def test_the_second_step_is_required_unless_said_otherwise_and_always_in_production(tmp_path: Path) -> None:
    assert Settings.from_env(env(tmp_path)).staff_totp is SecondStepPolicy.REQUIRED
    with pytest.raises(SettingsFault, match="CONGDAN_STAFF_TOTP"):
        Settings.from_env(env(tmp_path, CONGDAN_STAFF_TOTP="optional"))
    relaxed = env(tmp_path, CONGDAN_STAFF_TOTP="optional", CONGDAN_ENV="development")
    assert Settings.from_env(relaxed).staff_totp is SecondStepPolicy.OPTIONAL
    with pytest.raises(SettingsFault, match="CONGDAN_STAFF_TOTP: must be one of required, optional"):
        Settings.from_env(env(tmp_path, CONGDAN_STAFF_TOTP="never"))


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "proxy.internal", "10.0.0.1/8", "10.0.0.5,x"])
def test_trusted_proxies_are_addresses_and_never_everybody(tmp_path: Path, proxies: str) -> None:
    with pytest.raises(SettingsFault, match="CONGDAN_TRUSTED_PROXIES"):
        Settings.from_env(env(tmp_path, CONGDAN_TRUSTED_PROXIES=proxies))


@pytest.mark.parametrize(
    ("asks", "says", "taken"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.1, 10.1.0.7", "198.51.100.1"),
        ("10.0.0.5", "", "10.0.0.5"),
    ],
)
def test_only_trusted_proxies_are_believed_and_only_about_the_last_stranger(
    tmp_path: Path, asks: str, says: str, taken: str
) -> None:
    settings = Settings.from_env(env(tmp_path, CONGDAN_TRUSTED_PROXIES="10.0.0.5, 10.1.0.0/24"))
    seen: list[str] = []

    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    wrapped = wrap_wsgi_with_proxy_headers(app, trusted_hosts=list(settings.trusted_proxies))
    wrapped({"REMOTE_ADDR": asks, "HTTP_X_FORWARDED_FOR": says}, None)
    assert seen == [taken]
