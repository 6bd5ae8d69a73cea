"""Searching an agency's dossiers: who is found, who can read of it, and how often it may be done."""

from datetime import timedelta

import pytest

from backend.bootstrap import Container
from backend.dossiers.services.reading import SEARCHES_OF_HOUR
from backend.identity.ports import VerifiedIdentity
from shared_models.clock import FixedClock, from_wire
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import TRANG
from tests.support.dossiers import BIRTH_VALUES, Desk, a_ward, done, file, good, written

NAMESAKE = VerifiedIdentity("048195900016", "Lê Thị Trang", "1995-05-02", 2)


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = from_wire("2026-11-16T01:00:00Z")
    return a_ward(container, sign_in)


def filed(
    sign_in: Cast, clock: FixedClock, identity: VerifiedIdentity = TRANG, times: int = 1
) -> tuple[Phone, list[str]]:
    """Somebody who has filed so many dossiers, and the ids of these, the newest first."""
    owner = sign_in.citizen(identity)
    answers = {
        "applicant_name": identity.full_name,
        "applicant_id": identity.personal_id,
        "applicant_birth_date": identity.birth_date,
    }
    dossiers = []
    for _ in range(times):
        dossiers.insert(0, file(owner, values=BIRTH_VALUES | answers)["id"])
        clock.advance(timedelta(minutes=1))
    return owner, dossiers


def search(phone: Phone, query: str) -> list[str]:
    return [one["id"] for one in good(phone.get(f"/desk/dossiers/search?{query}"))["items"]]


def looks(owner: Phone) -> int:
    """How often the owner reads in their log that they were found."""
    items = good(owner.get("/me/access-log"))["items"]
    return [one["action"] for one in items].count("dossier.found")


def test_a_name_is_written_as_one_likes_and_a_code_finds_its_dossier(
    ward: Desk, sign_in: Cast, clock: FixedClock
) -> None:
    owner, [dossier] = filed(sign_in, clock)
    code = done(ward.clerk, good(ward.clerk.get(f"/desk/dossiers/{dossier}")), "accept")["code"]
    for query in ("name=tran thi thu trang", "name=Trần Trang", "name=trang thu", f"code={code}"):
        assert search(ward.officer, query) == [dossier], query
    assert looks(owner) == 4


def test_one_search_that_finds_several_is_one_entry_that_each_of_them_reads(
    ward: Desk, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    trang, [newer, older] = filed(sign_in, clock, TRANG, times=2)
    namesake, [other] = filed(sign_in, clock, NAMESAKE)
    before = written(container)["access_ledger"]
    assert search(ward.officer, "name=thị trang") == [other, newer, older]
    assert written(container)["access_ledger"] == before + 1
    assert (looks(trang), looks(namesake)) == (1, 1)
    assert NAMESAKE.full_name not in trang.get("/me/access-log").get_data(as_text=True)


def test_who_is_called_so_comes_before_who_has_more_words(ward: Desk, sign_in: Cast, clock: FixedClock) -> None:
    _, [called_so] = filed(sign_in, clock, VerifiedIdentity("048195900017", "Trang Thu", "1995-05-02", 2))
    _, [has_them] = filed(sign_in, clock)
    assert search(ward.officer, "name=trang thu") == [called_so, has_them]


@pytest.mark.parametrize("query", ["name=Nguyễn Trang", "code=H17.30.05-261116-0042"])
def test_a_search_that_finds_nobody_is_nobodys_to_know_of(
    ward: Desk, sign_in: Cast, container: Container, clock: FixedClock, query: str
) -> None:
    filed(sign_in, clock)
    before = written(container)["access_ledger"]
    assert search(ward.officer, query) == []
    assert written(container)["access_ledger"] == before


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("name=Trang", "search.too_short"),
        ("name=%20", "request.invalid"),
        ("code=abc-1", "dossier.code_malformed"),
        ("", "request.invalid"),
        ("name=Trần Trang&code=H17.30.05-261116-0001", "request.invalid"),
    ],
)
def test_what_is_no_question_is_refused_and_not_counted(
    ward: Desk, sign_in: Cast, container: Container, clock: FixedClock, query: str, fault: str
) -> None:
    filed(sign_in, clock)
    before = written(container)
    assert problem_of(ward.officer.get(f"/desk/dossiers/search?{query}")) == (422, fault)
    assert written(container) == before


def test_whoever_searches_all_day_is_shown_nothing_more_and_nothing_is_looked_at(
    ward: Desk, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    owner, _ = filed(sign_in, clock)
    officer = str(ward.officer.user["id"])
    for _ in range(SEARCHES_OF_HOUR - 1):
        container.identity.count_of_hour(SEARCHES_OF_HOUR, "search.too_often", "dossier search", officer)
    assert len(search(ward.officer, "name=Trần Trang")) == 1
    before = written(container)
    refused = ward.officer.get("/desk/dossiers/search?name=Trần Trang")
    assert problem_of(refused) == (429, "search.too_often")
    assert (written(container), looks(owner)) == (before, 1)
