"""``scripts/run --lan``: what phones in the network reach, over which trust, and what stays on this machine."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from cryptography import x509

from scripts.lan.addresses import local_name, wanted_address
from scripts.lan.terminal import make_lan
from scripts.sandbox.agency import Agency, fresh_id
from scripts.sandbox.desk_form import licence_of, sample
from scripts.supervise.city import CannotStart, City
from scripts.supervise.city_env import Lan
from scripts.supervise.ports import Ports, free_base, is_listening
from tests.support.stack import running_lan_city, stand_in_site

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("lan")
    site = stand_in_site(folder / "site")
    (site / "manifest.json").write_text("{}", "utf-8")
    with running_lan_city(folder / "data", {"CONGDAN_SITE_DIR": str(site)}) as running:
        yield running


@pytest.fixture
def lan(city: City) -> Lan:
    assert city.lan is not None
    return city.lan


def get(city: City, address: str) -> requests.Response:
    with requests.Session() as phone:
        phone.trust_env = False  # a proxy of this machine knows nothing of its neighbours
        phone.verify = str(city.lan.authority) if city.lan else True
        return phone.get(address, timeout=10)


@pytest.mark.parametrize(
    "path", ["/", "/q", "/manifest.json", "/healthz", "/city.json", "/api/v1/trust", "/api/v1/openapi.json"]
)
def test_a_phone_that_trusts_the_authority_reaches_the_app(city: City, path: str) -> None:
    answer = get(city, city.origin + path)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"]


def test_every_address_is_the_one_in_the_network(city: City, lan: Lan) -> None:
    assert city.origin == f"https://{lan.address}:{city.ports.app}"
    assert get(city, f"{city.origin}/city.json").json()["public_url"] == city.origin
    answer = requests.Session()
    answer.trust_env, answer.verify = False, str(lan.authority)
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWZuH1hKLyhPU"
    start = f"{city.origin}/api/v1/auth/vneid/start?code_challenge={challenge}&state={'a' * 43}"
    sent_to = answer.get(start, timeout=10, allow_redirects=False).headers["Location"]
    assert sent_to.startswith(f"https://{lan.address}:{city.ports.vneid}/authorize?")
    form = get(city, sent_to)
    assert form.status_code == 200
    assert city.origin in form.headers["Content-Security-Policy"]


def test_codes_and_passwords_stay_on_this_machine(city: City, lan: Lan) -> None:
    for path in ("/", "/codes", "/codes.json", "/token", "/userinfo", "/healthz", "/static/../codes"):
        assert get(city, f"https://{lan.address}:{city.ports.vneid}{path}").status_code == 404, path
    assert requests.get(f"http://127.0.0.1:{city.ports.vneid}/codes", timeout=10).status_code == 200
    for port in (city.ports.agency, city.ports.database, city.ports.push, city.ports.jobs):
        assert is_listening(port), port
        assert not is_listening(port, lan.address), port


def test_nothing_answers_without_tls_but_the_certificate(city: City, lan: Lan) -> None:
    for port in (city.ports.app, city.ports.vneid):
        with pytest.raises(requests.ConnectionError):
            get(city, f"http://{lan.address}:{port}/healthz")
    page = get(city, f"http://{lan.address}:{city.ports.certificate}/")
    assert city.origin in page.text
    crt = get(city, f"http://{lan.address}:{city.ports.certificate}/congdan-demo.crt")
    assert x509.load_der_x509_certificate(crt.content) == x509.load_pem_x509_certificate(lan.authority.read_bytes())


@pytest.mark.parametrize("port", ["app", "vneid"])
def test_who_does_not_trust_it_or_asks_for_another_host_is_warned(city: City, lan: Lan, port: str) -> None:
    at = (lan.address, getattr(city.ports, port))
    trusting, strict = ssl.create_default_context(cafile=str(lan.authority)), ssl.create_default_context()
    for context, host, fits in [
        (trusting, lan.address, True),
        (trusting, local_name(), True),
        (trusting, "localhost", False),
        (trusting, "192.168.255.254", False),
        (trusting, "danang.gov.vn", False),
        (strict, lan.address, False),
    ]:
        with closing(socket.create_connection(at, 5)) as connection:
            if fits:
                with context.wrap_socket(connection, server_hostname=host) as secured:
                    assert secured.version() in {"TLSv1.2", "TLSv1.3"}
            else:
                with pytest.raises(ssl.SSLCertVerificationError):
                    context.wrap_socket(connection, server_hostname=host)


def test_a_visitor_that_says_nothing_keeps_nobody_waiting(city: City, lan: Lan) -> None:
    with closing(socket.create_connection((lan.address, city.ports.vneid), 5)):
        assert get(city, f"https://{lan.address}:{city.ports.vneid}/roboto.woff2").status_code == 200


def test_the_desk_delivers_over_tls(city: City, lan: Lan) -> None:
    desk = Agency(city.data, "H17.08", city.origin, lan.authority)
    licence = licence_of(desk.type, sample(desk.type, desk.numbers()))
    assert desk.deliver(fresh_id("giao"), licence)["paper_text"].startswith(f"{city.origin}/q#")
    page = requests.get(f"http://127.0.0.1:{city.ports.agency}/H17.08/", timeout=20)
    assert page.status_code == 200
    assert licence["number"] in page.text


def test_a_port_taken_in_the_network_is_told(city: City, lan: Lan, tmp_path: Path) -> None:
    ports = Ports(free_base())
    taken = socket.create_server((lan.address, ports.certificate))
    with closing(taken):
        other, _ = make_lan(tmp_path / "data", wanted_address(""))
        with pytest.raises(CannotStart, match=f"port {ports.certificate}\\b"):
            City(tmp_path / "data", ports, say=lambda _line: None, lan=other).start()


@pytest.mark.parametrize("address", ["203.0.113.9", "here", "127.0.0.1"])
def test_an_address_of_somebody_else_is_one_line(address: str) -> None:
    command = [sys.executable, "-m", "scripts.stack", "--check", "--lan", address]
    ended = subprocess.run(command, cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    said = ended.stderr.strip().splitlines()
    assert said[-1].startswith("scripts/run: error: argument --lan: ")
    assert "Traceback" not in ended.stderr
