"""What inspectors' phones send in: judged again, stored once, told to the owner."""

from datetime import timedelta
from typing import Any

from backend.bootstrap import Container
from shared_models.access import Role
from shared_models.clock import FixedClock
from shared_models.inspection import LicenceInspected
from shared_models.schemas.wire import to_base64url
from tests.support.api import Cast, Phone
from tests.support.builders_identity import PASSWORD, TRANG, a_staff_member
from tests.support.builders_results import HolderKey, a_change, a_scan, a_subscription, an_inspection, now_s, register
from tests.support.ids import an_id
from tests.support.inspecting import WRITTEN, send, states, written


def test_a_scan_and_its_inspection_are_stored_and_the_owner_is_told(
    inspector: Phone, paper: str, sign_in: Cast, container: Container
) -> None:
    heard: list[LicenceInspected] = []
    container.events.on(LicenceInspected, lambda event, _session: heard.append(event))
    owner = sign_in.citizen()
    scan = a_scan(paper, container, carrier="PAPER", outcome="VALID_HOLDER_NOT_PROVEN", reasons=["holder.paper"])
    inspection = an_inspection(scan["id"], container, result="violation")
    results = send(inspector, inspection, scan)
    assert results == [{"id": inspection["id"], "state": "stored"}, {"id": scan["id"], "state": "stored"}]
    stored: Any = container.database.collection("scans").find_one({"_id": scan["id"]})
    assert (stored["judged_outcome"], stored["judged_reasons"]) == ("VALID_HOLDER_NOT_PROVEN", ["holder.paper"])
    assert stored["number"] == "48/2026/ATTP-CNĐK"
    assert "code" not in stored
    (entry,) = owner.get("/me/access-log").get_json()["items"]
    assert (entry["action"], entry["purpose"], entry["place"]) == ("licence.checked", "Kiểm tra định kỳ", scan["place"])
    assert (entry["actor_name"], entry["at"]) == ("Nguyễn Thị Minh Châu", scan["scanned_at"])
    notices = owner.get("/notices").get_json()["items"]
    assert [notice["kind"] for notice in notices if notice["kind"] == "licence.checked"] == ["licence.checked"]
    assert [(event.inspection_id, event.result.value) for event in heard] == [(inspection["id"], "violation")]


def test_a_scan_alone_is_in_the_log_but_is_no_notice(inspector: Phone, paper: str, container: Container) -> None:
    before = written(container)
    assert states(send(inspector, a_scan(paper, container))) == ["stored"]
    after = written(container)
    assert (after["access_ledger"] - before["access_ledger"], after["notices"] - before["notices"]) == (1, 0)


def test_the_push_names_nobody(inspector: Phone, paper: str, sign_in: Cast, container: Container) -> None:
    owner = sign_in.citizen()
    subscription = a_subscription()
    assert owner.post("/push/subscriptions", subscription).status_code == 201
    scan = a_scan(paper, container)
    send(inspector, scan, an_inspection(scan["id"], container))
    (message,) = container.database.collection("outbox").find()
    assert (message["template"], message["params"], message["state"]) == ("licence.checked", {}, "ready")
    text = str(message)
    for secret in (TRANG.full_name, TRANG.personal_id, "48/2026", "Lê Đình Dương", "MÌ QUẢNG", "lic_", "per_"):
        assert secret not in text


def test_sending_again_changes_nothing(inspector: Phone, paper: str, container: Container) -> None:
    scans = [a_scan(paper, container) for _ in range(3)]
    records = [*scans, *(an_inspection(scan["id"], container) for scan in scans)]
    send(inspector, *records)
    before = written(container)
    everything = {name: list(container.database.collection(name).find().sort("_id", 1)) for name in WRITTEN}
    assert states(send(inspector, *records)) == ["already_stored"] * 6
    assert written(container) == before
    assert everything == {name: list(container.database.collection(name).find().sort("_id", 1)) for name in WRITTEN}


def test_the_same_id_with_another_content_is_refused(
    inspector: Phone, paper: str, sign_in: Cast, container: Container
) -> None:
    scan = a_scan(paper, container)
    inspection = an_inspection(scan["id"], container)
    send(inspector, scan, inspection)
    before = written(container)
    changed = [{**scan, "purpose": "Khác"}, {**inspection, "note": "Khác"}]
    assert states(send(inspector, *changed)) == ["refused scan.id_reused", "refused inspection.id_reused"]
    a_staff_member(container, Role.INSPECTOR, "other.inspector")
    other = sign_in.nobody()
    assert other.ask_token(grant_type="password", username="other.inspector", password=PASSWORD).status_code == 200
    assert states(send(other, scan)) == ["refused scan.id_reused"]
    assert written(container) == before


def test_double_ids_in_one_batch_are_one_record(inspector: Phone, paper: str, container: Container) -> None:
    scan = a_scan(paper, container)
    results = send(inspector, scan, {**scan, "purpose": "Khác"}, scan)
    assert states(results) == ["stored", "refused scan.id_reused", "already_stored"]
    assert written(container)["access_ledger"] == 1


