"""An interlinked procedure: all agencies at once, one leads, and it is decided when each has done its part."""

from datetime import UTC, datetime

from backend.bootstrap import Container
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import Cast, problem_of
from tests.support.catalogue import a_procedure
from tests.support.dossiers import a_birth, a_pdf, a_ward, an_officer, do, done, good, upload

LINKED = "2.000986"


def test_every_agency_gets_its_part_at_once(container: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    ward, owner = a_ward(container, sign_in), sign_in.citizen()
    version = a_procedure(LINKED)
    papers = [
        {"key": one["key"], "upload_id": upload(owner, a_pdf(one["key"]))}
        for one in version["components"]
        if one["required"]
    ]
    named = {"procedure_code": LINKED, "procedure_version": version["id"], "form_id": version["form"]}
    sent = good(owner.post("/dossiers", a_birth(owner, components=papers, **named)), 201)
    dossier = good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))
    done(ward.clerk, dossier, "accept")
    others = [part["agency"] for part in version["interlinked"] if not part["lead"]]
    assert sorted(one["agency"]["code"] for one in dossier["opinions"]) == sorted(others)
    done(ward.officer, dossier, "start")
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    assert problem_of(do(ward.leader, dossier, "resolve")) == (409, "dossier.parts_open")
    for part in dossier["opinions"]:
        officer = an_officer(container, sign_in, part["agency"]["code"], Duty.PROCESS)
        seen = good(officer.get(f"/desk/dossiers/{dossier['id']}"))
        done(officer, seen, "answer_opinion", opinion_id=part["id"], text="Đã xong")
    dossier = good(ward.leader.get(f"/desk/dossiers/{dossier['id']}"))
    assert done(ward.leader, dossier, "resolve")["status"] == 9
