"""What every gateway of `registry.py` keeps to, whatever it speaks."""

import json
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from werkzeug.test import Client

from backend.payments.adapters.accounts import ACCOUNTS
from backend.payments.adapters.registry import ADAPTERS
from backend.payments.ports import BadNotice, Judgement, NoticeOutcome, RawNotice
from scripts.sandbox.gateways.accounts import ACCOUNTS as SANDBOX_ACCOUNTS
from scripts.sandbox.gateways.accounts import accounts_folder
from scripts.sandbox.gateways.ledger import BEHAVIOURS, OUTCOMES
from scripts.sandbox.gateways.party import Place
from scripts.sandbox.gateways.site import make_gateways_site, only_pages
from scripts.sandbox_gateways import PARTIES, open_ledger
from shared_models.errors import Invalid, Upstream
from shared_models.payment.order import GatewayKey
from shared_models.schemas.payments import AT_GATEWAYS
from tests.support.bills import a_bill
from tests.support.gateway_town import Town

ALL = sorted(ADAPTERS)
JUNK = (
    RawNotice("GET", (), {}, b""),
    RawNotice("POST", (), {}, b""),
    RawNotice("POST", (), {"Content-Type": "application/json"}, b"{}"),
    RawNotice("POST", (), {}, b"[" * 50_000),
    RawNotice("POST", (), {}, b'{"signature": "0", "data": {}}'),
    RawNotice("POST", (), {}, b"\xff\xfe"),
    RawNotice("POST", (), {}, b'{"signature": "0", "data": {"name": "\\ud800"}, "MaXacThuc": "0"}'),
    RawNotice("POST", (), {}, b'{"signature": "\\ud800", "data": {"a": 1}}'),
    RawNotice("POST", (), {}, b'{"LoaiBanTin": "CONFIRM", "MaXacThuc": "\\ud800"}'),
    RawNotice("POST", (), {}, b'{"LoaiBanTin": "CONFIRM", "MaXacThuc": ["0"], "SoTien": ' + b"9" * 5_000 + b"}"),
    RawNotice("POST", (), {"X-Bank-Time": "9" * 12, "X-Bank-Signature": "0"}, b"{}"),
    RawNotice("GET", (("vnp_SecureHash", "0"), ("vnp_TxnRef", "1")), {}, b""),
)


def test_each_has_an_account_a_sandbox_and_a_place_on_the_phone() -> None:
    assert set(ADAPTERS) == set(ACCOUNTS)
    assert {key.value for key in ADAPTERS} == {party.key for party in PARTIES} == set(SANDBOX_ACCOUNTS)
    assert set(ADAPTERS) <= set(AT_GATEWAYS)


@pytest.mark.parametrize("key", ALL)
def test_it_says_what_it_is(town: Town, key: GatewayKey) -> None:
    gateway = town.gateways[key]
    assert gateway.key is key
    assert gateway.kind in {"page", "qr"}
    assert {type(gateway.can_refund), type(gateway.sends_notices)} == {bool}


@pytest.mark.parametrize("key", ALL)
def test_no_secret_of_an_account_is_shown_by_its_repr(town: Town, tmp_path: Path, key: GatewayKey) -> None:
    held = json.loads((accounts_folder(tmp_path) / f"{key.value}.json").read_text("utf-8"))
    shown = repr(ACCOUNTS[key](**held))
    secrets = [held[each.name] for each in fields(ACCOUNTS[key]) if not each.repr and each.name in held]
    assert secrets
    assert not [secret for secret in secrets if secret in shown]
    assert town.gateways[key].key is key


@pytest.mark.parametrize("key", ALL)
def test_it_has_an_answer_for_every_judgement(town: Town, key: GatewayKey) -> None:
    replies = {judgement: town.gateways[key].reply(judgement) for judgement in Judgement}
    party = town.parties[key.value]
    is_taken = {judgement: party.is_taken(reply.status, reply.body) for judgement, reply in replies.items()}
    # What was taken ends the telling, what could not be written does not.
    assert is_taken[Judgement.TAKEN]
    assert is_taken[Judgement.REPEATED]
    assert not is_taken[Judgement.BROKEN]
    for reply in replies.values():
        assert 200 <= reply.status < 600
        assert not reply.body or json.loads(reply.body)


@pytest.mark.parametrize("key", ALL)
def test_junk_is_refused_and_nothing_else(town: Town, key: GatewayKey) -> None:
    for raw in JUNK:
        with pytest.raises(BadNotice) as bad:
            town.gateways[key].read(raw)
        assert bad.value.judgement in {Judgement.FORGED, Judgement.MALFORMED}


@pytest.mark.parametrize("key", ALL)
def test_starting_twice_is_harmless(town: Town, key: GatewayKey) -> None:
    bill = town.bill(key)
    first, second = (town.gateways[key].start(bill) for _ in range(2))
    assert (first.url is None) == (town.gateways[key].kind == "qr")
    assert (first.transfer is None) == (town.gateways[key].kind == "page")
    assert first.transfer == second.transfer
    if first.url is not None and second.url is not None:
        assert town.visit(first.url) == town.visit(second.url)


@pytest.mark.parametrize("key", ALL)
def test_a_title_of_any_length_and_letters_is_taken(town: Town, key: GatewayKey) -> None:
    bill = town.bill(
        key, title="Cấp | đổi “giấy phép” (hạng А1) – " + "rất dài, " * 100, reference="H17.12-261122-0001"
    )
    started = town.gateways[key].start(bill)
    if started.url is None:
        return
    shown = requests.get(started.url, timeout=5).text
    assert ("Cấp" in shown) or ("Cap doi giay phep" in shown)


