"""The wallet's sync, its documents and its access logs."""

import base64
from datetime import timedelta

import pytest

from backend.bootstrap import Container
from backend.infra.verify import verify_text
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock
from shared_models.credential.reasons import Outcome
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, ROAD_BOARD, a_machine
from tests.support.builders_results import HolderKey, a_change, a_delivery, deliver, now_s, register
from tests.support.ids import an_id
from tests.support.status import status_lists_of
from tests.support.syncing import sync


def test_the_credential_on_the_phone_proves_its_holder(owner: Phone, machine: Phone, container: Container) -> None:
    key = HolderKey()
    device = register(owner, key)
    result = deliver(machine)
    (licence,) = sync(owner, device_id=device)["licences"]
    assert (licence["id"], licence["result_id"], licence["status"]) == (result["licence_id"], result["id"], "valid")
    assert licence["issuer"] == {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
    assert (licence["valid_from"], licence["valid_until"], licence["undated"]) == ("2026-11-21", "2029-11-20", False)
    trust, lists = container.wallet.trust.current().trust, status_lists_of(container)
    shown = key.present(licence["credential"], now_s(container))
    assert verify_text(shown, trust, lists, now_s(container)).outcome is Outcome.VALID_HOLDER_PRESENT
    stolen = HolderKey().present(licence["credential"], now_s(container))
    assert verify_text(stolen, trust, lists, now_s(container)).outcome is Outcome.INVALID
    paper = verify_text(result["paper_text"], trust, lists, now_s(container))
    assert (paper.outcome, paper.reasons) == (Outcome.VALID_HOLDER_NOT_PROVEN, ("holder.paper",))


def test_licences_from_before_the_phone_are_bound_to_it(owner: Phone, machine: Phone, container: Container) -> None:
    deliver(machine)
    suspended = deliver(machine, number="2/2026/ATTP")
    revoked = deliver(machine, number="3/2026/ATTP")
    machine.post(f"/results/{suspended['id']}/status", a_change("suspend"))
    machine.post(f"/results/{revoked['id']}/status", a_change("revoke"))
    before = sync(owner)
    assert [licence["credential"] for licence in before["licences"]] == [None, None, None]
    device = register(owner, HolderKey())
    after = {row["number"]: row for row in sync(owner, device_id=device, cursor=before["cursor"])["licences"]}
    assert sorted(after) == ["2/2026/ATTP", "48/2026/ATTP-CNĐK"]
    assert all(row["credential"] for row in after.values())
    entries = {
        row["licence_id"]: row for row in container.database.collection("credentials").find({"device_id": device})
    }
    lists = status_lists_of(container)
    bound = entries[suspended["licence_id"]]
    assert lists[bound["status_uri"]].entries[bound["list_index"]] == 2


def test_sync_tells_what_changed_since_the_cursor(owner: Phone, machine: Phone) -> None:
    device = register(owner, HolderKey())
    first = deliver(machine)
    deliver(machine, number="2/2026/ATTP")
    everything = sync(owner, device_id=device)
    assert [row["number"] for row in everything["licences"]] == ["48/2026/ATTP-CNĐK", "2/2026/ATTP"]
    nothing = sync(owner, device_id=device, cursor=everything["cursor"])
    assert (nothing["licences"], nothing["removed"], nothing["cursor"]) == ([], [], everything["cursor"])
    machine.post(f"/results/{first['id']}/status", a_change("suspend"))
    (changed,) = sync(owner, device_id=device, cursor=everything["cursor"])["licences"]
    assert (changed["status"], changed["decision_number"], changed["version"]) == ("suspended", "208/QĐ-ATTP", 2)
    assert changed["status_reason"] == "Không duy trì điều kiện vệ sinh"
    assert len(sync(owner, device_id=device, cursor=99999)["licences"]) == 2


def test_sync_answers_304_when_nothing_changed(owner: Phone, machine: Phone) -> None:
    device = register(owner, HolderKey())
    path = f"/wallet/sync?device_id={device}"
    etag = owner.get(path).headers["ETag"]
    unchanged = owner.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.get_data(), unchanged.headers["ETag"]) == (304, b"", etag)
    deliver(machine)
    assert owner.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"), [("cursor=abc", "cursor"), ("device_id=x", "device_id"), ("since=1", "since")]
)
def test_a_bad_question_is_refused(owner: Phone, query: str, field: str) -> None:
    answer = owner.get(f"/wallet/sync?{query}")
    assert problem_of(answer) == (422, "request.invalid")
    assert field in answer.get_json()["errors"]


