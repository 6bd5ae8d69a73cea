"""What a delivery that was cut off leaves in the store of files goes a day later, and nothing else does."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.file_bucket import LOOSE_FOR, UPLOADS, FileBucket
from backend.infra.mongo import Database
from backend.jobs import run_due
from shared_models.clock import FixedClock
from tests.support.api import Cast, app, clock, container, folders, provider, sign_in
from tests.support.builders_results import a_city, a_delivery

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]

A_DAY = LOOSE_FOR + timedelta(seconds=1)
PIECES = ("fs.files", "fs.chunks", "refused.files", "refused.chunks", UPLOADS)


@pytest.fixture
def bucket(database: Database, clock: FixedClock) -> FileBucket:
    return FileBucket(database, clock)


def left(database: Database) -> dict[str, int]:
    counts = {name: database.collection(name).count_documents({}) for name in PIECES}
    return {name: count for name, count in counts.items() if count}


def nobody(_file: Any) -> bool:
    return False


def cut_while_writing(bucket: FileBucket, database: Database, clock: FixedClock) -> None:
    """As a process leaves it that was killed after its second chunk: GridFS writes the file's record last."""
    bucket._note("fil_cut", clock.now())
    chunks = [{"files_id": "fil_cut", "n": number, "data": bytes(255 * 1024)} for number in range(2)]
    database.collection("fs.chunks").insert_many(chunks)


def test_an_upload_that_was_cut_in_the_middle_goes_after_a_day(
    bucket: FileBucket, database: Database, clock: FixedClock
) -> None:
    cut_while_writing(bucket, database, clock)
    assert left(database) == {"fs.chunks": 2, UPLOADS: 1}
    clock.advance(LOOSE_FOR - timedelta(seconds=1))
    assert bucket.sweep(nobody) == 0, "it may still be under way"
    assert left(database) == {"fs.chunks": 2, UPLOADS: 1}
    clock.advance(timedelta(seconds=1))
    assert bucket.sweep(nobody) == 1
    assert left(database) == {}


def test_a_deletion_that_was_cut_is_finished(bucket: FileBucket, database: Database, clock: FixedClock) -> None:
    bucket.write("fil_1", "name", b"content", {})
    bucket._note("fil_1", clock.now())
    database.collection("fs.files").delete_one({"_id": "fil_1"})
    clock.advance(A_DAY)
    assert bucket.sweep(nobody) == 1
    assert left(database) == {}


def test_a_file_that_a_record_names_stays_and_is_asked_about_once(
    bucket: FileBucket, database: Database, clock: FixedClock
) -> None:
    bucket.write("fil_1", "name", b"content", {})
    asked: list[Any] = []
    clock.advance(A_DAY)
    for _ in range(2):
        assert bucket.sweep(lambda file: asked.append(file) is None) == 0
    assert asked == [{"_id": "fil_1", "filename": "name"}]
    assert bucket.read("fil_1")[0] == b"content"


def test_a_file_that_is_given_out_again_meanwhile_stays(
    bucket: FileBucket, database: Database, clock: FixedClock
) -> None:
    """A retry with the same bytes, between the sweep's question and its deleting."""
    bucket.write("fil_1", "name", b"content", {})
    clock.advance(A_DAY)

    def give_out(_file: Any) -> bool:
        assert bucket.known("name") == "fil_1"
        return False

    assert bucket.sweep(give_out) == 0
    assert bucket.read("fil_1")[0] == b"content"
    assert UPLOADS not in left(database)
    clock.advance(A_DAY)
    assert bucket.sweep(nobody) == 1
    assert bucket.known("name") is None


def test_buckets_do_not_sweep_each_other(bucket: FileBucket, database: Database, clock: FixedClock) -> None:
    cut_while_writing(bucket, database, clock)
    clock.advance(A_DAY)
    assert FileBucket(database, clock, "refused").sweep(nobody) == 0
    assert left(database) == {"fs.chunks": 2, UPLOADS: 1}


def loose_result(container: Container) -> None:
    """As a delivery leaves it that was cut after its file and before its transaction."""
    container.files.put(b"%PDF-loose", hashlib.sha256(b"%PDF-loose").hexdigest(), "application/pdf")


def loose_refusal(container: Container) -> None:
    container.results.refused._files.put(b"%PDF-loose", container.clock.now() + timedelta(days=30))


@pytest.mark.parametrize("leave", [loose_result, loose_refusal])
def test_the_job_takes_what_nobody_names_and_leaves_results_and_entries(
    container: Container, sign_in: Cast, clock: FixedClock, leave: Callable[[Container], None]
) -> None:
    a_city(container)
    machine = sign_in.machine()
    assert machine.post("/results", a_delivery()).status_code == 201
    assert (
        machine.post("/results", a_delivery(delivery_id="delivery-refused", valid_until="2020-01-01")).status_code
        == 422
    )
    before = left(container.database)
    leave(container)
    assert left(container.database) != before
    clock.advance(A_DAY)
    assert {"files.sweep", "refused.clean"} <= set(run_due(container))
    assert left(container.database) == before
    [result] = container.database.collection("results").find()
    assert container.files.open(result["file_id"])[0].startswith(b"%PDF-")
    [entry] = container.results.refused.entries(None)
    assert container.results.refused._files.read(entry["file_id"]).startswith(b"%PDF-")
