"""A phone whose storage is full: everything says so, nothing is half written, and with room the same act works."""

import json
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, expect

from tests.support.browser.disk import NOTHING, Disk
from tests.web.phone import READY, REGISTER, Phone

pytestmark = pytest.mark.browser
PIN = "246810"
ROOM = 1_000_000
FULL = r"storage\.full"


def disk_of(phone: Phone, room: int = ROOM) -> Disk:
    return Disk.of(phone.page, phone.city.origin, room)


def test_a_vault_that_finds_no_room_is_not_there_at_all(phone: Phone) -> None:
    disk = disk_of(phone, NOTHING)
    with pytest.raises(Error, match=FULL):
        phone.python("vault_create", PIN)
    assert phone.python_json("vault_status")["exists"] is False
    disk.make_room()
    phone.python("vault_create", PIN)
    assert phone.python_json("vault_status")["unlocked"] is True


@pytest.mark.parametrize(
    ("write", "look"),
    [
        (("vault_put", "wallet/lic_1", '{"status":"revoked"}'), ("vault_get", "wallet/lic_1")),
        (("vault_put", "draft/scn_1", '{"note":"Thiếu rào chắn"}'), ("vault_get", "draft/scn_1")),
        (("public_put", "pinned", '{"licence_id":"lic_1"}'), ("public_get", "pinned")),
        (("public_put", "settings", '{"lang":"en"}'), ("public_get", "settings")),
    ],
    ids=["licence", "draft", "pinned", "settings"],
)
def test_a_write_without_room_keeps_what_was_there_and_works_later(
    phone: Phone, write: tuple[str, str, str], look: tuple[str, str]
) -> None:
    disk = disk_of(phone)
    phone.python("vault_create", PIN)
    before = {"before": "x" * 40}
    phone.python(write[0], write[1], json.dumps(before))
    disk.fill()
    with pytest.raises(Error, match=FULL):
        phone.python(*write)
    assert phone.python_json(*look) == before
    disk.make_room()
    phone.python(*write)
    assert phone.python_json(*look) == json.loads(write[2])


def test_a_phone_without_room_for_the_apps_files_says_so_and_tries_again(phone: Phone) -> None:
    disk = disk_of(phone, NOTHING)
    phone.page.evaluate(REGISTER)
    phone.until("(globalThis.told ?? []).length > 0")
    assert phone.page.evaluate("told") == [["offline.kept", {"kept": False, "code": "storage.full"}]]
    assert phone.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r?.active ?? null)") is None
    assert phone.page.evaluate("caches.keys()") == [], "the room is the wallet's"
    phone.module("updates.js", "keepOffline()")
    phone.until("told.length > 1")
    assert phone.page.evaluate("told[1]") == ["offline.kept", {"kept": False, "code": "storage.full"}]
    disk.room = 30_000_000
    disk.make_room()
    phone.module("updates.js", "keepOffline()")
    phone.until(READY)
    phone.until("told.length > 2")
    assert phone.page.evaluate("told[2]") == ["offline.kept", {"kept": True, "code": None}]
    phone.complaints.clear()  # The browser reports what the worker could not keep.


def test_no_key_is_made_that_could_not_be_kept(phone: Phone) -> None:
    disk = disk_of(phone, NOTHING)
    with pytest.raises(Error, match=FULL):
        phone.python("key_ensure", "holder")
    disk.make_room()
    made = phone.python_json("key_ensure", "holder")
    assert phone.python_json("key_ensure", "holder") == made


def test_a_full_phone_still_opens_its_vault_and_still_counts_wrong_pins(phone: Phone) -> None:
    disk = disk_of(phone)
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", '["a"]')
    disk.fill()
    phone.open()
    with pytest.raises(Error, match=r"vault\.wrong_pin"):
        phone.python("vault_unlock", "000000")
    assert phone.python_json("vault_status")["failures"] == 1
    phone.python("vault_unlock", PIN)
    assert phone.python_json("vault_get", "notices") == ["a"]
    assert phone.python_json("vault_status")["failures"] == 0


def test_what_is_written_never_eats_the_room_that_opens_the_vault(phone: Phone) -> None:
    disk = disk_of(phone)
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", '["a"]')
    disk.fill()
    for _ in range(3):
        phone.open()
        phone.python("vault_unlock", PIN)
        for store, key in (("vault_put", "notices"), ("public_put", "pinned"), ("trust_update", None)):
            # Some of this may still fit. All of it, again and again, does not.
            with suppress(Error):
                for _ in range(40):
                    phone.python(store, *([key, json.dumps({"x": "y" * 4000})] if key else []))
    assert phone.python_json("vault_status")["failures"] == 0


def test_a_full_phone_can_be_wiped(phone: Phone) -> None:
    disk = disk_of(phone)
    phone.python("vault_create", PIN)
    disk.fill()
    phone.python("vault_wipe")
    assert phone.python_json("vault_status")["exists"] is False


