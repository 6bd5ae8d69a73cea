"""Who may read what of whom, and that every reading by staff is written where its subject finds it."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Database
from shared_models.access import Role, Scope
from shared_models.errors import Invalid, NotFound
from shared_models.place import Commune, CommuneKind
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, TRANG, a_citizen
from tests.support.database import snapshot

LOOKUP = {"personal_id": TRANG.personal_id, "purpose": "Xác minh người nộp hồ sơ"}

NEEDED = {"/me": "profile", "/me/access-log": "profile", "/people/lookups": "people:read"}
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/me", None),
    ("GET", "/me/access-log", None),
    ("POST", "/people/lookups", LOOKUP),
]


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_anonymous_callers_are_refused(sign_in: Cast, method: str, path: str, body: Any) -> None:
    assert problem_of(sign_in.nobody().request(method, path, body=body)) == (401, "access.token_missing")


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_callers_without_the_scope_are_refused(sign_in: Cast, method: str, path: str, body: Any) -> None:
    machine = sign_in.machine(Scope.RESULTS_READ)
    answer = machine.request(method, path, body=body)
    assert problem_of(answer) == (403, "access.scope_missing")
    assert answer.get_json()["params"] == {"scope": NEEDED[path]}


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_callers_with_the_scope_are_let_in(sign_in: Cast, method: str, path: str, body: Any) -> None:
    a_citizen(sign_in.container)
    assert sign_in.staff(Role.OFFICER).request(method, path, body=body).status_code == 200


def test_a_profile_names_the_commune(sign_in: Cast) -> None:
    people = sign_in.container.identity.people
    people.put_commune(Commune("20242", "Hải Châu", CommuneKind.WARD))
    phone = sign_in.citizen()
    people.place_person(phone.user["id"], "20242")
    assert phone.get("/me").get_json()["commune"] == {"code": "20242", "name": "Hải Châu", "kind": "phường"}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
def test_a_look_up_is_answered_and_seen_by_its_subject(sign_in: Cast, role: Role) -> None:
    citizen, officer = sign_in.citizen(), sign_in.staff(role)
    answer = officer.post("/people/lookups", LOOKUP)
    assert answer.get_json() == {
        "id": citizen.user["id"],
        "name": TRANG.full_name,
        "masked_personal_id": "048•••••0002",
        "commune": None,
    }
    [entry] = citizen.get("/me/access-log").get_json()["items"]
    assert entry == {
        "at": "2026-11-21T02:30:00Z",
        "action": "person.looked_up",
        "actor_name": "Nguyễn Thị Minh Châu",
        "agency_name": "Ban Quản lý An toàn thực phẩm",
        "purpose": LOOKUP["purpose"],
        "place": None,
        "licence_id": None,
    }


@pytest.mark.parametrize(
    "who",
    [lambda cast: cast.citizen(AN), lambda cast: cast.staff(Role.INSPECTOR), lambda cast: cast.machine()],
    ids=["citizen", "inspector", "machine"],
)
def test_nobody_else_may_look_people_up(sign_in: Cast, database: Database, who: Callable[[Cast], Phone]) -> None:
    a_citizen(sign_in.container)
    phone = who(sign_in)
    assert problem_of(phone.post("/people/lookups", LOOKUP)) == (403, "access.scope_missing")
    assert database.collection("access_ledger").count_documents({}) == 0


def test_looking_up_an_unknown_person_writes_nothing(sign_in: Cast, database: Database) -> None:
    officer = sign_in.staff(Role.OFFICER)
    answer = officer.post("/people/lookups", LOOKUP)
    assert problem_of(answer) == (404, "person.unknown")
    assert TRANG.personal_id not in answer.get_data(as_text=True)
    assert database.collection("access_ledger").count_documents({}) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"personal_id": "048192"}, "personal_id"),
        ({"personal_id": "04819290000２"}, "personal_id"),
        ({"personal_id": None}, "personal_id"),
        ({"purpose": "x"}, "purpose"),
        ({"purpose": None}, "purpose"),
        ({"reason": "x"}, "reason"),
    ],
)
def test_a_malformed_look_up_is_refused(
    sign_in: Cast,
    database: Database,
    change: dict[str, Any],
    field: str,
) -> None:
    officer = sign_in.staff(Role.OFFICER)
    before = snapshot(database) | {"dpop_proofs": 0}
    answer = officer.post("/people/lookups", LOOKUP | change)
    assert problem_of(answer) == (422, "request.invalid")
    assert list(answer.get_json()["errors"]) == [field]
    assert snapshot(database) | {"dpop_proofs": 0} == before


def test_an_access_log_is_ones_own_and_pages(sign_in: Cast) -> None:
    citizen, other, officer = sign_in.citizen(), sign_in.citizen(AN), sign_in.staff(Role.OFFICER)
    for turn in range(5):
        officer.post("/people/lookups", LOOKUP | {"purpose": f"Lần thứ {turn}"})
    assert other.get("/me/access-log").get_json() == {"items": [], "next_cursor": None}
    first = citizen.get("/me/access-log?limit=3").get_json()
    second = citizen.get(f"/me/access-log?limit=3&cursor={first['next_cursor']}").get_json()
    assert second["next_cursor"] is None
    purposes = {item["purpose"] for item in first["items"] + second["items"]}
    assert purposes == {f"Lần thứ {turn}" for turn in range(5)}
    assert len(first["items"]) == 3


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=", "page=2"])
def test_a_malformed_page_is_refused(sign_in: Cast, query: str) -> None:
    answer = sign_in.citizen().get(f"/me/access-log?{query}")
    if query == "cursor=":
        assert answer.status_code == 200
        return
    assert problem_of(answer) == (422, "request.invalid")
    assert list(answer.get_json()["errors"]) == [query.partition("=")[0]]


def test_an_entry_without_an_actor_can_be_read(sign_in: Cast) -> None:
    citizen = sign_in.citizen()
    container = sign_in.container
    entry = AccessEntry(container.clock.now(), citizen.user["id"], "licence.checked_publicly", None, "kiểm tra")
    container.database.transaction(lambda session: container.ledger.record([entry], session))
    [item] = citizen.get("/me/access-log").get_json()["items"]
    assert item["actor_name"] is None


@pytest.mark.parametrize(
    ("personal_id", "name", "code"),
    [
        ("066395900005", "Y H'Hen Niê", "person.id_in_future"),
        ("04819290000", "Trần Thị Thu Trang", "person.id_malformed"),
        ("048192900002", "Trang 2", "person.name_malformed"),
    ],
)
def test_a_person_who_cannot_be_is_not_made(sign_in: Cast, personal_id: str, name: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign_in.container.identity.people.ensure_person(personal_id, name)
    assert caught.value.code == code
    assert sign_in.container.database.collection("persons").count_documents({}) == 0


def test_unknown_agencies_and_people_are_said_to_be_unknown(sign_in: Cast) -> None:
    people = sign_in.container.identity.people
    with pytest.raises(NotFound, match=r"agency\.unknown"):
        people.agency_name("H17.99")
    with pytest.raises(NotFound, match=r"person\.unknown"):
        people.person("per_x")
    assert people.commune("00000") is None


def test_a_person_named_in_two_transactions_at_once_is_one_person(sign_in: Cast) -> None:
    container = sign_in.container
    people = container.identity.people
    ids = {
        container.database.transaction(
            lambda session: people.ensure_person(TRANG.personal_id, TRANG.full_name, session)
        )
        for _ in range(3)
    }
    assert len(ids) == 1
