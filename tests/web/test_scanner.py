"""The inspector's scanner: a real camera picture, the verdict, the record in the vault."""

import re

import pytest

from shared_models.place import Point, geohash
from tests.support import credentials as demo
from tests.web.phone import Phone, blank_png, qr_png

pytestmark = pytest.mark.browser


@pytest.fixture
def inspector(phone: Phone) -> Phone:
    phone.become_inspector()
    return phone


def words(phone: Phone) -> str:
    return phone.page.locator(".verdict-words").inner_text()


def test_presentation_is_green_and_its_record_is_safe_before_python_hears_of_it(inspector: Phone) -> None:
    text = inspector.city.presentation(inspector.city.restaurant())
    inspector.scan(text)
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"
    assert "CÒN HIỆU LỰC\n\nđúng người giữ" in words(inspector)
    facts = inspector.page.locator(".verdict-facts").inner_text()
    for fact in (
        "44 Lê Đình Dương, phường Hải Châu",
        "trong khu vực ghi trên giấy",
        "48/2026/ATTP-CNĐK",
        "Ban Quản lý",
    ):
        assert fact in facts
    inspector.until("performance.getEntriesByName('verdict').length === 1")
    [entry] = inspector.queue()
    record = entry["record"]
    assert (entry["state"], entry["tries"], record["code"], record["purpose"]) == ("waiting", 0, text, "routine")
    assert re.fullmatch(r"scn_[0-9a-hjkmnp-tv-z]{26}", record["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["scanned_at"])
    assert (record["outcome"], record["reasons"], record["carrier"]) == ("VALID_HOLDER_PRESENT", [], "SCREEN")
    assert inspector.events("scan") == [entry]


@pytest.mark.parametrize(
    ("make", "outcome", "sentence"),
    [
        (lambda c: c.paper(c.restaurant()), "VALID_HOLDER_NOT_PROVEN", "đối chiếu người và địa điểm"),
        (lambda c: c.presentation(c.restaurant(), age_s=120), "VALID_HOLDER_NOT_PROVEN", "ảnh chụp màn hình"),
        (lambda c: c.presentation(c.restaurant(status_index=demo.REVOKED_INDEX)), "REVOKED", "đã chặn điện thoại"),
        (
            lambda c: c.paper(c.restaurant(status_index=demo.REVOKED_INDEX)),
            "REVOKED",
            "Cơ quan cấp đã thu hồi giấy này.",
        ),
        (lambda c: c.presentation(c.restaurant(status_index=demo.SUSPENDED_INDEX)), "SUSPENDED", "tạm đình chỉ"),
        (lambda c: c.presentation(c.restaurant(), key=demo.STRANGER), "INVALID", "không công nhận"),
        (lambda c: c.presentation(c.restaurant(), key=demo.WORKS), "INVALID", "không có thẩm quyền"),
        (
            lambda c: c.presentation(c.restaurant(status_index=demo.FREE_INDEX)),
            "INVALID",
            "chưa từng phát hành",
        ),
        (
            lambda c: c.presentation(c.restaurant(expires_at_s=c.end_of_day(-1), issued_at_s=c.now_s - 30 * demo.DAY)),
            "EXPIRED",
            "ngày cuối",
        ),
        (lambda _: "https://example.com/menu", "NOT_OURS", "thuộc nơi khác"),
    ],
    ids=[
        "paper",
        "screenshot",
        "revoked phone",
        "revoked paper",
        "suspended",
        "forged",
        "wrong scope",
        "never issued",
        "expired",
        "foreign",
    ],
)
def test_every_other_code_gets_its_verdict_and_its_reason(inspector: Phone, make, outcome: str, sentence: str) -> None:
    inspector.scan(make(inspector.city))
    assert inspector.verdict() == outcome
    assert sentence in words(inspector)
    [entry] = inspector.queue()
    assert (entry["record"]["code"] is None) == (outcome == "NOT_OURS")


@pytest.mark.parametrize(
    ("age_s", "outcome", "bands"),
    [(20 * 3600, "VALID_HOLDER_NOT_PROVEN", 1), (8 * demo.DAY, "STATUS_UNKNOWN", 0)],
    ids=["ageing", "stale"],
)
def test_old_lists_show_their_time_and_then_confirm_nothing(phone: Phone, age_s: int, outcome: str, bands: int) -> None:
    phone.city.status = phone.city.status_list(age_s)
    phone.become_inspector()
    phone.scan(phone.city.paper(phone.city.restaurant()))
    assert phone.verdict() == outcome
    assert phone.page.get_by_text("Theo dữ liệu").count() == bands


def test_record_button_closes_the_scanner_and_tells_python(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    inspector.page.get_by_role("button", name="Lập biên bản").click()
    inspector.page.locator(".scanner-layer").wait_for(state="detached")
    [entry] = inspector.queue()
    assert inspector.events("scan.record") == [entry]
    assert inspector.events("scanner.closed") == [{}]


def test_scan_next_waits_for_another_code_and_counts_the_queue(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    inspector.page.get_by_role("button", name="Quét tiếp").click()
    inspector.page.get_by_text("1 chờ gửi").wait_for()
    inspector.page.wait_for_timeout(700)
    assert inspector.page.locator(".verdict-block").count() == 0
    assert len(inspector.queue()) == 1


def test_several_codes_in_view_are_asked_about(inspector: Phone) -> None:
    ours = inspector.city.paper(inspector.city.restaurant())
    inspector.scan(ours, "https://example.com/menu")
    choices = inspector.page.locator("button.choice")
    choices.first.wait_for()
    assert sorted("QUÁN MÌ QUẢNG BÀ MUA" in text for text in choices.all_inner_texts()) == [False, True]
    assert inspector.queue() == []
    choices.filter(has_text="QUÁN MÌ").click()
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"


HOI_AN = Point(15.8801, 108.3269)
"""23 km from where the inspector stands."""


@pytest.mark.parametrize(
    ("name", "key"),
    [("restaurant", demo.FOOD), ("house", demo.WARD), ("household", demo.WARD)],
    ids=["food safety", "construction permit", "business household"],
)
def test_row_9_paper_cloned_at_another_place_shows_the_address_and_the_distance(
    inspector: Phone, name: str, key: demo.Key
) -> None:
    claims = getattr(inspector.city, name)
    inspector.scan(inspector.city.paper(claims(geohash=geohash(HOI_AN)), key))
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"
    assert inspector.page.locator(".verdict-place").inner_text() == claims().place
    far = inspector.page.locator(".verdict-where .chip-amber").inner_text()
    distance = re.fullmatch(r"cách khoảng (\d+)([.,]\d)? km", far)
    assert distance is not None, far
    assert 22 <= int(distance[1]) <= 24
    sizes = inspector.page.evaluate(
        "[...document.querySelectorAll('.verdict-facts h2, .verdict-facts dd')]"
        ".map(node => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert sizes[0] > max(sizes[1:])


def test_row_9_at_its_own_place_there_is_no_alarm(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.household(), demo.WARD))
    inspector.verdict()
    facts = inspector.page.locator(".verdict-facts").inner_text()
    assert "trong khu vực ghi trên giấy" in facts
    assert "không thời hạn" in facts
    assert inspector.page.locator(".chip-amber").count() == 0


def test_a_travel_pass_says_purpose_route_and_hours_and_no_place(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.traveller(), demo.WARD))
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"
    facts = inspector.page.locator(".verdict-facts").inner_text()
    for fact in ("Giấy đi đường", "NGUYỄN THỊ MINH KHAI", "chợ Hàn - Lê Đình Dương, 04:00-08:00", "phường Hải Châu"):
        assert fact in facts
    assert inspector.page.locator(".verdict-place, .verdict-where").count() == 0


def test_a_photo_works_and_one_without_a_code_says_so(inspector: Phone) -> None:
    inspector.camera.show_nothing()
    inspector.op("scanner.open")
    inspector.page.locator(".scanner-frame").wait_for()
    chooser = inspector.page.locator("input[type=file]")
    empty = {"name": "empty.png", "mimeType": "image/png", "buffer": blank_png()}
    chooser.set_input_files(empty)
    inspector.page.get_by_text("Không thấy mã QR trong ảnh này").wait_for()
    text = inspector.city.presentation(inspector.city.restaurant())
    chooser.set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": qr_png(text)})
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"


def test_escape_and_back_close_what_lies_on_top(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    inspector.page.keyboard.press("Escape")
    inspector.page.locator(".verdict-layer").wait_for(state="detached")
    assert inspector.page.locator(".scanner-layer").count() == 1
    inspector.page.go_back()
    inspector.page.locator(".scanner-layer").wait_for(state="detached")
    assert inspector.page.url == f"{inspector.city.origin}/"


def test_focus_stays_in_the_verdict(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    inside = "document.activeElement.closest('.verdict-layer') !== null"
    for key in ("Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab"):
        inspector.page.keyboard.press(key)
        assert inspector.page.evaluate(inside)
    assert inspector.page.locator(".scanner-layer").get_attribute("inert") == ""


def test_targets_are_large_enough(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    sizes = inspector.page.locator(".verdict-layer button").evaluate_all(
        "(all) => all.map((b) => [b.offsetWidth, b.offsetHeight])"
    )
    assert len(sizes) == 3
    assert all(min(size) >= 48 for size in sizes)


def test_a_long_name_does_not_move_the_verdict(inspector: Phone) -> None:
    long = inspector.city.restaurant(holder="CÔNG TY TNHH DỊCH VỤ ĂN UỐNG " * 3 + "A", activity=None)
    inspector.scan(inspector.city.paper(long))
    inspector.verdict()
    box = inspector.page.locator(".verdict-block").bounding_box()
    assert box is not None
    assert box["y"] == 0
    assert 0.39 < box["height"] / 844 < 0.41


def test_a_locked_vault_is_said_and_the_verdict_still_shown(phone: Phone) -> None:
    phone.python("trust_update")
    phone.scan(phone.city.presentation(phone.city.restaurant()))
    assert phone.verdict() == "VALID_HOLDER_PRESENT"
    assert "mở bằng mã PIN" in phone.page.locator(".verdict-unsaved").inner_text()


def test_without_the_citys_keys_nothing_is_judged(phone: Phone) -> None:
    phone.scan(phone.city.presentation(phone.city.restaurant()))
    phone.page.get_by_text("Máy chưa có danh sách khóa của thành phố").wait_for()
    assert phone.page.locator(".verdict-block").count() == 0


def test_a_refused_camera_is_explained_and_a_photo_still_works(inspector: Phone) -> None:
    inspector.page.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
        }"""
    )
    inspector.op("scanner.open")
    inspector.page.get_by_text("Máy chưa cho dùng máy ảnh").wait_for()
    text = inspector.city.presentation(inspector.city.restaurant())
    inspector.page.locator("input[type=file]").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": qr_png(text)}
    )
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"


def test_english_is_complete(inspector: Phone) -> None:
    inspector.op("looks.set", lang="en")
    inspector.scan(inspector.city.presentation(inspector.city.restaurant()))
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"
    assert words(inspector).startswith("VALID")
    assert inspector.page.get_by_role("button", name="Scan next").is_visible()
