"""Accounts at gateways: read strictly, every fault at once; and what production refuses."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from backend.payments.adapters.accounts import load_accounts, production_faults
from backend.payments.adapters.momo import MomoAccount
from backend.payments.adapters.vnpay import VnpayAccount
from scripts.sandbox.gateways.accounts import ACCOUNTS, accounts_folder, make_accounts, read_account
from shared_models.payment.order import GatewayKey

VNPAY = {
    "tmn_code": "DANANG01",
    "secret": "s3cret-of-the-city",
    "pay_url": "https://p.vn/x",
    "api_url": "https://p.vn/y",
}
REAL = VnpayAccount(**VNPAY)  # type: ignore[arg-type]
MOMO = MomoAccount("P1", "access", "own secret", "https://m.vn/c", "https://m.vn/q", "https://m.vn/r")


def write(folder: Path, name: str, content: object) -> None:
    folder.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, "utf-8")


def test_an_account_is_read_and_a_city_without_any_takes_cash_alone(tmp_path: Path) -> None:
    assert load_accounts(tmp_path / "none") == {}
    write(tmp_path, "vnpay.json", VNPAY)
    write(tmp_path, "readme.txt", "not an account")
    assert load_accounts(tmp_path) == {GatewayKey.VNPAY: REAL}
    assert VNPAY["secret"] not in repr(load_accounts(tmp_path))


def test_all_faults_are_told_at_once_and_no_value_with_them(tmp_path: Path) -> None:
    wrong = {**VNPAY, "tmn_code": 7, "api_url": "ftp://p.vn", "sandbox": "no", "colour": "red"}
    del wrong["pay_url"]
    write(tmp_path, "vnpay.json", wrong)
    write(tmp_path, "momo.json", "{")
    write(tmp_path, "cash.json", {})
    write(tmp_path, "payos.json", [])
    with pytest.raises(ValueError, match=r"vnpay\.json") as refused:
        load_accounts(tmp_path)
    assert str(refused.value).splitlines() == [
        "cash.json: no such gateway",
        "momo.json: not JSON",
        "payos.json: not an object",
        "vnpay.json: colour: no such field",
        "vnpay.json: tmn_code: not text",
        "vnpay.json: pay_url: missing",
        "vnpay.json: api_url: no http or https address",
        "vnpay.json: sandbox: not true or false",
    ]
    assert VNPAY["secret"] not in str(refused.value)


@pytest.mark.parametrize("value", ["", " ", " x", "x\n"])
def test_a_text_that_is_empty_or_was_pasted_with_spaces_is_a_fault(tmp_path: Path, value: str) -> None:
    write(tmp_path, "vnpay.json", {**VNPAY, "secret": value})
    with pytest.raises(ValueError, match="secret: empty, or with spaces around it"):
        load_accounts(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "p.vn/x",
        "https://",
        "http://[",
        "https://p.vn/x?a=1",
        "https://p.vn/#a",
        "https://p.vn:x/",
        "https://p.vn:99999/",
    ],
)
def test_an_address_that_is_none_is_a_fault(tmp_path: Path, url: str) -> None:
    write(tmp_path, "vnpay.json", {**VNPAY, "pay_url": url})
    with pytest.raises(ValueError, match="pay_url: no http or https address"):
        load_accounts(tmp_path)


def test_production_takes_real_accounts_over_tls(tmp_path: Path) -> None:
    assert production_faults({GatewayKey.VNPAY: REAL, GatewayKey.MOMO: MOMO}) == []
    assert production_faults({}) == []
    make_accounts(tmp_path, "http://127.0.0.1:8009")
    faults = production_faults(load_accounts(accounts_folder(tmp_path)))
    for key in ACCOUNTS:
        assert f"{key}: a sandbox's account" in faults
    assert "vnpay: pay_url is not https" in faults
    assert "momo: create_url is not https" in faults


@pytest.mark.parametrize(
    ("account", "fault"),
    [
        (replace(MOMO, secret="K951B6PE1waDMi640xX08PD3vg6EkVlz"), "momo: a published test secret"),
        (replace(MOMO, access_key="F8BBA842ECF85"), "momo: a published test secret"),
        (replace(MOMO, sandbox=True), "momo: a sandbox's account"),
        (replace(MOMO, query_url="http://m.vn/q"), "momo: query_url is not https"),
        (
            replace(MOMO, query_url="https://test-payment.momo.vn/q"),
            "momo: query_url is the gateway's own test system",
        ),
    ],
)
def test_production_refuses_what_is_for_trying(account: MomoAccount, fault: str) -> None:
    assert production_faults({GatewayKey.MOMO: account}) == [fault]


def test_sandbox_accounts_are_made_once_and_their_addresses_follow(tmp_path: Path) -> None:
    make_accounts(tmp_path, "http://127.0.0.1:8009")
    first = load_accounts(accounts_folder(tmp_path))
    assert {key.value for key in first} == set(ACCOUNTS)
    for file in accounts_folder(tmp_path).iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    make_accounts(tmp_path, "http://127.0.0.1:9009", "https://192.168.1.5:9009")
    moved = load_accounts(accounts_folder(tmp_path))
    assert moved[GatewayKey.VNPAY] == replace(
        first[GatewayKey.VNPAY],
        pay_url="https://192.168.1.5:9009/vnpay/paymentv2/vpcpay.html",
        api_url="http://127.0.0.1:9009/vnpay/merchant_webapi/api/transaction",
    )
    make_accounts(tmp_path / "other", "http://127.0.0.1:8009")
    assert load_accounts(accounts_folder(tmp_path / "other"))[GatewayKey.VNPAY].secret != first[GatewayKey.VNPAY].secret


def test_sandbox_accounts_of_an_older_version_are_brought_up_to_date(tmp_path: Path) -> None:
    make_accounts(tmp_path, "http://127.0.0.1:8009")
    file = accounts_folder(tmp_path) / "momo.json"
    held = json.loads(file.read_text("utf-8"))
    old = {**held, "gone": "x"}
    del old["access_key"]
    file.write_text(json.dumps(old), "utf-8")
    make_accounts(tmp_path, "http://127.0.0.1:8009")
    fresh = load_accounts(accounts_folder(tmp_path))[GatewayKey.MOMO]
    assert fresh.secret == held["secret"]
    assert fresh.access_key


def test_a_real_account_is_left_alone_and_unknown_to_the_sandbox(tmp_path: Path) -> None:
    accounts_folder(tmp_path).mkdir(parents=True)
    write(accounts_folder(tmp_path), "vnpay.json", VNPAY)
    make_accounts(tmp_path, "http://127.0.0.1:8009")
    assert load_accounts(accounts_folder(tmp_path))[GatewayKey.VNPAY] == REAL
    assert read_account(tmp_path, "vnpay") is None
    assert read_account(tmp_path, "momo") is not None
