from datetime import UTC, date, datetime, timedelta

import pytest

from shared_models.access import ROLE_SCOPES, Actor, Role, Scope
from shared_models.clock import FixedClock, city_date, end_of_day, end_of_day_s, from_wire, start_of_day, to_wire
from shared_models.errors import Forbidden, Invalid
from shared_models.ids import PREFIXES, RANDOM_BYTES, is_id, new_id
from shared_models.outbox import OutboxMessage, PushTarget, is_push_host
from shared_models.person import PersonalId, Sex, clean_name, is_tax_code, mask_name, mask_personal_id, same_name
from shared_models.place import Point, distance_m, geohash, geohash_centre
from shared_models.text import is_credential_text, search_key, without_marks

TODAY = date(2026, 11, 21)


def test_end_of_day_is_the_last_second_of_the_citys_day():
    # docs/credential.md 1.4: printed last day 2029-11-20, exp 1 889 888 399 - 1
    assert end_of_day_s(date(2029, 11, 20)) == 0x70A5688F
    assert to_wire(end_of_day(date(2026, 11, 21))) == "2026-11-21T16:59:59Z"
    assert to_wire(start_of_day(date(2026, 11, 21))) == "2026-11-20T17:00:00Z"


def test_city_date_changes_at_midnight_in_the_city():
    assert city_date(datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert city_date(datetime(2026, 11, 20, 17, 0, tzinfo=UTC)) == date(2026, 11, 21)


def test_from_wire_refuses_a_moment_without_a_zone():
    with pytest.raises(ValueError, match="zone"):
        from_wire("2026-11-21T09:30:00")
    with pytest.raises(ValueError, match="calendar"):
        from_wire("0001-01-01T00:00:00+07:00")
    assert from_wire("2026-11-21T09:30:00+07:00") == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def test_fixed_clock_moves_only_when_told():
    clock = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_new_id_is_recognised_by_its_own_prefix_only(prefix):
    made = new_id(prefix, bytes(range(RANDOM_BYTES)))
    assert is_id(made, prefix)
    assert not is_id(made, "xyz")
    assert not is_id(made.upper(), prefix)
    assert not is_id(made + "\n", prefix)


def test_new_id_uses_every_one_of_its_130_bits():
    base = bytes(RANDOM_BYTES)
    made = {new_id("lic", (1 << bit).to_bytes(RANDOM_BYTES, "big")) for bit in range(130)}
    assert len(made | {new_id("lic", base)}) == 131


@pytest.mark.parametrize(
    ("number", "year", "sex"),
    [
        ("048085900001", 1985, Sex.MALE),
        ("048192900002", 1992, Sex.FEMALE),
        ("048224900003", 2024, Sex.MALE),
        ("049188900004", 1988, Sex.FEMALE),
    ],
)
def test_personal_id_tells_year_and_sex(number, year, sex):
    parsed = PersonalId.parse(number, TODAY)
    assert (parsed.birth_year, parsed.sex, parsed.needs_manual_check) == (year, sex, False)


def test_personal_id_of_a_year_to_come_is_refused():
    with pytest.raises(Invalid) as caught:
        PersonalId.parse("066395900005", TODAY)
    assert caught.value.code == "person.id_in_future"


@pytest.mark.parametrize(
    "number", ["", "04808590000", "0480859000011", "04808590000a", "０48085900001", "048085900001\n"]
)
def test_malformed_personal_id_is_refused(number):
    with pytest.raises(Invalid) as caught:
        PersonalId.parse(number, TODAY)
    assert caught.value.code == "person.id_malformed"


def test_personal_id_registered_abroad_is_accepted_for_a_manual_check():
    assert PersonalId.parse("500085900001", TODAY).needs_manual_check


@pytest.mark.parametrize("name", ["Y H'Hen Niê", "Đỗ Hoà", "Nguyễn Văn An", "Trần-Lê Thu"])
def test_clean_name_keeps_real_names(name):
    assert clean_name(f"  {name} ") == name


@pytest.mark.parametrize("name", ["", "An 2", "<b>An</b>", "A" * 101, "An\u202e"])
def test_clean_name_refuses_what_is_no_name(name):
    with pytest.raises(Invalid):
        clean_name(name)


def test_names_are_the_same_whatever_the_tone_placement():
    assert same_name("ĐỖ HOÀ", "Đỗ Hòa")
    assert search_key("Quán Mì Quảng") == "quan mi quang"
    assert without_marks("Đỗ  Hoà, Quận đảo") == "Do  Hoa, Quan dao"


def test_masks_show_little():
    assert mask_name("Trần Thị Thu Trang") == "Trần T. T. T."
    assert mask_personal_id("048192900002") == "048•••••0002"


@pytest.mark.parametrize(("code", "right"), [("0400123456", True), ("0400123456-001", True), ("04001", False)])
def test_tax_code(code, right):
    assert is_tax_code(code) is right


@pytest.mark.parametrize("text", ["48/2026/ATTP-CNĐK", "QUÁN MÌ QUẢNG BÀ MUA", "44 Lê Đình Dương, phường Hải Châu"])
def test_credential_text_is_latin(text):
    assert is_credential_text(text)


@pytest.mark.parametrize(
    "text",
    ["", " x", "x  y", "\u039d\u0422", "A\u202eB", "A\u200bB", "e\u0302", "Ａ", "x" * 201, "a\nb", "✓", "１"],
)
def test_credential_text_refuses_look_alikes_and_tricks(text):
    assert not is_credential_text(text)


def test_geohash_of_the_well_known_point_and_back():
    point = Point(57.64911, 10.40744)
    assert geohash(point, 11) == "u4pruydqqvj"
    assert distance_m(point, geohash_centre("u4pruy")) < 900


def test_distance_of_one_degree_of_latitude():
    assert abs(distance_m(Point(16, 108), Point(17, 108)) - 111_195) < 50


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("fcm.googleapis.com", True),
        ("updates.push.services.mozilla.com", True),
        ("push.services.mozilla.com", False),
        ("evil-push.apple.com.example", False),
        ("xpush.apple.com", False),
        ("127.0.0.1", False),
    ],
)
def test_push_hosts_are_a_list(host, right):
    assert is_push_host(host) is right
    assert is_push_host("127.0.0.1", ("127.0.0.1",))


def test_outbox_message_is_ready_at_once_and_refuses_a_long_topic():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    target = PushTarget("sub_x", "https://fcm.googleapis.com/x", "p", "a", at)
    document = OutboxMessage("evt_1:sub_x", "licence.checked", target, "vi", at).to_document()
    assert (document["state"], document["due_at"], document["expires_at"]) == ("ready", at, at + timedelta(hours=48))
    with pytest.raises(Invalid):
        OutboxMessage("m", "t", target, "vi", at, topic="x" * 33).to_document()


def test_every_role_has_scopes_and_an_actor_without_one_is_refused():
    assert set(ROLE_SCOPES) == set(Role)
    actor = Actor("per_1", Role.CITIZEN, "An", ROLE_SCOPES[Role.CITIZEN])
    actor.require(Scope.WALLET)
    with pytest.raises(Forbidden):
        actor.require(Scope.RESULTS_DELIVER)
