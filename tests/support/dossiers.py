"""Dossiers for tests: a ward with its officers, and everything as phones and desks send it."""

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from werkzeug.test import TestResponse

from backend.bootstrap import Container
from shared_models.access import Duty, Role
from tests.support.api import API, Cast, Phone
from tests.support.builders_identity import PASSWORD
from tests.support.catalogue import BIRTH, a_catalogue
from tests.support.database import snapshot
from tests.support.ids import an_id
from tests.support.seals import give_seal

WARD = "H17.30.05"
OTHER_WARD = "H17.30.06"
NAMES = {
    Duty.RECEIVE: "Đặng Thị Kim Oanh",
    Duty.PROCESS: "Phạm Quốc Bảo",
    Duty.APPROVE: "Võ Minh Quân",
    Duty.COLLECT: "Hồ Thị Ngọc Lan",
}


@dataclass
class Desk:
    """One agency's officers, signed in: one for each duty."""

    clerk: Phone
    officer: Phone
    leader: Phone


def a_ward(container: Container, cast: Cast, agency: str = WARD) -> Desk:
    """The catalogue of the demonstration and an agency's three officers."""
    if container.identity.people.agency(OTHER_WARD) is None:
        a_catalogue(container)
    give_seal(container, agency)
    phones = {duty: an_officer(container, cast, agency, duty) for duty in Duty if duty is not Duty.COLLECT}
    return Desk(phones[Duty.RECEIVE], phones[Duty.PROCESS], phones[Duty.APPROVE])


def an_officer(container: Container, cast: Cast, agency: str, *duties: Duty, name: str | None = None) -> Phone:
    """An officer with these duties, signed in."""
    username = name or f"{'-'.join(duties)}.{agency.lower()}"
    if container.identity.staff.of_username(username) is None:
        full_name = NAMES[duties[0]] if duties else "Lê Văn Không"
        container.identity.staff.add(username, PASSWORD, full_name, Role.OFFICER, agency, duties=duties)
    phone = cast.nobody()
    answer = phone.ask_token(grant_type="password", username=username, password=PASSWORD)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return phone


@cache
def a_pdf(text: str = "Giấy chứng sinh") -> bytes:
    """One page with a text, another file for each."""
    content = io.BytesIO()
    canvas = Canvas(content, invariant=True)
    canvas.drawString(72, 720, text.encode("ascii", "ignore").decode() or "text")
    canvas.setTitle(text)
    canvas.save()
    return content.getvalue()


def send_bytes(phone: Phone, path: str, content: bytes) -> TestResponse:
    """A ``PATCH`` with a body of plain bytes."""
    full = API + path
    sent = {"DPoP": phone.proof("PATCH", full), "Authorization": f"DPoP {phone.access_token}"}
    return phone.app.test_client().open(
        full, method="PATCH", data=content, headers=sent, content_type="application/octet-stream"
    )


