"""What verifiers fetch: the trust list, the status lists, and how both change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.verify import verify_text
from backend.wallet.rules import BLOCK_ENTRIES, BLOCKS, EMPTY_BLOCK
from backend.wallet.services.status_lists import SIGN_EVERY, SNAPSHOT_MARGIN
from shared_models.clock import FixedClock, to_epoch_s
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import Status, parse_status_list
from shared_models.errors import Upstream
from shared_models.schemas.wallet import TrustSchema
from tests.support.api import STATUS_URI_BASE, Cast, Phone, problem_of
from tests.support.builders_results import HolderKey, a_change, a_delivery, deliver, now_s, register
from tests.support.status import status_lists_of, status_of


@pytest.fixture
def anybody(sign_in: Cast) -> Phone:
    return sign_in.nobody()


def test_the_bundle_names_what_to_fetch(anybody: Phone, machine: Phone) -> None:
    deliver(machine)
    answer = anybody.get("/trust")
    assert answer.status_code == 200
    body = answer.get_json()
    assert not TrustSchema().validate(body)
    (status_list,) = body["status_lists"]
    assert (status_list["n"], status_list["uri"], status_list["url"]) == (1, f"{STATUS_URI_BASE}/1", "/api/v1/status/1")
    for row in (body["trust_list"], status_list):
        fetched = anybody.get(row["url"].removeprefix("/api/v1"))
        assert fetched.status_code == 200
        assert fetched.headers["ETag"] == f'"{row["etag"]}"'


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/trust/keys", "application/cwt"), ("/status/1", "application/statuslist+cwt")],
)
def test_signed_bytes_are_fetched_once(anybody: Phone, machine: Phone, path: str, media_type: str) -> None:
    deliver(machine)
    first = anybody.get(path)
    assert (first.status_code, first.headers["Content-Type"]) == (200, media_type)
    assert first.headers["Cache-Control"] == "no-cache"
    again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = anybody.get(path, headers={"If-None-Match": '"something-else"'})
    assert (other.status_code, other.get_data()) == (200, first.get_data())


@pytest.mark.parametrize(
    "path", ["/status/1", "/status/2", "/status/999999", f"/status/{1 << 63}", "/status/9" + "9" * 200]
)
def test_a_list_that_nobody_signed_is_not_there(anybody: Phone, path: str) -> None:
    assert problem_of(anybody.get(path)) == (404, "status_list.unknown")


def test_without_a_published_trust_list_there_is_no_bundle(anybody: Phone, container: Container) -> None:
    published = container.settings.public_dir / "trust-list.cwt"
    content = published.read_bytes()
    try:
        published.unlink()
        assert problem_of(anybody.get("/trust/keys")) == (503, "trust.unavailable")
        published.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert problem_of(anybody.get("/trust")) == (503, "trust.unavailable")
    finally:
        published.write_bytes(content)
    assert anybody.get("/trust/keys").get_data() == content


def test_a_new_list_says_not_issued_everywhere(container: Container, clock: FixedClock) -> None:
    assert container.wallet.sign_due_lists(clock.now()) == [1]
    (status_list,) = status_lists_of(container).values()
    assert len(status_list.entries) == 1 << 20
    assert status_list.entries.data == EMPTY_BLOCK * BLOCKS
    assert (status_list.ttl_s, status_list.expires_at_s - status_list.issued_at_s) == (43_200, 604_800)
    assert status_list.issued_at_s == to_epoch_s(clock.now() - SNAPSHOT_MARGIN)


def test_a_delivery_is_in_the_list_at_once(machine: Phone, container: Container) -> None:
    deliver(machine)
    assert status_of(container) == {None: "VALID"}
    (status_list,) = status_lists_of(container).values()
    values = [status_list.entries[index] for index in range(len(status_list.entries))]
    assert values.count(Status.NOT_ISSUED) == (1 << 20) - 1


def test_a_decision_is_in_the_list_at_once(machine: Phone, sign_in: Cast, container: Container) -> None:
    device = register(sign_in.citizen(), HolderKey())
    result = deliver(machine)
    for action, expected in (("suspend", "SUSPENDED"), ("restore", "VALID"), ("revoke", "REVOKED")):
        machine.post(f"/results/{result['id']}/status", a_change(action))
        assert status_of(container) == {None: expected, device: expected}
    verdict = verify_text(
        result["paper_text"], container.wallet.trust.current().trust, status_lists_of(container), now_s(container)
    )
    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVOKED, "status.revoked")


def test_a_credential_newer_than_the_list_is_not_called_forged(machine: Phone, container: Container) -> None:
    container.wallet.sign_due_lists(container.clock.now())
    old_lists = status_lists_of(container)
    result = deliver(machine)
    trust = container.wallet.trust.current().trust
    verdict = verify_text(result["paper_text"], trust, old_lists, now_s(container))
    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.STATUS_UNKNOWN, "status.newer_than_list")


def test_lists_are_signed_when_due_and_only_then(machine: Phone, container: Container, clock: FixedClock) -> None:
    deliver(machine)
    first = container.wallet.status_lists.token(1)
    assert container.wallet.sign_due_lists(clock.now()) == []
    clock.advance(SIGN_EVERY - timedelta(seconds=1))
    assert container.wallet.sign_due_lists(clock.now()) == []
    clock.advance(timedelta(seconds=1))
    assert container.wallet.sign_due_lists(clock.now()) == [1]
    second = container.wallet.status_lists.token(1)
    issued = [parse_status_list(token, f"{STATUS_URI_BASE}/1").status_list.issued_at_s for token, _ in (first, second)]
    assert issued[1] - issued[0] == SIGN_EVERY.total_seconds()
    assert first[1] != second[1]


def test_what_was_not_signed_after_its_commit_is_signed_by_the_job(
    machine: Phone, container: Container, clock: FixedClock
) -> None:
    """The process died between commit and signing: the mark is in the database, not in its memory."""
    result = deliver(machine)
    credential: Any = container.database.collection("credentials").find_one()
    place = (credential["list_n"], credential["list_index"], int(Status.REVOKED))
    container.database.transaction(lambda session: container.wallet.status_lists.set_entries([place], session))
    assert status_of(container) == {None: "VALID"}
    assert container.wallet.sign_due_lists(clock.now()) == [1]
    assert status_of(container) == {None: "REVOKED"}
    assert container.wallet.sign_due_lists(clock.now()) == []
    assert result["state"] == "active"


def test_signers_at_once_never_lose_a_revocation(machine: Phone, container: Container) -> None:
    results = [deliver(machine, number=f"{turn}/2026/ATTP")["id"] for turn in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda key: machine.post(f"/results/{key}/status", a_change("revoke")), results))
    assert [answer.status_code for answer in answers] == [200] * 8
    container.wallet.sign_due_lists(container.clock.now())
    lists = status_lists_of(container)
    rows = container.database.collection("credentials").find()
    assert {lists[row["status_uri"]].entries[row["list_index"]] for row in rows} == {Status.REVOKED}


def fill(container: Container, blocks: int) -> None:
    """Marks blocks of list 1 as used up."""
    container.wallet.status_lists.prepare()
    container.database.collection("status_blocks").update_many(
        {"list": 1, "block": {"$lt": blocks}}, {"$set": {"next": BLOCK_ENTRIES, "dirty": True}, "$inc": {"rev": 1}}
    )


def test_a_list_that_fills_up_is_followed_by_the_next(machine: Phone, container: Container) -> None:
    fill(container, 240)
    container.wallet.sign_due_lists(container.clock.now())
    for turn in range(4):
        deliver(machine, number=f"{turn}/2026/ATTP")
    assert {row["list_n"] for row in container.database.collection("credentials").find()} == {2}
    assert [row.n for row in container.wallet.status_lists.published()] == [1, 2]


def test_a_list_without_any_room_is_said_to_be_full_and_the_next_try_works(
    machine: Phone, container: Container
) -> None:
    fill(container, BLOCKS)
    with pytest.raises(Upstream) as full:
        container.database.transaction(lambda session: container.wallet.status_lists.take([0], session))
    assert (full.value.code, full.value.transient) == ("status_list.full", True)
    assert problem_of(machine.post("/results", a_delivery())) == (503, "status_list.full")
    container.wallet.sign_due_lists(container.clock.now())
    assert machine.post("/results", a_delivery()).status_code == 201


def test_undated_licences_are_minted_again_before_their_term_ends(
    machine: Phone, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    owner = sign_in.citizen()
    device = register(owner, HolderKey())
    undated = deliver(machine, valid_until=None)
    deliver(machine, number="2/2026/ATTP")
    assert container.wallet.licences.renew_undated(clock.now()) == 0
    clock.advance(timedelta(days=4 * 366))
    assert container.wallet.licences.renew_undated(clock.now()) == 2
    assert container.wallet.licences.renew_undated(clock.now()) == 0
    rows = list(container.database.collection("credentials").find({"licence_id": undated["licence_id"]}))
    assert sorted(str(row["device_id"]) for row in rows) == sorted(["None", "None", device, device])
    newest = max(row["expires_at"] for row in rows)
    licence: Any = container.database.collection("licences").find_one({"_id": undated["licence_id"]})
    paper = [bytes(row["cose"]) for row in rows if row["device_id"] is None and row["expires_at"] == newest]
    assert [bytes(licence["paper"])] == paper
    bound = container.wallet.credentials.of_device(device)[undated["licence_id"]]
    assert bound in {bytes(row["cose"]) for row in rows if row["expires_at"] == newest and row["device_id"] == device}
