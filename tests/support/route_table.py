"""Every route and who may call it: the matrix that tests/api/test_matrix.py holds the API to.

A route that is not here fails the test, and so does a role whose counterpart elsewhere (another agency's, another
citizen) is forgotten. Roles that a row does not name are refused with 403, nobody with 401.
"""

from typing import Any

from backend.identity.services.jose import write_jwt
from shared_models.clock import to_epoch_s
from tests.support.api import PUBLIC_URL, Phone
from tests.support.authenticator import enrol
from tests.support.builders_identity import PASSWORD, TRANG, new_key, pkce
from tests.support.builders_results import HolderKey, a_change, a_delivery, a_scan, a_subscription
from tests.support.route_row import Row, everybody, staff
from tests.support.routes_catalogue import CATALOGUE_ROWS
from tests.support.routes_dossiers import DOSSIER_ROWS
from tests.support.routes_exchange import EXCHANGE_ROWS
from tests.support.routes_payments import PAYMENT_ROWS
from tests.support.routes_payments_desk import PAYMENTS_DESK_ROWS
from tests.support.routes_receipts import RECEIPT_ROWS
from tests.support.world import STAFF_NAMES, World, begun

__all__ = ["TABLE", "Row"]


def _challenge(_world: World, phone: Phone) -> Any:
    challenge = phone.post("/wallet/devices/challenges").get_json().get("challenge", "none")
    return HolderKey().registration(challenge)


def _machine_key(_world: World, phone: Phone) -> Any:
    key = new_key()
    claims = {
        "sub": phone.user.get("id", "nobody"),
        "aud": PUBLIC_URL,
        "iat": to_epoch_s(phone.container.clock.now()),
    }
    proof = write_jwt({"alg": "ES256", "typ": "congdan-machine-key+jwt"}, claims, key)
    return {"jwk": key.as_dict(private=False), "proof": proof}


def _other_key(world: World, phone: Phone) -> str:
    """A machine's second key, which it may take away; for everybody else the first machine's own."""
    if phone is world.phones["machine"]:
        phone.post("/machine/keys", _machine_key(world, phone))
        keys = [item["jkt"] for item in phone.get("/machine/keys").get_json()["items"]]
        return f"/machine/keys/{next(key for key in keys if key != world.ids['jkt'])}"
    return f"/machine/keys/{world.ids['jkt']}"


def _first_code(world: World, phone: Phone) -> Any:
    if phone.user.get("role") not in STAFF_NAMES:
        return {"code": "000000"}
    app = world.apps[phone.user["id"]] = begun(phone)
    return {"code": app.code()}


def _next_code(world: World, phone: Phone) -> Any:
    """The code after the one that turned the second step on."""
    if phone.user.get("role") not in STAFF_NAMES:
        return {"code": "000000"}
    app = world.apps.get(phone.user["id"]) or enrol(phone)[0]
    return {"code": app.code(1)}


def _delivery(_world: World, phone: Phone) -> Any:
    return a_delivery(number="matrix/2026/ATTP", delivery_id=f"matrix-{phone.user.get('id', 'nobody')}")


def _scans(world: World, _phone: Phone) -> Any:
    return {"records": [a_scan(world.paper, world.container)]}


def _sync(world: World, _phone: Phone) -> str:
    return f"/wallet/sync?device_id={world.ids['device_id']}"


