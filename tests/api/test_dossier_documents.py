"""What is written is what the documents say; and officers have what their duties give them."""

import pytest
from mongoengine import Document

from backend.bootstrap import Container
from backend.dossiers.documents import (
    DossierCounterDocument,
    DossierDocument,
    DossierEventDocument,
    UploadDocument,
    UploadPieceDocument,
)
from shared_models.access import Duty, Role, Scope
from shared_models.clock import FixedClock
from shared_models.errors import Invalid
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import WARD, a_pdf, a_ward, an_officer, done, file, good, send_bytes
from tests.support.ids import an_id

KINDS: tuple[type[Document], ...] = (
    DossierDocument,
    DossierEventDocument,
    DossierCounterDocument,
    UploadDocument,
    UploadPieceDocument,
)


def test_what_is_written_fits_its_document(container: Container, sign_in: Cast, clock: FixedClock) -> None:
    assert clock
    ward, owner = a_ward(container, sign_in), sign_in.citizen()
    dossier = good(ward.clerk.get(f"/desk/dossiers/{file(owner)['id']}"))
    done(ward.clerk, dossier, "accept")
    done(ward.officer, dossier, "start")
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    done(ward.leader, dossier, "resolve")
    begun = good(owner.post("/uploads", {"id": an_id("upl"), "name": "x", "size": 99_999, "sha256": "0" * 64}), 201)
    assert send_bytes(owner, f"/uploads/{begun['id']}?offset=0", a_pdf()).status_code == 200
    for kind in KINDS:
        rows = list(container.database.collection(kind._get_collection_name()).find())
        assert rows, kind
        for row in rows:
            fields = {"id" if name == "_id" else name: value for name, value in row.items()}
            kind(**fields).validate()


def test_who_collects_fees_reads_no_dossier(container: Container, sign_in: Cast) -> None:
    a_ward(container, sign_in)
    officer = an_officer(container, sign_in, WARD, Duty.COLLECT)
    assert not [scope for scope in officer.user["scopes"] if scope.startswith("dossiers")]
    assert "payments:collect" in officer.user["scopes"]
    assert problem_of(officer.get("/desk/dossiers")) == (403, "access.scope_missing")


@pytest.mark.parametrize("duty", [Duty.RECEIVE, Duty.PROCESS, Duty.APPROVE])
def test_an_officer_may_what_their_duty_says(container: Container, sign_in: Cast, duty: Duty) -> None:
    a_ward(container, sign_in)
    officer = an_officer(container, sign_in, WARD, duty)
    held = {scope for scope in officer.user["scopes"] if scope.startswith("dossiers")}
    assert held == {"dossiers:read", f"dossiers:{duty.value}"}


def test_an_officer_without_a_duty_sees_no_dossiers(container: Container, sign_in: Cast) -> None:
    a_ward(container, sign_in)
    officer = an_officer(container, sign_in, WARD, name="khong.nhiem.vu")
    assert problem_of(officer.get("/desk/dossiers")) == (403, "access.scope_missing")


def test_other_duties_count_from_the_next_sign_in(container: Container, sign_in: Cast) -> None:
    a_ward(container, sign_in)
    officer: Phone = an_officer(container, sign_in, WARD, Duty.RECEIVE)
    container.identity.staff.set_duties("receive.h17.30.05", [Duty.APPROVE])
    assert problem_of(officer.get("/desk/dossiers")) == (401, "session.ended")
    again = an_officer(container, sign_in, WARD, Duty.RECEIVE)
    assert Scope.DOSSIERS_APPROVE.value in again.user["scopes"]
    assert Scope.DOSSIERS_RECEIVE.value not in again.user["scopes"]
    with pytest.raises(Invalid, match=r"staff\.duties_forbidden"):
        container.identity.staff.add("x.y", "m" * 12, "Trần An", Role.INSPECTOR, WARD, duties=[Duty.RECEIVE])
