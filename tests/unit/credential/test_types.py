"""Walks the registry of licence types."""

import json
import re
from pathlib import Path

import pytest

from backend.infra.verify import verify_text
from mobile.screens.inspector.checklists import BY_TYPE
from shared_models.credential.constants import UNDATED_TERM_S
from shared_models.credential.mint import mint
from shared_models.credential.qr_text import screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.types import BY_CODE, BY_KEY, LICENCE_TYPES, LicenceType, Presence
from shared_models.errors import Invalid
from tests.support.credentials import (
    FOOD,
    LAST_SECOND,
    NOW,
    POLICE,
    STATUS_LISTS,
    T0,
    TRUST,
    WARD,
    WORKS,
    driver,
    house,
    household,
    restaurant,
    traveller,
    trench,
)

EXAMPLES = {
    "food_safety": (restaurant, FOOD),
    "road_works": (trench, WORKS),
    "driving_licence": (driver, POLICE),
    "construction_permit": (house, WARD),
    "travel_pass": (traveller, WARD),
    "business_household": (household, WARD),
}
FIELDS = {"activity": "Kinh doanh", "place": "Hải Châu", "geohash": "w6ugq3"}


def test_codes_and_keys_name_one_type_each() -> None:
    assert len(BY_CODE) == len(BY_KEY) == len(LICENCE_TYPES)
    assert {licence_type.code for licence_type in LICENCE_TYPES} == set(range(1, 7))


def test_the_javascript_twin_has_the_same_types() -> None:
    twin = (Path(__file__).parents[3] / "mobile/web/verify/types.js").read_text(encoding="utf-8")
    rows = re.findall(r'{ code: (\d+), key: "(\w+)", placeBound: (\w+), naturalPerson: (\w+) }', twin)
    assert [(int(code), key, json.loads(bound), json.loads(person)) for code, key, bound, person in rows] == [
        (kind.code, kind.key, kind.is_place_bound, kind.holder_is_person) for kind in LICENCE_TYPES
    ]


def test_every_type_has_its_checklist_which_begins_with_what_binds_it() -> None:
    assert set(BY_TYPE) == set(BY_KEY)
    for key, lines in BY_TYPE.items():
        assert lines[0] == ("place_matches" if BY_KEY[key].is_place_bound else "holder_matches")


@pytest.mark.parametrize("licence_type", LICENCE_TYPES, ids=lambda licence_type: licence_type.key)
class TestEveryType:
    def test_is_minted_and_verified(self, licence_type: LicenceType) -> None:
        claims, key = EXAMPLES[licence_type.key]
        verdict = verify_text(screen_text(mint(claims(), key.kid, key.sign)), TRUST, STATUS_LISTS, NOW)
        assert (verdict.outcome, verdict.reasons) == (Outcome.VALID_HOLDER_NOT_PROVEN, ("holder.paper",))
        assert verdict.claims == claims()
        assert claims().type_code == licence_type.code

    def test_keeps_its_rule_for_each_field(self, licence_type: LicenceType) -> None:
        claims, key = EXAMPLES[licence_type.key]
        for field, value in FIELDS.items():
            rule = getattr(licence_type, field)
            for present in (value, None):
                allowed = rule is Presence.OPTIONAL or (rule is Presence.REQUIRED) == (present is not None)
                if allowed:
                    assert mint(claims(**{field: present}), key.kid, key.sign)
                else:
                    with pytest.raises(Invalid) as refused:
                        mint(claims(**{field: present}), key.kid, key.sign)
                    assert set(refused.value.fields) == {field}

    def test_keeps_its_rule_for_the_end_date(self, licence_type: LicenceType) -> None:
        claims, key = EXAMPLES[licence_type.key]
        for undated in (True, False):
            changes = {"undated": undated, "expires_at_s": T0 + UNDATED_TERM_S if undated else LAST_SECOND}
            refusing = {True: Presence.REQUIRED, False: Presence.FORBIDDEN}[undated]
            if licence_type.end_date is refusing:
                with pytest.raises(Invalid) as refused:
                    mint(claims(**changes), key.kid, key.sign)
                code = "credential.required" if undated else "credential.not_allowed"
                assert refused.value.fields == {"expires_at_s": [code]}
            else:
                assert mint(claims(**changes), key.kid, key.sign)

    def test_only_a_driving_licence_may_have_a_number_like_a_personal_id(self, licence_type: LicenceType) -> None:
        claims, key = EXAMPLES[licence_type.key]
        if licence_type.key == "driving_licence":
            assert mint(claims(number="048192900002"), key.kid, key.sign)
        else:
            with pytest.raises(Invalid) as refused:
                mint(claims(number="048192900002"), key.kid, key.sign)
            assert refused.value.fields == {"number": ["credential.personal_id"]}

    def test_place_bound_types_say_their_place(self, licence_type: LicenceType) -> None:
        assert licence_type.is_place_bound is (licence_type.place is Presence.REQUIRED)

    def test_persons_homes_are_left_out(self, licence_type: LicenceType) -> None:
        # A building site is seen from the street; any other place of a person would be the home.
        if licence_type.holder_is_person and not licence_type.is_place_bound:
            assert licence_type.place is licence_type.geohash is Presence.FORBIDDEN