def test_a_bad_record_does_not_hold_the_others(inspector: Phone, paper: str, container: Container) -> None:
    good = a_scan(paper, container)
    bad: list[Any] = [
        {},
        {"kind": "scan"},
        {"kind": 7, "id": an_id("scn")},
        a_scan(paper, container, extra=1),
        a_scan(paper, container, id="scn_1"),
        a_scan(paper, container, scanned_at="yesterday"),
        a_scan(paper, container, place={"lat": 95, "lon": 0, "accuracy_m": 1}),
        a_scan(paper, container, purpose=""),
        an_inspection(good["id"], container, result="fine"),
        an_inspection(good["id"], container, checklist=[{"key": "Hygiene!", "state": "pass"}]),
        an_inspection(good["id"], container, note="x" * 2001),
    ]
    results = send(inspector, *bad, good)
    assert [result["state"] for result in results] == ["refused"] * len(bad) + ["stored"]
    assert {result["code"] for result in results[:-1]} == {"request.invalid", "inspection.kind_unknown"}
    assert [sorted(result["errors"]) for result in results[3:9]] == [
        ["extra"],
        ["id"],
        ["scanned_at"],
        ["place"],
        ["purpose"],
        ["result"],
    ]
    assert (written(container)["scans"], written(container)["inspections"]) == (1, 0)


def test_an_inspection_needs_its_scan(inspector: Phone, paper: str, container: Container) -> None:
    scan = a_scan(paper, container)
    inspection = an_inspection(scan["id"], container)
    assert states(send(inspector, inspection)) == ["refused scan.unknown"]
    assert written(container)["inspections"] == 0
    assert states(send(inspector, scan)) == ["stored"]
    assert states(send(inspector, inspection)) == ["stored"]


def test_another_inspectors_scan_is_no_ground(
    inspector: Phone, paper: str, sign_in: Cast, container: Container
) -> None:
    scan = a_scan(paper, container)
    send(inspector, scan)
    a_staff_member(container, Role.INSPECTOR, "other.inspector")
    other = sign_in.nobody()
    other.ask_token(grant_type="password", username="other.inspector", password=PASSWORD)
    assert states(send(other, an_inspection(scan["id"], container))) == ["refused scan.unknown"]
    assert other.get("/inspections").get_json()["items"] == []


def test_a_record_from_the_future_is_refused(inspector: Phone, paper: str, container: Container) -> None:
    ahead = (container.clock.now() + timedelta(minutes=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    results = send(inspector, a_scan(paper, container, scanned_at=ahead))
    assert states(results) == ["refused inspection.in_future"]


def forged(paper: str) -> list[tuple[str, str | None]]:
    digits = paper.rpartition("#")[2]
    return [
        ("a changed signature", paper[:-1] + ("1" if paper[-1] != "1" else "2")),
        ("cut off", paper[:-40]),
        ("somebody's link", "https://example.com/q"),
        ("nothing of ours", None),
        ("a text", "VN1:ABC"),
        ("digits alone", digits),
    ]


def test_a_forged_scan_is_kept_but_is_about_nobody(inspector: Phone, paper: str, container: Container) -> None:
    before = written(container)
    for why, code in forged(paper):
        scan = a_scan(code, container, outcome="INVALID", reasons=["signature.invalid"])
        assert states(send(inspector, scan, an_inspection(scan["id"], container))) == ["stored", "stored"], why
        stored: Any = container.database.collection("scans").find_one({"_id": scan["id"]})
        assert (stored["owner_id"], stored["licence_id"]) == (None, None), why
        assert stored["judged_outcome"] in {"INVALID", "NOT_OURS"}, why
    after = written(container)
    for name in ("access_ledger", "notices", "outbox"):
        assert after[name] == before[name]


def test_a_presentation_is_judged_at_the_moment_of_its_scan(
    inspector: Phone, paper: str, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    """Hours without a network lie between the scan and its arrival; the licence is revoked meanwhile."""
    owner, key = sign_in.citizen(), HolderKey()
    device = register(owner, key)
    (licence,) = owner.get(f"/wallet/sync?device_id={device}").get_json()["licences"]
    shown = key.present(licence["credential"], now_s(container))
    fresh = a_scan(shown, container)
    screenshot = a_scan(key.present(licence["credential"], now_s(container) - 300), container)
    sign_in.machine().post(f"/results/{licence['result_id']}/status", a_change("revoke"))
    clock.advance(timedelta(hours=3))
    late = sign_in.staff(Role.INSPECTOR)
    assert states(send(late, fresh, screenshot)) == ["stored", "stored"]
    scans = {row["_id"]: row for row in container.database.collection("scans").find()}
    assert scans[fresh["id"]]["judged_outcome"] == "VALID_HOLDER_PRESENT"
    assert scans[screenshot["id"]]["judged_reasons"] == ["holder.too_old"]
    assert scans[screenshot["id"]]["licence_id"] == licence["id"]


def test_an_answer_to_the_inspectors_nonce_is_judged_without_a_clock(
    inspector: Phone, paper: str, sign_in: Cast, container: Container
) -> None:
    owner, key = sign_in.citizen(), HolderKey()
    (licence,) = owner.get(f"/wallet/sync?device_id={register(owner, key)}").get_json()["licences"]
    nonce, other = bytes(range(8)), bytes(8)
    shown = key.present(licence["credential"], now_s(container) - 3600, nonce)
    answered = a_scan(shown, container, nonce=to_base64url(nonce))
    replayed = a_scan(shown, container, nonce=to_base64url(other))
    unasked = a_scan(shown, container)
    assert states(send(inspector, answered, replayed, unasked)) == ["stored"] * 3
    scans = {row["_id"]: row["judged_reasons"] for row in container.database.collection("scans").find()}
    assert [scans[scan["id"]] for scan in (answered, replayed, unasked)] == [
        [],
        ["holder.nonce_mismatch"],
        ["holder.too_old"],
    ]
