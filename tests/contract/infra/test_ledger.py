"""The access ledger on a real database: written with the reading, read by its subject, by named indexes."""

from datetime import timedelta
from typing import Any

import pytest

from backend.infra.ledger import ACCESS_LEDGER, Ledger, SearchEntry
from backend.infra.mongo import Database, Session
from tests.support.ledger_entries import INSPECTOR, NOW, entry, ledger, write

__all__ = ["ledger"]


def test_an_entry_says_who_what_why_where_and_when(ledger: Ledger, database: Database) -> None:
    write(ledger, database, entry())
    [item] = ledger.entries_of("per_1").items
    item.pop("_id")
    assert item == {
        "at": NOW,
        "action": "licence.checked",
        "actor_id": "stf_1",
        "actor_name": "Nguyễn Thị Minh Châu",
        "actor_role": "inspector",
        "agency_code": "H17.08",
        "agency_name": "Ban Quản lý ATTP",
        "purpose": "kiểm tra định kỳ",
        "place": {"lat": 16.06, "lon": 108.22, "accuracy_m": 12.0},
        "licence_id": "lic_1",
        "reference": "scn_1",
    }


def test_an_aborted_reading_leaves_no_entry(ledger: Ledger, database: Database) -> None:
    def abort(session: Session) -> None:
        ledger.record([entry()], session)
        raise LookupError

    with pytest.raises(LookupError):
        database.transaction(abort)
    assert ledger.entries_of("per_1").items == []


def test_pages_are_newest_first_and_complete(ledger: Ledger, database: Database) -> None:
    write(ledger, database, *(entry(minute, reference=f"scn_{minute}") for minute in range(7)))
    write(ledger, database, entry(3, subject_id="per_2"), entry(2, licence_id="lic_2", reference="other"))
    seen: list[str] = []
    cursor = None
    while True:
        page = ledger.entries_of("per_1", cursor, limit=3)
        seen += [item["reference"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen[:3] == ["scn_6", "scn_5", "scn_4"]
    assert len(seen) == len(set(seen)) == 8
    of_licence = ledger.entries_of("per_1", licence_id="lic_2").items
    assert [item["reference"] for item in of_licence] == ["other"]


def a_search(*found: tuple[str, str]) -> SearchEntry:
    return SearchEntry(NOW, found, "dossier.found", INSPECTOR, "dossier_handling")


def test_a_search_is_one_entry_that_each_of_the_found_reads(ledger: Ledger, database: Database) -> None:
    found = (("per_1", "dos_1"), ("per_2", "dos_2"), ("per_1", "dos_3"))
    database.transaction(lambda session: ledger.record_search(a_search(*found), session))
    assert database.collection(ACCESS_LEDGER).count_documents({}) == 1
    for person in ("per_1", "per_2"):
        [item] = ledger.entries_of(person).items
        assert (item["action"], item["actor_id"], item["reference"]) == ("dossier.found", "stf_1", None)
        assert not any(other in str(item) for other in ("per_", "dos_")), item
    assert ledger.entries_of("per_3").items == ledger.entries_of("per_1", licence_id="lic_1").items == []
    stored = database.collection(ACCESS_LEDGER).find_one({})
    assert stored is not None
    assert [(one["subject_id"], one["reference"]) for one in stored["found"]] == list(found)


def test_a_search_that_found_nobody_writes_nothing(ledger: Ledger, database: Database) -> None:
    database.transaction(lambda session: ledger.record_search(a_search(), session))
    assert database.collection(ACCESS_LEDGER).count_documents({}) == 0


def test_whom_a_search_found_is_sealed_with_it(ledger: Ledger, database: Database) -> None:
    database.transaction(
        lambda session: ledger.record_search(a_search(("per_1", "dos_1"), ("per_2", "dos_2")), session)
    )
    assert ledger.seal(NOW + timedelta(minutes=1)) == 1
    assert ledger.verify().problems == []
    database.collection(ACCESS_LEDGER).update_one({}, {"$pull": {"subject_id": "per_2"}})
    assert len(ledger.verify().problems) == 1


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"subject_id": "per_1"}, "access_ledger_by_subject"),
        ({"subject_id": "per_1", "_id": {"$lt": "f"}}, "access_ledger_by_subject"),
        ({"subject_id": "per_1", "licence_id": "lic_1"}, "access_ledger_by_subject_licence"),
        ({"block": -1, "_id": {"$lt": "f"}}, "access_ledger_by_block"),
    ],
)
def test_hot_queries_use_their_index(
    ledger: Ledger,
    database: Database,
    query: dict[str, Any],
    index: str,
) -> None:
    write(ledger, database, *(entry(minute) for minute in range(5)))
    plan = database.collection(ACCESS_LEDGER).find(query).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan), plan
    assert "access_ledger_by" in str(plan) or "_id_" in str(plan), plan
    assert index in database.collection(ACCESS_LEDGER).index_information()