def test_a_wallet_holds_its_owners_licences_only(owner: Phone, machine: Phone, sign_in: Cast) -> None:
    deliver(machine)
    assert sync(sign_in.citizen(AN))["licences"] == []
    assert len(sync(owner)["licences"]) == 1


def test_a_phones_last_visit_is_kept_by_the_day(owner: Phone, clock: FixedClock, container: Container) -> None:
    device = register(owner, HolderKey())
    seen = []
    for step in (timedelta(0), timedelta(minutes=5), timedelta(hours=24)):
        clock.advance(step)
        if step >= timedelta(hours=1):
            owner.ask_token(grant_type="refresh_token", refresh_token=owner.refresh_token)
        sync(owner, device_id=device)
        seen.append(container.database.collection("devices").find_one({"_id": device})["last_seen_at"])
    assert seen[0] == seen[1] < seen[2]


# ---- documents and access logs ----


def test_the_document_comes_back_byte_for_byte(owner: Phone, machine: Phone) -> None:
    body = a_delivery()
    result = deliver(machine)
    for reader in (owner, machine):
        answer = reader.get(f"/licences/{result['licence_id']}/document.pdf")
        assert answer.status_code == 200
        assert answer.get_data() == base64.b64decode(body["document"])
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["sheet.pdf", "document.pdf"])
def test_documents_are_for_the_owner_and_the_issuer(
    machine: Phone, owner: Phone, sign_in: Cast, container: Container, name: str
) -> None:
    licence = deliver(machine)["licence_id"]
    path = f"/licences/{licence}/{name}"
    road = sign_in.nobody()
    road.ask_token(grant_type="client_credentials", client_assertion=a_machine(container, ROAD_BOARD).assertion())
    assert problem_of(sign_in.nobody().get(path)) == (401, "access.token_missing")
    for stranger in (sign_in.citizen(AN), sign_in.staff(Role.INSPECTOR), road, sign_in.machine(Scope.RESULTS_DELIVER)):
        assert problem_of(stranger.get(path)) == (404, "licence.unknown")
    assert container.database.collection("access_ledger").count_documents({}) == 0
    assert owner.get(path).status_code == 200
    assert container.database.collection("access_ledger").count_documents({}) == 0
    assert machine.get(path).status_code == sign_in.staff(Role.OFFICER).get(path).status_code == 200
    assert container.database.collection("access_ledger").count_documents({"licence_id": licence}) == 2
    assert problem_of(owner.get(f"/licences/{an_id('lic')}/{name}")) == (404, "licence.unknown")


def test_the_owner_reads_who_looked(owner: Phone, machine: Phone, sign_in: Cast) -> None:
    first, second = deliver(machine)["licence_id"], deliver(machine, number="2/2026/ATTP")["licence_id"]
    machine.get(f"/licences/{first}/document.pdf")
    sign_in.staff(Role.OFFICER).get(f"/licences/{second}/sheet.pdf")
    path = f"/wallet/licences/{first}/access-log"
    (entry,) = owner.get(path).get_json()["items"]
    assert (entry["action"], entry["agency_name"]) == ("licence.document_read", "Ban Quản lý An toàn thực phẩm")
    assert len(owner.get("/me/access-log").get_json()["items"]) == 2
    assert problem_of(sign_in.citizen(AN).get(path)) == (404, "licence.unknown")
