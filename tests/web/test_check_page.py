"""The public check page /q: verdict in the page, nothing sent, nothing of a person shown."""

import pytest
from playwright.sync_api import Page

from tests.support import credentials as demo
from tests.web.phone import Phone

pytestmark = pytest.mark.browser


def check(phone: Phone, address: str) -> Page:
    page = phone.new_page()
    page.goto(address)
    return page


def test_printed_code_opens_into_verdict_and_facts(phone: Phone) -> None:
    page = check(phone, phone.city.paper(phone.city.restaurant()))
    page.locator("[data-outcome=VALID_HOLDER_NOT_PROVEN]").wait_for()
    facts = page.locator(".q-facts").inner_text()
    for fact in ("QUÁN MÌ QUẢNG BÀ MUA", "48/2026/ATTP-CNĐK", "44 Lê Đình Dương", "Ban Quản lý An toàn thực phẩm"):
        assert fact in facts
    assert page.get_by_text("Tình trạng theo dữ liệu").is_visible()


def test_what_is_in_the_code_is_sent_nowhere(phone: Phone) -> None:
    address = phone.city.paper(phone.city.restaurant())
    digits = address.split("#")[1]
    asked: list[str] = []
    page = phone.new_page()
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "") + str(request.headers)))
    page.goto(address)
    page.locator("[data-outcome]").wait_for()
    sent = "".join(part for part in asked if not part.startswith(address)) + "".join(phone.city.requests)
    assert len(asked) > 5
    assert digits[:20] not in sent
    assert "48/2026" not in sent


def test_a_persons_name_is_masked(phone: Phone) -> None:
    page = check(phone, phone.city.paper(phone.city.driver(), demo.POLICE))
    page.locator("[data-outcome]").wait_for()
    assert "NGUYỄN T. M. K." in page.locator(".q-facts").inner_text()
    assert "KHAI" not in page.content()


@pytest.mark.parametrize(("holder", "shown"), [("TRẦN THỊ THU TRANG", "TRẦN T. T. T."), ("CÔNG TY TNHH AN HẢI", None)])
def test_of_a_construction_permit_a_persons_name_is_masked_and_a_companys_is_not(
    phone: Phone, holder: str, shown: str | None
) -> None:
    page = check(phone, phone.city.paper(phone.city.house(holder=holder), demo.WARD))
    page.locator("[data-outcome=VALID_HOLDER_NOT_PROVEN]").wait_for()
    facts = page.locator(".q-facts").inner_text()
    assert (shown or holder) in facts
    assert (holder in page.content()) is (shown is None)
    assert ("được che bớt" in facts) is (shown is not None)


def test_an_undated_registration_says_so(phone: Phone) -> None:
    page = check(phone, phone.city.paper(phone.city.household(), demo.WARD))
    page.locator("[data-outcome=VALID_HOLDER_NOT_PROVEN]").wait_for()
    facts = page.locator(".q-facts").inner_text()
    for fact in ("GCN đăng ký hộ kinh doanh", "HỘ KINH DOANH MÌ QUẢNG BÀ MUA", "không thời hạn", "phường Hải Châu"):
        assert fact in facts


@pytest.mark.parametrize(
    ("status_index", "outcome"), [(demo.REVOKED_INDEX, "REVOKED"), (demo.SUSPENDED_INDEX, "SUSPENDED")]
)
def test_revoked_and_suspended_are_said(phone: Phone, status_index: int, outcome: str) -> None:
    page = check(phone, phone.city.paper(phone.city.restaurant(status_index=status_index)))
    page.locator(f"[data-outcome={outcome}]").wait_for()


def test_a_damaged_code_is_not_valid_and_claims_nothing(phone: Phone) -> None:
    address = phone.city.paper(phone.city.restaurant())
    page = check(phone, address[:-1] + str((int(address[-1]) + 1) % 10))
    page.locator("[data-outcome=INVALID]").wait_for()
    assert "đừng chấp nhận giấy này" in page.locator(".verdict-words").inner_text()
    assert page.locator(".q-facts").count() == 0


def test_without_a_code_the_page_says_how_to_get_one(phone: Phone) -> None:
    page = check(phone, f"{phone.city.origin}/q")
    page.get_by_text("Chưa có mã nào để kiểm tra").wait_for()


def test_suspicions_go_to_the_citys_line_and_english_is_one_tap_away(phone: Phone) -> None:
    page = check(phone, phone.city.paper(phone.city.restaurant()))
    page.locator("[data-outcome]").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_text("holder not verified").wait_for()
    page.get_by_text("Report a suspicion").click()
    assert page.get_by_role("link", name="Call 1022").get_attribute("href") == "tel:1022"


def test_lists_that_were_held_serve_without_network(phone: Phone) -> None:
    first = check(phone, phone.city.paper(phone.city.restaurant()))
    first.locator("[data-outcome]").wait_for()
    phone.expected = "net::ERR_FAILED"  # The requests that this test cuts.
    first.route("**/api/**", lambda route: route.abort())
    first.route("**/city.json", lambda route: route.abort())
    first.reload()
    first.locator("[data-outcome=VALID_HOLDER_NOT_PROVEN]").wait_for()
