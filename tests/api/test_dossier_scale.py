"""`congdan seed --scale`: what it writes is what the city itself writes, marked, whole, and never in a real city."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.dossiers.documents import COUNTERS, DOSSIERS, EVENTS, DossierDocument, DossierEventDocument
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import tokens_of
from backend.dossiers.scale.seeding import ScaleSeed
from backend.infra.mongo import Document
from shared_models.clock import FixedClock, city_date
from shared_models.dossier import DossierStatus, may_follow, parse_dossier_code
from tests.support.catalogue import a_catalogue

SIZE, BATCH = 400, 100


def ports_of(container: Container) -> DossierPorts:
    ports: DossierPorts = container.dossiers.preparing._ports
    return ports


def held(container: Container, name: str) -> list[Document]:
    return list(container.database.collection(name).find())


def without(document: Document, *names: str) -> dict[str, Any]:
    return {("id" if name == "_id" else name): value for name, value in document.items() if name not in names}


def test_dossiers_of_the_seed_are_what_the_city_writes(container: Container, clock: FixedClock) -> None:
    a_catalogue(container)
    said: list[str] = []
    assert container.dossiers.scale_seed(BATCH).run(SIZE, said.append) == SIZE
    dossiers, events = held(container, DOSSIERS), held(container, EVENTS)
    assert len(dossiers) == SIZE
    for dossier in dossiers[::5]:
        DossierDocument(**without(dossier)).validate()
        assert dossier["tokens"] == tokens_of(dossier["owner_name"], dossier["reader_codes"])
        assert dossier["received_at"] <= clock.now()
    for event in events[::20]:
        DossierEventDocument(**without(event)).validate()
    timelines: dict[str, list[Document]] = {}
    for event in events:
        timelines.setdefault(event["dossier_id"], []).append(event)
    for dossier in dossiers:
        lines = sorted(timelines[dossier["_id"]], key=lambda one: one["seq"])
        assert [one["seq"] for one in lines] == list(range(1, dossier["version"] + 1))
        assert lines[-1]["status"] == dossier["status"]
        for one, following in pairwise(lines):
            statuses = DossierStatus(one["status"]), DossierStatus(following["status"])
            assert statuses[0] is statuses[1] or may_follow(*statuses)
    the_codes_have_no_gap(container, dossiers)
    everything_is_marked(container, dossiers)
    # The dice are seeded and the clock stands: twenty courses, each gone by twenty people.
    assert Counter(dossier["status"] for dossier in dossiers) == {10: 340, 3: 20, 7: 20, 8: 20}
    assert len({dossier["agency_code"] for dossier in dossiers}) == 13
    assert said[-1] == "400 dossiers"


def the_codes_have_no_gap(container: Container, dossiers: list[Document]) -> None:
    numbers: dict[tuple[str, str], list[int]] = {}
    for dossier in dossiers:
        assert ("code" in dossier) == (dossier["accepted_at"] is not None)
        if "code" in dossier:
            code = parse_dossier_code(dossier["code"])
            assert code.day == city_date(dossier["accepted_at"])
            numbers.setdefault((code.agency_code, code.day.isoformat()), []).append(code.number)
    counters = {row["_id"]: row["last"] for row in held(container, COUNTERS)}
    for (agency, day), found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1))
        assert counters[f"{agency}:{day}"] == len(found)


def everything_is_marked(container: Container, dossiers: list[Document]) -> None:
    people = {row["_id"]: row for row in held(container, "persons")}
    assert {dossier["owner_id"] for dossier in dossiers} <= set(people)
    assert all(row["is_demo"] for row in people.values())
    assert all(row["username"].startswith("demo.") for row in held(container, "staff"))
    assert held(container, "access_ledger") == held(container, "notices") == held(container, "outbox") == []


def test_what_was_cut_off_is_made_whole_and_again_changes_nothing(container: Container) -> None:
    a_catalogue(container)
    seed = container.dossiers.scale_seed(BATCH)
    seed.run(SIZE, lambda _said: None)
    before = Counter(row["stage"] for row in held(container, DOSSIERS))
    first = seed.mark(0)
    container.database.collection(DOSSIERS).delete_one({"_id": first})
    assert ScaleSeed(ports_of(container), BATCH).run(SIZE, lambda _said: None) == BATCH
    after = held(container, DOSSIERS)
    assert Counter(row["stage"] for row in after) == before
    lines = Counter(row["dossier_id"] for row in held(container, EVENTS))
    assert lines == {row["_id"]: row["version"] for row in after}
    assert ScaleSeed(ports_of(container), BATCH).run(SIZE, lambda _said: None) == 0


def test_a_real_city_is_not_seeded(container: Container) -> None:
    a_catalogue(container)
    with pytest.raises(ValueError, match="production"):
        ScaleSeed(replace(ports_of(container), is_demo=False))
    with pytest.raises(ValueError, match="multiple of 100"):
        container.dossiers.scale_seed(BATCH).run(150, lambda _said: None)
    assert held(container, DOSSIERS) == []


def test_a_city_without_a_catalogue_says_what_is_missing(container: Container) -> None:
    with pytest.raises(ValueError, match="seed the demonstration first"):
        container.dossiers.scale_seed(BATCH)