def upload(phone: Phone, content: bytes | None = None, name: str = "giay.pdf") -> str:
    """Uploads a file in one piece; its id. Whether it was taken is not looked at."""
    content = a_pdf() if content is None else content
    upload_id = an_id("upl")
    announced = {"id": upload_id, "name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    answer = phone.post("/uploads", announced)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert send_bytes(phone, f"/uploads/{upload_id}?offset=0", content).status_code == 200
    return upload_id


BIRTH_VALUES: dict[str, Any] = {
    "applicant_name": "Trần Thị Thu Trang",
    "applicant_id": "048192900002",
    "applicant_birth_date": "1992-03-12",
    "applicant_gender": "female",
    "applicant_commune": "20242",
    "applicant_address": "12 Trần Phú",
    "applicant_phone": "0905123456",
    "applicant_relation": "mother",
    "child_name": "Trần Bảo Ngọc",
    "child_birth_date": "2026-11-02",
    "child_gender": "female",
    "child_ethnicity": "Kinh",
    "child_nationality": "Việt Nam",
    "child_birth_place_kind": "hospital",
    "child_hospital": "Bệnh viện Phụ sản - Nhi Đà Nẵng",
    "child_hometown": "Đà Nẵng",
    "mother_name": "Trần Thị Thu Trang",
    "mother_birth_date": "1992-03-12",
    "mother_ethnicity": "Kinh",
    "mother_nationality": "Việt Nam",
    "mother_residence": "12 Trần Phú, phường Hải Châu",
    "father_declared": False,
    "pledge": True,
}


def a_birth(phone: Phone, **changes: Any) -> dict[str, Any]:
    """The body of ``POST /dossiers`` for a birth registration, its certificate uploaded; ``...`` takes a member out."""
    body: dict[str, Any] = {
        "id": an_id("dos"),
        "procedure_code": BIRTH,
        "procedure_version": f"{BIRTH}@2025-07-01",
        "receiving_agency": WARD,
        "form_id": "birth_registration@1",
        "values": dict(BIRTH_VALUES),
        "origins": {},
        "components": [{"key": "birth_certificate", "upload_id": upload(phone)}],
        "return_way": "post",
        "return_address": "12 Trần Phú, phường Hải Châu, TP Đà Nẵng",
        "contact": {"phone": "0905123456", "email": None},
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


REQUEST = "DEMO-ATTP-05"
REQUEST_VALUES: dict[str, Any] = {
    **{name: value for name, value in BIRTH_VALUES.items() if name.startswith("applicant_") and "relation" not in name},
    "on_behalf": "self",
    "subject": "Công bố sản phẩm nước mắm Nam Ô",
    "details": "Đăng ký bản công bố sản phẩm theo hồ sơ kèm theo.",
    "pledge": True,
}


def a_request(phone: Phone | None, **changes: Any) -> dict[str, Any]:
    """The body of ``POST /dossiers`` to the food-safety board: a fee at reception, two papers, five working days."""
    papers = ("declaration", "test_report")
    body: dict[str, Any] = {
        "id": an_id("dos"),
        "procedure_code": REQUEST,
        "procedure_version": f"{REQUEST}@2025-07-01",
        "receiving_agency": "H17.08",
        "form_id": "general_request@1",
        "values": dict(REQUEST_VALUES),
        "components": [
            {"key": key, "upload_id": upload(phone, a_pdf(key)) if phone else an_id("upl")} for key in papers
        ],
        "return_way": "digital",
        "contact": {"phone": "0905123456"},
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def file(phone: Phone, **changes: Any) -> dict[str, Any]:
    """Sends a birth registration that must be taken in; its answer."""
    return good(phone.post("/dossiers", a_birth(phone, **changes)), 201)


def good(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def written(container: Container) -> dict[str, int]:
    """How many of everything there is, but for the proofs of requests and the hours' counts."""
    counts = snapshot(container.database)
    return {name: count for name, count in counts.items() if name not in {"dpop_proofs", "quotas"}}


def do(phone: Phone, dossier: dict[str, Any], action: str, **fields: Any) -> TestResponse:
    """One action of the desk on the version that was seen last; the dossier's own fields follow the answer."""
    ask = {"id": an_id("act"), "version": dossier["version"], "action": action, **fields}
    answer = phone.post(f"/desk/dossiers/{dossier['id']}/actions", ask)
    if answer.status_code == 200:
        dossier.clear()
        dossier.update(answer.get_json())
    return answer


def done(phone: Phone, dossier: dict[str, Any], action: str, **fields: Any) -> dict[str, Any]:
    """As `do`, and it must succeed."""
    return good(do(phone, dossier, action, **fields))


def by_owner(phone: Phone, dossier: dict[str, Any], action: str, **fields: Any) -> TestResponse:
    """One of the owner's own actions."""
    return phone.post(f"/dossiers/{dossier['id']}/actions", {"id": an_id("act"), "action": action, **fields})