@pytest.mark.parametrize("key", ALL)
def test_an_attempt_that_it_does_not_know_is_not_paid(town: Town, key: GatewayKey) -> None:
    try:
        said = town.gateways[key].query(a_bill(), {})
    except Upstream:
        return  # it will not say: nothing is known, which is no payment either
    assert said.outcome is not NoticeOutcome.PAID


@pytest.mark.parametrize("key", ALL)
def test_a_statement_that_is_none_names_its_line(town: Town, key: GatewayKey) -> None:
    for content in (b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"', "mã;số\n".encode()):
        with pytest.raises(Invalid, match=r"statement\.unreadable") as refused:
            town.gateways[key].statement(content)
        assert type(refused.value.params["line"]) is int


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize(
    "content",
    [
        b"provider_ref,code,amount,paid_at,text\nA,,1,0001-01-01 00:00:00,x\n",
        b"date,reference,amount,text\n01/01/0001,A,1,x\n",
        b"date,reference,amount,text\n9999-12-31T23:59:59-01:00,A,1,x\n",
    ],
)
def test_a_day_beyond_the_calendar_is_named_by_its_line(town: Town, key: GatewayKey, content: bytes) -> None:
    with pytest.raises(Invalid, match=r"statement\.unreadable"):
        town.gateways[key].statement(content)


@pytest.mark.parametrize("key", ALL)
def test_a_gateway_that_is_away_is_unreachable_and_nothing_else(town: Town, key: GatewayKey) -> None:
    bill = town.bill(key)
    requests.post(f"{town.url}/control", json={"items": []}, timeout=5).raise_for_status()
    closed = ADAPTERS[key](_moved(town, key), town.http, town.clock)
    with pytest.raises(Upstream) as away:
        closed.query(bill, {})
    assert (away.value.code, away.value.transient) == ("gateway.unreachable", True)


def _moved(town: Town, key: GatewayKey) -> object:
    """The same account with every address at a port where nobody listens."""
    held = {each.name: getattr(town.accounts[key], each.name) for each in fields(ACCOUNTS[key])}
    away = {name: "http://127.0.0.1:9/" for name in held if name.endswith("_url")}
    moved: object = ACCOUNTS[key](**{**held, **away})
    return moved


def test_control_refuses_what_it_does_not_know(town: Town) -> None:
    bill, _ = town.begun(GatewayKey.VNPAY)
    assert town.control(GatewayKey.VNPAY, bill, "stolen", "at_once") == "malformed"
    assert town.control(GatewayKey.VNPAY, bill, "paid", "loudly") == "malformed"
    assert town.control(GatewayKey.VNPAY, bill, "paid", "late", seconds=-1) == "malformed"
    assert town.control(GatewayKey.VNPAY, a_bill(code=1), "paid", "at_once") == "unknown"
    assert town.control(GatewayKey.VNPAY, bill, "paid", "never") is None
    assert town.control(GatewayKey.VNPAY, bill, "cancelled", "never") == "settled"
    assert requests.post(f"{town.url}/control", data=b"[]", timeout=5).status_code == 400
    assert set(OUTCOMES) & set(BEHAVIOURS) == set()


def test_no_other_page_can_press_a_button(town: Town) -> None:
    bill, page = town.begun(GatewayKey.VNPAY)
    answer = requests.post(page, data={"outcome": "paid", "form_token": "x"}, timeout=5)
    assert answer.status_code == 403
    assert town.told(GatewayKey.VNPAY, bill)["state"] == "open"
    assert requests.get(page + "x", timeout=5).status_code == 404


def test_the_overview_lists_gateways_and_what_the_city_said(town: Town) -> None:
    bill, page = town.begun(GatewayKey.MOMO)
    town.press(page, "paid")
    town.hear(1)
    town.until(lambda: town.told(GatewayKey.MOMO, bill)["deliveries"][0]["is_done"])
    shown = requests.get(f"{town.url}/", timeout=5).text
    assert all(f"/{key.value}/statement/" in shown for key in ADAPTERS)
    assert "115.000 đồng" in shown
    assert "204" in shown


def test_phones_in_the_network_reach_pages_and_nothing_that_drives_the_sandbox(town: Town) -> None:
    _, page = town.begun(GatewayKey.VNPAY)
    site = make_gateways_site(town.parties, open_ledger(town.data), Place(town.url, town.city_url))
    phone = Client(only_pages(site, town.parties.values()))
    assert phone.get(page.removeprefix(town.url)).status_code == 200
    assert phone.get("/static/sandbox.css", buffered=True).status_code == 200
    assert phone.get("/bank/app").status_code == 200
    for closed in ("/", "/control/vnpay", "/vnpay/statement/2026-11-22.csv", "/bank/lookup", "/bank/transfers"):
        assert phone.get(closed).status_code == 404
    for machine in ("/control", "/momo/v2/gateway/api/create", "/bank/transfers"):
        assert phone.post(machine, json={}).status_code == 404


def test_the_sandbox_refuses_what_no_gateway_could_keep(town: Town) -> None:
    """Through our own adapters, so that everything else about the question is right."""
    late = town.clock.now() + timedelta(days=365 * 100)
    for key in (GatewayKey.MOMO, GatewayKey.PAYOS):
        with pytest.raises(Upstream, match=r"gateway\.refused"):
            town.gateways[key].start(replace(town.bill(key), expires_at=late))
    for key in (GatewayKey.NATIONAL, GatewayKey.PAYOS, GatewayKey.MOMO):
        with pytest.raises(Upstream, match=r"gateway\.refused"):
            town.gateways[key].start(town.bill(key, amount=10**4_000))
