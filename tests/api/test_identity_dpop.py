"""A token is worth nothing without its key: every way a proof can be wrong (RFC 9449)."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from backend.identity.services.jose import write_jwt
from shared_models.clock import FixedClock
from tests.support.api import API, Cast, Phone, problem_of
from tests.support.builders_identity import new_key

ME = f"{API}/me"


def get_me(phone: Phone, proof: str | None, token: str | None = None) -> tuple[int, str]:
    headers = {"Authorization": f"DPoP {token or phone.access_token}"}
    if proof is not None:
        headers["DPoP"] = proof
    answer = phone.app.test_client().get(ME, headers=headers)
    return (200, "") if answer.status_code == 200 else problem_of(answer)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"htm": "POST"}, "access.proof_invalid"),
        ({"htm": None}, "access.proof_invalid"),
        ({"htu": "http://localhost:8000/api/v1/notices"}, "access.proof_invalid"),
        ({"htu": "https://evil.example/api/v1/me"}, "access.proof_invalid"),
        ({"htu": None}, "access.proof_invalid"),
        ({"ath": "AAAA"}, "access.proof_invalid"),
        ({"ath": None}, "access.proof_invalid"),
        ({"jti": None}, "access.proof_invalid"),
        ({"jti": 7}, "access.proof_invalid"),
        ({"iat": None}, "access.proof_invalid"),
        ({"iat": "now"}, "access.proof_invalid"),
        ({"iat": float("1e300")}, "access.proof_invalid"),
        ({"iat": 0}, "access.proof_stale"),
    ],
)
def test_a_proof_with_a_wrong_claim_is_refused(sign_in: Cast, changes: dict[str, Any], code: str) -> None:
    phone = sign_in.citizen()
    assert get_me(phone, phone.proof("GET", ME, **changes)) == (401, code)
    assert get_me(phone, phone.proof("GET", ME)) == (200, "")


@pytest.mark.parametrize(("seconds", "status"), [(-61, 401), (-60, 200), (60, 200), (61, 401)])
def test_a_proof_is_fresh_for_a_minute_on_either_side(
    sign_in: Cast,
    clock: FixedClock,
    seconds: int,
    status: int,
) -> None:
    phone = sign_in.citizen()
    proof = phone.proof("GET", ME)
    clock.advance(timedelta(seconds=seconds))
    assert get_me(phone, proof)[0] == status


def test_another_key_does_not_make_the_token_work(sign_in: Cast) -> None:
    phone, thief = sign_in.citizen(), sign_in.nobody()
    thief.access_token = phone.access_token
    assert problem_of(thief.get("/me")) == (401, "access.proof_invalid")


def test_a_token_without_a_proof_or_as_a_bearer_token_is_refused(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    assert get_me(phone, None) == (401, "access.proof_missing")
    bearer = {"Authorization": f"Bearer {phone.access_token}", "DPoP": phone.proof("GET", ME)}
    answer = phone.app.test_client().get(ME, headers=bearer)
    assert problem_of(answer) == (401, "access.token_missing")
    assert answer.headers["WWW-Authenticate"] == 'DPoP algs="ES256"'


def test_a_proof_counts_once_where_something_changes(sign_in: Cast) -> None:
    phone = sign_in.nobody()
    proof = phone.proof("POST", f"{API}/auth/token")
    body = {"grant_type": "refresh_token", "refresh_token": "x"}
    codes = [
        problem_of(phone.app.test_client().post(f"{API}/auth/token", json=body, headers={"DPoP": proof}))
        for _ in range(2)
    ]
    assert codes == [(401, "session.unknown"), (401, "access.proof_reused")]


def test_a_reading_may_be_repeated_with_its_proof(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    proof = phone.proof("GET", ME)
    assert [get_me(phone, proof)[0] for _ in range(2)] == [200, 200]


def forge(phone: Phone, header: dict[str, Any], key: Any) -> str:
    claims = {"htm": "GET", "htu": f"http://localhost:8000{ME}", "iat": 0, "jti": "x", "ath": "x"}
    return write_jwt({"alg": "ES256", "typ": "dpop+jwt"} | header, claims, key)


def test_proofs_of_another_kind_are_refused(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    jwk = phone.key.as_dict(private=False)
    p384 = ECKey.generate_key("P-384", auto_kid=False)
    forgeries = {
        "private key inside": forge(phone, {"jwk": phone.key.as_dict(private=True)}, phone.key),
        "typ": forge(phone, {"jwk": jwk, "typ": "JWT"}, phone.key),
        "curve": forge(phone, {"jwk": p384.as_dict(private=False), "alg": "ES384"}, p384),
        "symmetric": forge(phone, {"jwk": jwk, "alg": "HS256"}, OctKey.import_key(b"k" * 32)),
        "signed by another": forge(phone, {"jwk": jwk}, new_key()),
        "no key": forge(phone, {}, phone.key),
        "not a jwt": "x",
        "too long": "x" * 5000,
        "unsigned": forge(phone, {"jwk": jwk}, phone.key).rsplit(".", 1)[0] + ".",
    }
    for what, proof in forgeries.items():
        assert get_me(phone, proof) == (401, "access.proof_invalid"), what


def test_a_changed_or_foreign_token_is_refused(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    header, payload, mac = str(phone.access_token).split(".")
    flipped = mac[:-2] + ("A" if mac[-2] != "A" else "B") + mac[-1]
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
    foreign = write_jwt({"alg": "HS256", "typ": "at+jwt"}, {"sub": "per_x"}, OctKey.import_key(b"k" * 32))
    for token in (f"{header}.{payload}.{flipped}", f"{none}.{payload}.", foreign, "x", "x" * 5000):
        assert get_me(phone, phone.proof("GET", ME), token) == (401, "access.token_invalid")


def test_production_knows_its_public_address_only(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    local = {"htu": f"http://localhost{ME}"}
    assert get_me(phone, phone.proof("GET", ME, **local)) == (200, "")
    phone.container.identity._proofs._any_origin = False
    assert get_me(phone, phone.proof("GET", ME, **local)) == (401, "access.proof_invalid")
    assert get_me(phone, phone.proof("GET", ME)) == (200, "")