def test_lists_that_find_no_room_leave_the_old_ones_in_use(phone: Phone) -> None:
    disk = disk_of(phone)
    phone.python("trust_update")
    held = phone.city.status.issued_at_s
    disk.fill()
    phone.city.status = phone.city.status_list(age_s=60)
    with pytest.raises(Error, match=FULL):
        phone.python("trust_update")
    assert phone.python_json("trust_state")["as_of_s"] == held
    text = phone.city.presentation(phone.city.restaurant())
    assert phone.python_json("verify", text)["outcome"] == "VALID_HOLDER_PRESENT"
    disk.make_room()
    assert phone.python_json("trust_update")["changed"] == 1
    assert phone.python_json("trust_state")["as_of_s"] == phone.city.status.issued_at_s


@pytest.fixture
def full(phone: Phone) -> Disk:
    """The disk of an inspector's phone, without a free byte."""
    disk = disk_of(phone)
    phone.become_inspector()
    disk.fill()
    return disk


def try_again(phone: Phone, button: Locator) -> None:
    """Tap and wait until the phone has tried; meanwhile it takes no second tap."""
    button.click()
    expect(phone.page.get_by_role("button", name="Lưu lại")).to_be_enabled()


def unsaved(phone: Phone) -> str:
    return phone.page.locator(".verdict-unsaved").inner_text()


def test_a_scan_that_cannot_be_kept_shows_its_verdict_and_says_what_to_do(phone: Phone, full: Disk) -> None:
    phone.scan(phone.city.presentation(phone.city.restaurant()))
    assert phone.verdict() == "VALID_HOLDER_PRESENT"
    assert "bộ nhớ máy đã đầy. Xóa bớt ảnh hoặc ứng dụng, rồi bấm Lưu lại." in unsaved(phone)
    assert phone.queue() == []
    assert phone.events("scan") == [], "Python hears of a scan only when it is safe"

    again = phone.page.get_by_role("button", name="Lưu lại")
    try_again(phone, again)
    assert "bộ nhớ máy đã đầy" in unsaved(phone)
    full.make_room()
    again.click()
    phone.page.get_by_text("Đã lưu lượt quét này.").wait_for()
    [entry] = phone.queue()
    assert phone.events("scan") == [entry]


def test_no_record_without_its_scan(phone: Phone, full: Disk) -> None:
    phone.scan(phone.city.paper(phone.city.restaurant()))
    phone.verdict()
    record = phone.page.get_by_role("button", name="Lập biên bản")
    try_again(phone, record)
    assert "Chưa lưu được lượt quét này" in unsaved(phone)
    assert phone.page.locator(".scanner-layer").count() == 1
    full.make_room()
    record.click()
    phone.page.locator(".scanner-layer").wait_for(state="detached")
    [entry] = phone.queue()
    assert phone.events("scan.record") == [entry]
    assert phone.events("scan") == [entry]


def test_the_next_scan_is_not_held_up_by_one_that_was_not_kept(phone: Phone, full: Disk) -> None:
    phone.scan(phone.city.paper(phone.city.restaurant()))
    phone.verdict()
    phone.page.get_by_role("button", name="Quét tiếp").click()
    phone.page.get_by_role("button", name="Bỏ lượt quét").click()
    phone.page.locator(".verdict-layer").wait_for(state="detached")
    full.make_room()
    phone.scan(phone.city.presentation(phone.city.restaurant(number="49/2026/ATTP-CNĐK")))
    assert phone.verdict() == "VALID_HOLDER_PRESENT"
    assert phone.page.locator(".verdict-unsaved").count() == 0
    assert len(phone.queue()) == 1


@pytest.mark.parametrize("way", ["next", "escape", "back"])
def test_leaving_a_scan_that_was_not_kept_asks_first(phone: Phone, full: Disk, way: str) -> None:
    phone.scan(phone.city.paper(phone.city.restaurant()))
    phone.verdict()

    def leave() -> None:
        if way == "next":
            phone.page.get_by_role("button", name="Quét tiếp").click()
        elif way == "escape":
            phone.page.keyboard.press("Escape")
        else:
            phone.page.go_back()

    leave()
    phone.page.get_by_role("button", name="Ở lại").click()
    expect(phone.page.locator(".ask-layer")).to_have_count(0)
    assert phone.verdict() == "VALID_HOLDER_NOT_PROVEN"
    leave()
    phone.page.get_by_role("button", name="Bỏ lượt quét").click()
    expect(phone.page.locator(".verdict-layer")).to_have_count(0)
    expect(phone.page.locator(".scanner-layer")).to_have_count(1)
    phone.page.go_back()
    expect(phone.page.locator(".scanner-layer")).to_have_count(0)
    assert phone.queue() == []


def test_a_scan_that_was_saved_after_all_is_left_without_a_question(phone: Phone, full: Disk) -> None:
    phone.scan(phone.city.paper(phone.city.restaurant()))
    phone.verdict()
    full.make_room()
    phone.page.get_by_role("button", name="Lưu lại").click()
    phone.page.get_by_text("Đã lưu lượt quét này.").wait_for()
    phone.page.get_by_role("button", name="Quét tiếp").click()
    expect(phone.page.locator(".verdict-layer")).to_have_count(0)
    assert len(phone.queue()) == 1
