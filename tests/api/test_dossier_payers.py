"""Who pays less is asked of registers and not of citizens: once-only, with evidence, and never silently."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.identity.ports import VerifiedIdentity
from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.clock import FixedClock
from tests.support.api import CHEAP_HASHER, Cast, Folders, Phone, environment_of
from tests.support.builders_identity import AN, LEVEL_ONE, CountingBytes, FakeIdentityProvider
from tests.support.database import uri_of
from tests.support.dossiers import REQUEST_VALUES, WARD, Desk, a_pdf, a_request, a_ward, good, upload
from tests.support.gateway import some_gateways
from tests.support.paying import kept
from tests.support.registers import Registers

EXTRACT = "2.000635"
POOR = VerifiedIdentity("048095900007", "Huỳnh Quốc Bảo", "1995-05-05", 2)
CHILD = VerifiedIdentity("048212900019", "Trần Minh Khôi", "2012-06-01", 2)
GROUPS = {"poor_household", "disability", "revolution_merit", "ethnic_minority_hard_area"}
ASK = {"procedure_code": EXTRACT, "receiving_agency": WARD}


@pytest.fixture
def registers(clock: FixedClock) -> Registers:
    return Registers(clock)


@pytest.fixture
def container(
    database: Database,
    folders: Folders,
    clock: FixedClock,
    provider: FakeIdentityProvider,
    registers: Registers,
) -> Iterator[Container]:
    """The whole backend, with registers that it can ask."""
    ids = Ids(CountingBytes("payers"))
    replaced = Replaced(clock, ids, provider, CHEAP_HASHER, dict(some_gateways()), registers)
    built = build(Settings.from_env(environment_of(folders, uri_of(database))), replaced)
    yield built
    built.database.close()


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return a_ward(container, sign_in)


def three_copies(identity: VerifiedIdentity, **changes: Any) -> dict[str, Any]:
    """Asks for three certified copies from the civil register: 24,000 VND."""
    named = {
        "applicant_name": identity.full_name,
        "applicant_id": identity.personal_id,
        "applicant_birth_date": identity.birth_date,
        "copies": 3,
    }
    body = {
        "procedure_code": EXTRACT,
        "procedure_version": f"{EXTRACT}@2025-07-01",
        "receiving_agency": WARD,
        "values": REQUEST_VALUES | named,
        "components": [],
    }
    return a_request(None, **(body | changes))


def filed(phone: Phone, identity: VerifiedIdentity, **changes: Any) -> dict[str, Any]:
    return good(phone.post("/dossiers", three_copies(identity, **changes)), 201)


def card(phone: Phone) -> list[dict[str, str]]:
    """The identity card of somebody whom VNeID has not shown to the city, scanned."""
    return [{"key": "identity_card", "upload_id": upload(phone, a_pdf("card"))}]


def at_counter(clerk: Phone, identity: VerifiedIdentity) -> dict[str, Any]:
    owner = {"personal_id": identity.personal_id, "full_name": identity.full_name}
    body = three_copies(identity, return_way="counter", components=card(clerk))
    body |= {"owner": owner, "channel": "direct"}
    return good(clerk.post("/desk/dossiers", body), 201)


def log_of(phone: Phone) -> list[tuple[str, str]]:
    return [(one["action"], one["purpose"]) for one in good(phone.get("/me/access-log"))["items"]]


def test_a_poor_household_pays_nothing_and_an_auditor_sees_why(
    ward: Desk, sign_in: Cast, container: Container, registers: Registers, clock: FixedClock
) -> None:
    owner = sign_in.citizen(POOR)
    dossier = filed(owner, POOR)
    assert (dossier["payment"], dossier["fee"]["amount"]) == ("waived", 0)
    [stored] = kept(container, "dossiers")
    [proof] = stored["fee"]["evidence"]
    assert (proof["fact"], proof["source"], proof["key"]) == (
        "poor_household",
        "registry",
        "social_protection.poor_household",
    )
    assert (proof["id"], proof["as_of"], len(proof["sha256"])) == ("ASXH-HN-20285-0117", clock.at, 64)
    [order] = kept(container, "payment_orders")
    assert (order["amount"], order["paid"]["gateway"], order["lines"][0]["rule_id"]) == (
        0,
        "none",
        "law_97_2015_poor_household",
    )
    reason = good(ward.clerk.get(f"/desk/dossiers/{dossier['id']}"))["fee_reason"]
    assert [(one["rule_id"], "97/2015" in one["basis"]) for one in reason["rules"]] == [
        ("law_97_2015_poor_household", True)
    ]
    assert [(one["fact"], one["label"]) for one in reason["evidence"]] == [("poor_household", proof["label"])]
    assert reason["unasked"] == []
    assert ("dossier.payer_asked", "dossiers.fees") in log_of(owner)
    # Two of the five papers are not enough, and after the fact that makes it free nothing more is asked.
    assert registers.asked == [
        ("vneid_papers", POOR.personal_id, None),
        ("social_protection", POOR.personal_id, "poor_household"),
    ]


def test_it_is_known_before_it_is_sent(ward: Desk, sign_in: Cast) -> None:
    assert ward
    found = good(sign_in.citizen(POOR).post("/dossiers/preparations", ASK))
    assert (found["fee"], found["fee_unasked"]) == (0, [])
    [rule] = found["fee_rules"]
    assert (rule["id"], rule["needs"], rule["effect"]) == ("law_97_2015_poor_household", {}, {"kind": "free"})


def test_a_record_that_is_over_proves_nothing(
    ward: Desk, sign_in: Cast, container: Container, registers: Registers, clock: FixedClock
) -> None:
    dossier = at_counter(ward.clerk, LEVEL_ONE)
    assert (dossier["payment"], dossier["fee"]["amount"]) == ("due", 24_000)
    assert ("social_protection", LEVEL_ONE.personal_id, "poor_household") in registers.asked
    clock.at = datetime(2027, 1, 2, 2, 0, tzinfo=UTC)
    owner = sign_in.citizen(POOR)
    assert filed(owner, POOR)["fee"]["amount"] == 24_000
    assert all(not one["fee"]["evidence"] and not one["fee"]["unasked"] for one in kept(container, "dossiers"))


def test_a_register_that_is_silent_is_said_and_the_fee_is_as_listed(
    ward: Desk, sign_in: Cast, container: Container, registers: Registers
) -> None:
    owner = sign_in.citizen(POOR)
    with registers.silence("social_protection"):
        found = good(owner.post("/dossiers/preparations", ASK))
        assert (found["fee"], found["fee_rules"], set(found["fee_unasked"])) == (8_000, [], GROUPS)
        assert [name for name, _, _ in registers.asked].count("social_protection") == 1
        dossier = filed(owner, POOR, fee_shown=24_000)
    assert (dossier["payment"], dossier["fee"]["amount"]) == ("due", 24_000)
    [stored] = kept(container, "dossiers")
    assert (set(stored["fee"]["unasked"]), stored["fee"]["evidence"]) == (GROUPS, [])
    assert set(good(ward.clerk.get(f"/desk/dossiers/{dossier['id']}"))["fee_reason"]["unasked"]) == GROUPS


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "disability"},
        {"kind": "poor_household", "valid_until": "for ever"},
        {"kind": "poor_household", "valid_until": 1},
        {},
    ],
)
def test_an_odd_answer_is_as_none(ward: Desk, sign_in: Cast, registers: Registers, odd: dict[str, Any]) -> None:
    assert ward
    registers.odd["social_protection"] = odd
    found = good(sign_in.citizen(POOR).post("/dossiers/preparations", ASK))
    assert (found["fee"], found["fee_rules"], found["fee_unasked"]) == (8_000, [], ["poor_household"])


def test_nobody_is_charged_more_than_they_were_shown(
    ward: Desk, sign_in: Cast, container: Container, registers: Registers
) -> None:
    assert ward
    owner, body = sign_in.citizen(POOR), three_copies(POOR, fee_shown=0)
    with registers.silence("social_protection"):
        answer = owner.post("/dossiers", body)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "dossier.fee_changed")
    assert answer.get_json()["params"] == {"due": 24_000, "shown": 0}
    assert kept(container, "dossiers") == []
    assert good(owner.post("/dossiers", body), 201)["fee"]["amount"] == 0


def test_a_digital_citizen_pays_nothing_online_and_everything_at_the_counter(
    ward: Desk, sign_in: Cast, container: Container, registers: Registers
) -> None:
    online = filed(sign_in.citizen(AN), AN)
    assert (online["payment"], online["fee"]["amount"]) == ("waived", 0)
    [stored] = kept(container, "dossiers")
    assert {(one["fact"], one["source"]) for one in stored["fee"]["evidence"]} == {
        ("five_documents", "registry"),
        ("identity_level", "person"),
    }
    # What says least of a person is asked first; where it makes the fee nothing, no group is asked for.
    assert registers.asked == [("vneid_papers", AN.personal_id, None)]
    direct = at_counter(ward.clerk, AN)
    assert (direct["payment"], direct["fee"]["amount"]) == ("due", 24_000)
    assert registers.asked.count(("vneid_papers", AN.personal_id, None)) == 1


def test_who_pays_nothing_anyway_is_not_asked_about(ward: Desk, sign_in: Cast, registers: Registers) -> None:
    assert ward
    owner = sign_in.citizen(CHILD)
    assert filed(owner, CHILD)["fee"]["amount"] == 0
    assert registers.asked == []
    assert ("dossier.payer_asked", "dossiers.fees") not in log_of(owner)


def test_nothing_is_asked_about_somebody_new_before_they_have_a_log(
    ward: Desk, sign_in: Cast, registers: Registers
) -> None:
    owner = {"personal_id": POOR.personal_id, "full_name": POOR.full_name}
    asked = ward.clerk.post("/desk/dossiers/preparations", {"procedure_code": EXTRACT, "owner": owner})
    found = good(asked)
    assert (found["owner_known"], found["fee"], set(found["fee_unasked"])) == (False, 8_000, GROUPS)
    assert registers.asked == []
    assert at_counter(ward.clerk, POOR)["fee"]["amount"] == 0
    assert registers.asked == [("social_protection", POOR.personal_id, "poor_household")]
    assert log_of(sign_in.citizen(POOR)).count(("dossier.payer_asked", "dossiers.fees")) == 1
