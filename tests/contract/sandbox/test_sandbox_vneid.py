"""The sandbox of VNeID against the adapter that production uses: the same wire, end to end over HTTP."""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import make_server

from backend.identity.adapters.vneid import VneidEndpoints, load_vneid
from backend.identity.ports import IdentityProvider, VerifiedIdentity
from scripts.sandbox.authenticators import code_of
from scripts.sandbox.vneid import FREE_TRIES, RelyingParty, Vneid
from scripts.sandbox_vneid import make_app
from shared_models.errors import Unauthenticated

CITY = "http://localhost:8000"
BACK = f"{CITY}/api/v1/auth/vneid/callback"
TRANG = "048192900002"


class Sandbox:
    """The running site, the adapter pointed at it, and a citizen's browser."""

    def __init__(self, url: str, vneid: Vneid, provider: IdentityProvider) -> None:
        self.url = url
        self.vneid = vneid
        self.provider = provider
        self.browser = requests.Session()

    def open(self, **changes: str) -> requests.Response:
        address = urlsplit(self.provider.authorize_url("state-1", BACK))
        query = {name: values[0] for name, values in parse_qs(address.query).items()} | changes
        return self.browser.get(f"{self.url}/authorize", params=query)

    def submit(self, personal_id: str, one_time_code: str, **changes: str) -> requests.Response:
        page = self.open().text
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = {"personal_id": personal_id, "one_time_code": one_time_code, "answer": "continue"}
        return self.browser.post(f"{self.url}/authorize", data=fields | answer | changes, allow_redirects=False)

    def sign_in(self, personal_id: str) -> dict[str, str]:
        answer = self.submit(personal_id, self.vneid.one_time_code(personal_id))
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(BACK)
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "vneid.pem").write_bytes(pem)
    (tmp_path / "vneid-client.secret").write_text("sandbox-of-a-test\n")
    (tmp_path / "accounts.json").write_text(json.dumps({"thanhtra.attp": "mat-khau-cua-mot-lan-chay"}))
    vneid = Vneid(tmp_path / "codes.secret", RelyingParty.read(tmp_path, CITY))
    server = make_server("127.0.0.1", 0, make_app(vneid, tmp_path / "accounts.json"), threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    endpoints = VneidEndpoints(f"{url}/authorize", f"{url}/token", f"{url}/userinfo", "congdan")
    provider = load_vneid(endpoints, tmp_path / "vneid-client.secret", tmp_path / "vneid.pem")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found = Sandbox(url, vneid, provider)
    yield found
    found.browser.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_citizen_signs_in(sandbox: Sandbox) -> None:
    query = sandbox.sign_in(TRANG)
    assert query["state"] == "state-1"
    identity = sandbox.provider.identify(query["code"], BACK, query["encrypt_key"])
    assert identity == VerifiedIdentity(TRANG, "Trần Thị Thu Trang", "1992-03-12", 2)


def test_an_elder_has_a_year_of_birth_only(sandbox: Sandbox) -> None:
    query = sandbox.sign_in("048150900006")
    identity = sandbox.provider.identify(query["code"], BACK, query["encrypt_key"])
    assert identity.birth_date == "1950"


def test_a_code_works_once(sandbox: Sandbox) -> None:
    query = sandbox.sign_in(TRANG)
    sandbox.provider.identify(query["code"], BACK, query["encrypt_key"])
    with pytest.raises(Unauthenticated):
        sandbox.provider.identify(query["code"], BACK, query["encrypt_key"])


def test_the_client_secret_and_the_address_are_checked(sandbox: Sandbox, tmp_path: Path) -> None:
    query = sandbox.sign_in(TRANG)
    with pytest.raises(Unauthenticated):
        sandbox.provider.identify(query["code"], f"{CITY}/elsewhere", query["encrypt_key"])
    (tmp_path / "wrong.secret").write_text("sandbox-of-another")
    endpoints = VneidEndpoints("", f"{sandbox.url}/token", f"{sandbox.url}/userinfo", "congdan")
    stranger = load_vneid(endpoints, tmp_path / "wrong.secret", tmp_path / "vneid.pem")
    with pytest.raises(Unauthenticated):
        stranger.identify(query["code"], BACK, query["encrypt_key"])


def test_a_wrong_code_is_told_and_guessing_is_stopped(sandbox: Sandbox) -> None:
    right = sandbox.vneid.one_time_code(TRANG)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
    for _ in range(FREE_TRIES):
        answer = sandbox.submit(TRANG, wrong)
        assert answer.status_code == 401
        assert "chưa đúng" in answer.text or "chờ một phút" in answer.text
    assert sandbox.submit(TRANG, right).status_code == 401
    assert sandbox.submit("048085900001", sandbox.vneid.one_time_code("048085900001")).status_code == 303


def test_cancelling_goes_back_with_an_error(sandbox: Sandbox) -> None:
    answer = sandbox.submit(TRANG, "", answer="cancel")
    assert answer.headers["Location"] == f"{BACK}?error=access_denied&state=state-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"client_id": "somebody"},
        {"response_type": "token"},
        {"state": ""},
    ],
)
def test_a_request_from_a_stranger_is_not_answered_with_a_redirect(sandbox: Sandbox, changes: dict[str, str]) -> None:
    assert sandbox.open(**changes).status_code == 400
    assert sandbox.submit(TRANG, sandbox.vneid.one_time_code(TRANG), **changes).status_code == 400


def test_a_form_from_another_page_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.submit(TRANG, sandbox.vneid.one_time_code(TRANG), form_token="guessed").status_code == 403


def test_a_token_of_somebody_else_is_refused(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url}/userinfo", headers={"Authorization": "Bearer guessed"}, timeout=5)
    assert answer.status_code == 401


def test_the_page_of_codes_shows_what_works_now(sandbox: Sandbox) -> None:
    page = sandbox.browser.get(f"{sandbox.url}/codes").text
    code = sandbox.browser.get(f"{sandbox.url}/codes.json").json()[TRANG]
    assert f"{code[:3]} {code[3:]}" in page
    assert "mat-khau-cua-mot-lan-chay" in page
    assert "script" not in page


def test_the_page_of_codes_shows_the_codes_of_staff(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    (tmp_path / "authenticators.json").write_text(json.dumps({"canbo.attp": secret}))
    shown = sandbox.browser.get(f"{sandbox.url}/codes.json").json()["canbo.attp"]
    around = {code_of(secret, time.time() + shift) for shift in (-30, 0, 30)}
    assert shown in around
    page = sandbox.browser.get(f"{sandbox.url}/codes").text
    [on_page] = re.findall(r'id="otp-canbo.attp">(\d{3}) (\d{3})<', page)
    assert "".join(on_page) in {code_of(secret, time.time() + shift) for shift in (-30, 0, 30)}
    assert 'id="otp-thanhtra.attp"' not in page


def test_a_code_of_rfc_6238_appendix_b_is_the_one_shown() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    # The appendix lists eight digits; six of them are an app's.
    assert [code_of(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]
