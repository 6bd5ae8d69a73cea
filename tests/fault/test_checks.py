"""What the stories are held to can fail: each kind of damage is found, by the check that is there for it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from tests.support.story import invariants
from tests.support.story.judging import Verifier, codes_are_judged_as_wallets_say, lists_say_what_licences_are
from tests.support.story.telling import Story

pytestmark = pytest.mark.stack

Rows = Database[dict[str, Any]]


def take_away(rows: Rows, collection: str, query: dict[str, Any]) -> Callable[[], None]:
    """Deletes one document; what puts it back."""
    document = rows[collection].find_one_and_delete(query)
    assert document is not None, (collection, query)
    return lambda: rows[collection].insert_one(document) and None


def change(rows: Rows, collection: str, query: dict[str, Any], fields: dict[str, Any]) -> Callable[[], None]:
    document = rows[collection].find_one_and_update(query, {"$set": fields})
    assert document is not None, (collection, query)
    return lambda: rows[collection].replace_one({"_id": document["_id"]}, document) and None


def tried_as_often_as_it_came(rows: Rows, story: Story) -> str:
    """A message with no try to spare: where one was cut short, a missing one could pass for that."""
    came, tried = invariants.came_at(story.service), Counter[invariants.Place]()
    for message in rows.outbox.find():
        tried[invariants.place_of(message)] += message["attempts"]
    sent = rows.outbox.find({"state": "sent"})
    return next(str(one["_id"]) for one in sent if came[place := invariants.place_of(one)] == tried[place])


def test_each_damage_is_found(story: Story) -> None:
    story.tell(3)
    story.heal()
    assert story.findings() == []
    journal = story.journal
    delivery_id, answer = next(iter(journal.deliveries.items()))
    result_id = next(iter(journal.changes))
    scan_id = next(key for key in journal.records if key.startswith("scn_"))
    with story.rows() as rows:
        result = rows.results.find_one({"_id": answer["id"]})
        assert result is not None
        damages: list[tuple[Callable[[], Callable[[], None]], str]] = [
            (lambda: take_away(rows, "deliveries", {"_id": f"H17.08:{delivery_id}"}), f"delivery {delivery_id}"),
            (lambda: take_away(rows, "licences", {"_id": answer["licence_id"]}), "0 licences"),
            (lambda: take_away(rows, "fs.chunks", {"files_id": result["file_id"]}), "CorruptGridFile"),
            (lambda: take_away(rows, "fs.files", {"_id": result["file_id"]}), "NoFile"),
            (lambda: change(rows, "results", {"_id": result_id}, {"changes": []}), f"result {result_id}"),
            (lambda: take_away(rows, "scans", {"_id": scan_id}), scan_id),
            (lambda: take_away(rows, "access_ledger", {"reference": scan_id}), f"{scan_id}: 0 ledger entries"),
            (lambda: take_away(rows, "notices", {"kind": "licence.checked"}), "notices"),
            (lambda: change(rows, "outbox", {}, {"state": "leased"}), "leased"),
        ]
        for damage, words in damages:
            mend = damage()
            found = [line for check in invariants.HELD_BY_THE_DATABASE for line in check(rows, journal)]
            mend()
            assert any(words in line for line in found), (words, found)

        mend = change(rows, "outbox", {"_id": tried_as_often_as_it_came(rows, story)}, {"attempts": 0})
        assert list(invariants.pushes_match(rows, story.service))
        mend()
        mend = change(rows, "access_ledger", {"block": {"$gte": 0}}, {"purpose": "khác"})
        assert "its entries are not those that were sealed" in "".join(invariants.the_ledger_holds(story.city))
        mend()
        verifier = Verifier(story.city.origin)
        verifier.update()
        other = {"valid": "revoked"}.get(story.owners_view(answer["licence_id"]), "valid")
        mend = change(rows, "licences", {"_id": answer["licence_id"]}, {"status": other})
        assert list(lists_say_what_licences_are(rows, verifier))
        mend()
    for wallet in journal.wallets.values():
        if answer["licence_id"] in wallet:
            wallet[answer["licence_id"]]["status"] = other
    assert list(codes_are_judged_as_wallets_say(journal, verifier))