TABLE: tuple[Row, ...] = (
    Row(
        "GET /api/v1/auth/vneid/start",
        public=302,
        path=lambda _world, _phone: f"/auth/vneid/start?code_challenge={pkce()[1]}&state=app-state",
    ),
    Row("GET /api/v1/auth/vneid/callback", public=302, path=lambda _w, _p: "/auth/vneid/callback?code=x&state=y"),
    Row(
        "POST /api/v1/auth/token",
        public=200,
        body=lambda _w, _p: {"grant_type": "password", "username": "officer.H17.08", "password": PASSWORD},
    ),
    Row("POST /api/v1/auth/revoke", public=204, body=lambda _w, _p: {"refresh_token": "x" * 43}),
    Row("GET /api/v1/communes", public=200),
    Row("GET /api/v1/trust", public=200),
    Row("GET /api/v1/trust/keys", public=200),
    Row("GET /api/v1/status/{list_n}", public=200),
    Row("GET /api/v1/me", everybody(200), everybody(200)),
    Row("GET /api/v1/me/access-log", everybody(200), everybody(200)),
    Row("GET /api/v1/me/sessions", everybody(200), everybody(200)),
    Row("DELETE /api/v1/me/sessions", everybody(200), everybody(200), spoils=True),
    Row("DELETE /api/v1/me/sessions/{session_id}", everybody(404) | {"citizen": 204}, everybody(404), spoils=True),
    Row("GET /api/v1/me/totp", staff(200), staff(200)),
    Row("POST /api/v1/me/totp", staff(201), staff(201), body=lambda _w, _p: {"password": PASSWORD}, spoils=True),
    Row("POST /api/v1/me/totp/confirm", staff(200), staff(200), body=_first_code, spoils=True),
    Row("POST /api/v1/me/totp/recovery-codes", staff(200), staff(200), body=_next_code, spoils=True),
    Row("GET /api/v1/machine/keys", {"machine": 200}, {"machine": 200}),
    Row("POST /api/v1/machine/keys", {"machine": 201}, {"machine": 201}, body=_machine_key),
    Row("DELETE /api/v1/machine/keys/{jkt}", {"machine": 204}, {"machine": 204}, path=_other_key, spoils=True),
    Row(
        "POST /api/v1/people/lookups",
        {"officer": 200, "administrator": 200},
        {"officer": 200, "administrator": 200},
        body=lambda _w, _p: {"personal_id": TRANG.personal_id, "purpose": "hồ sơ đất đai"},
        sees=True,
        why="a person is of no agency: any officer with a reason may look one up, and the person reads it",
    ),
    Row(
        "GET /api/v1/notices",
        dict.fromkeys(("citizen", *STAFF_NAMES), 200),
        dict.fromkeys(("citizen", *STAFF_NAMES), 200),
    ),
    Row(
        "POST /api/v1/notices/{notice_id}/read",
        {"citizen": 204} | staff(404),
        {"citizen": 404} | staff(404),
    ),
    Row(
        "POST /api/v1/push/subscriptions",
        {"citizen": 200} | staff(201),
        {"citizen": 201} | staff(201),
        body=lambda world, phone: (
            a_subscription()
            if phone is world.phones["citizen"]
            else a_subscription(f"https://fcm.googleapis.com/fcm/send/{phone.user.get('id')}")
        ),
    ),
    Row(
        "DELETE /api/v1/push/subscriptions/{subscription_id}",
        {"citizen": 204} | staff(404),
        {"citizen": 404} | staff(404),
        spoils=True,
    ),
    Row("POST /api/v1/wallet/devices/challenges", {"citizen": 201}, {"citizen": 201}),
    Row("POST /api/v1/wallet/devices", {"citizen": 201}, {"citizen": 201}, body=_challenge),
    Row("GET /api/v1/wallet/devices", {"citizen": 200}, {"citizen": 200}),
    Row("DELETE /api/v1/wallet/devices/{device_id}", {"citizen": 204}, {"citizen": 404}, spoils=True),
    Row("GET /api/v1/wallet/sync", {"citizen": 200}, {"citizen": 404}, path=_sync),
    Row("GET /api/v1/wallet/licences/{licence_id}/access-log", {"citizen": 200}, {"citizen": 404}),
    Row(
        "GET /api/v1/licences/{licence_id}/sheet.pdf",
        {"citizen": 200, "officer": 200, "machine": 200, "inspector": 404, "administrator": 404},
        everybody(404),
    ),
    Row(
        "GET /api/v1/licences/{licence_id}/document.pdf",
        {"citizen": 200, "officer": 200, "machine": 200, "inspector": 404, "administrator": 404},
        everybody(404),
    ),
    Row("POST /api/v1/results", {"machine": 201}, {"machine": 403}, body=_delivery),
    Row(
        "POST /api/v1/results/{result_id}/status",
        {"machine": 200},
        {"machine": 404},
        body=lambda _w, _p: a_change("suspend"),
        spoils=True,
    ),
    Row("GET /api/v1/results", {"machine": 200, "officer": 200}, {"machine": 200, "officer": 200}),
    Row(
        "GET /api/v1/results/refused",
        {"machine": 200, "administrator": 200},
        {"machine": 200, "administrator": 200},
    ),
    Row("GET /api/v1/results/{result_id}", {"machine": 200, "officer": 200}, {"machine": 404, "officer": 404}),
    Row(
        "POST /api/v1/inspections:batch",
        {"inspector": 200},
        {"inspector": 200},
        body=_scans,
        sees=True,
        why="an inspector of any board may check any licence in the street; the owner reads who did",
    ),
    Row(
        "GET /api/v1/inspections",
        {"inspector": 200},
        {"inspector": 200},
        sees=True,
        why="one's own history: the row above lets an inspector elsewhere scan the world's licence",
    ),
    *CATALOGUE_ROWS,
    *DOSSIER_ROWS,
    *EXCHANGE_ROWS,
    *PAYMENT_ROWS,
    *RECEIPT_ROWS,
    *PAYMENTS_DESK_ROWS,
)
