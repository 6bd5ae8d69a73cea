"""The databases that are asked instead of the citizen: our adapter and their sandbox, over HTTP; and who lies to us."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, request
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from backend.dossiers.adapters.registries import ANSWER_TYPE, HttpRegistries, RegistryPeer, load_peer
from backend.dossiers.fact_sources import fact_sources
from backend.infra.system import Ids, SystemClock, random_bytes
from scripts.sandbox import registries as sandbox
from scripts.sandbox_registries import make_app
from shared_models.errors import Upstream

CITY = "http://localhost:8000"
TRANG = "048192900002"
POOR, ONCE_POOR, DIGITAL = "048095900007", "048199900011", "048085900001"
Answer = Callable[[dict[str, Any]], Any]


def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def adapter(peer: RegistryPeer) -> HttpRegistries:
    return HttpRegistries(peer, SystemClock(), Ids(random_bytes))


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[RegistryPeer]:
    """Where the sandbox answers."""
    sandbox.prepare(tmp_path)
    databases = sandbox.Registries.open(tmp_path, "", CITY)
    for url in serving(make_app(databases)):
        databases.url = url
        yield load_peer(url, CITY, tmp_path / "keys" / sandbox.OURS, tmp_path / "keys" / sandbox.THEIR_PUBLIC)


def test_what_makes_a_fee_less_is_proven_by_what_the_registers_answer(peer: RegistryPeer) -> None:
    """As `Fees` asks and reads it, over the wire."""
    poor, five = fact_sources()["poor_household"], fact_sources()["five_documents"]
    for source, personal_id, day, proves in (
        (poor, POOR, date(2026, 12, 31), True),
        (poor, POOR, date(2027, 1, 1), False),
        (poor, ONCE_POOR, date(2026, 11, 22), False),
        (five, DIGITAL, date(2026, 11, 22), True),
        (five, POOR, date(2026, 11, 22), False),
    ):
        params = {"record": source.record} if source.record else {}
        found = adapter(peer).lookup(source.registry, personal_id, params)
        assert found is not None
        assert source.proves(found.values, day) is proves
    assert adapter(peer).lookup("social_protection", POOR, {"record": "disability"}) is None
    assert adapter(peer).lookup("vneid_papers", TRANG, {}) is None


def test_what_a_database_knows_comes_back_with_evidence(peer: RegistryPeer) -> None:
    found = adapter(peer).lookup("civil_status", TRANG, {})
    assert found is not None
    assert (found.key, found.id, found.values["spouse"]) == ("civil_status", "HT-KH-2019-0311", "Lê Minh Tuấn")
    assert len(found.sha256) == len(hashlib.sha256().hexdigest())
    assert adapter(peer).lookup("civil_status", TRANG, {"record": "marriage"}) is not None
    # A driver's health check is no certificate of a birth, though the same database holds both.
    assert adapter(peer).lookup("health", TRANG, {"record": "driver_check"}) is not None
    assert adapter(peer).lookup("health", TRANG, {"record": "birth"}) is None
    assert adapter(peer).lookup("land", TRANG, {}) is None
    assert adapter(peer).lookup("no_such_database", TRANG, {}) is None


def test_a_stranger_and_a_repeated_question_get_nothing(peer: RegistryPeer) -> None:
    stranger = replace(peer, key=ECKey.generate_key("P-256"))
    with pytest.raises(Upstream, match=r"registry\.unreachable"):
        adapter(stranger).lookup("population", TRANG, {})
    claims = {"iss": CITY, "aud": peer.url, "iat": SystemClock().now(), "jti": "1", "registry": "population"}
    token = jwt.encode(
        {"alg": "ES256", "typ": sandbox.REQUEST_TYPE},
        claims | {"iat": int(SystemClock().now().timestamp()), "personal_id": TRANG, "params": {}},
        peer.key,
    )
    answers = [requests.post(f"{peer.url}/v1/lookups", json={"request": token}, timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    for malformed in (b"", b"[]", b'{"request": 1}', b'{"request": "a.b.c"}'):
        assert requests.post(f"{peer.url}/v1/lookups", data=malformed, timeout=5).status_code == 400


def lying(answer: Answer, signer: ECKey) -> Flask:
    """A server at the address of the databases that answers what ``answer`` makes of an honest answer's claims."""
    app = Flask("lying")

    @app.post("/v1/lookups")
    def look_up() -> Any:
        asked = jwt.decode(request.get_json()["request"], app.config["client"]).claims
        honest = {
            "aud": CITY,
            "iat": asked["iat"],
            "jti": asked["jti"],
            "registry": asked["registry"],
            "found": True,
            "record": {"id": "1", "label": "Giấy", "values": {}},
        }
        said = answer(honest)
        if not isinstance(said, dict):
            return said
        return {"answer": jwt.encode({"alg": "ES256", "typ": ANSWER_TYPE}, said, signer)}

    return app


@pytest.mark.parametrize(
    ("answer", "is_signed"),
    [
        (lambda honest: honest, False),
        (lambda honest: honest | {"jti": "another question"}, True),
        (lambda honest: honest | {"aud": "https://another.example"}, True),
        (lambda honest: honest | {"registry": "land"}, True),
        (lambda honest: honest | {"iat": honest["iat"] - 3600}, True),
        (lambda honest: honest | {"record": {"id": 1}}, True),
        (lambda honest: honest | {"found": "yes"}, True),
        (lambda _honest: ("no JSON", 200), True),
        (lambda _honest: ({"answer": 1}, 200), True),
        (lambda _honest: ("x" * 70_000, 200), True),
        (lambda _honest: ("closed", 503), True),
        (lambda _honest: ("", 302, {"Location": "http://127.0.0.1:1/"}), True),
    ],
    ids=[
        *("signed by a stranger", "to another question", "to another city", "another database", "old"),
        *("half a record", "neither yes nor no", "no JSON", "no token", "endless", "closed", "sends us elsewhere"),
    ],
)
def test_no_answer_is_believed_that_is_not_signed_new_and_to_this_question(answer: Answer, is_signed: bool) -> None:
    ours, theirs = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    app = lying(answer, theirs if is_signed else ECKey.generate_key("P-256"))
    app.config["client"] = ours
    for url in serving(app):
        with pytest.raises(Upstream):
            adapter(RegistryPeer(url, CITY, ours, theirs)).lookup("population", TRANG, {})


def test_an_honest_answer_of_the_same_server_is_believed() -> None:
    ours, theirs = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    app = lying(lambda honest: honest, theirs)
    app.config["client"] = ours
    for url in serving(app):
        found = adapter(RegistryPeer(url, CITY, ours, theirs)).lookup("population", TRANG, {})
        assert found is not None
        assert found.id == "1"


def test_silence_is_told_as_such() -> None:
    key = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(Upstream) as refusal:
        adapter(RegistryPeer("http://127.0.0.1:9", CITY, key, key)).lookup("population", TRANG, {})
    assert (refusal.value.code, refusal.value.transient) == ("registry.unreachable", True)
