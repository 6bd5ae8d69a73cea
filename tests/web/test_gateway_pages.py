"""The pages of the gateways' sandbox on a phone: each is paid, given up and left to run out with a thumb."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.payments.adapters.registry import ADAPTERS
from backend.payments.ports import Judgement, NoticeOutcome
from shared_models.payment.order import GatewayKey
from tests.support.gateway_town import Town, open_town

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screens" / "gateways"
PAGES = sorted(set(ADAPTERS) - {GatewayKey.BANK})
THUMB_PX = 48
SMALL_JS = """(least) => [...document.querySelectorAll('button, a.button, input:not([type=hidden]), select, textarea')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least).map((one) => one.outerHTML)"""
WIDE_JS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_town(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN", has_touch=True)
    shown = context.new_page()
    yield shown
    context.close()


def is_fit(page: Page, name: str) -> None:
    """Marked as a try-out, in Vietnamese, no wider than the phone, and made for a thumb."""
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator(".place")).to_have_text("Cổng thử nghiệm")
    assert page.evaluate(SMALL_JS, THUMB_PX) == []
    assert page.evaluate(WIDE_JS) <= 0
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def opened(town: Town, page: Page, key: GatewayKey) -> tuple[int, str]:
    """The code and the way back of a bill whose page is shown."""
    bill = town.bill(key)
    page.goto(str(town.gateways[key].start(bill).url))
    expect(page.locator("#amount")).to_have_text("115.000 đồng")
    return bill.code, urlsplit(bill.return_url).path


@pytest.mark.parametrize("key", PAGES)
def test_a_payment_is_made_and_leads_back(town: Town, page: Page, key: GatewayKey) -> None:
    code, way = opened(town, page, key)
    is_fit(page, key.value)
    page.get_by_text("Dành cho người vận hành thử").tap()
    is_fit(page, f"{key.value}-panel")
    page.locator("#behaviour").select_option("twice")
    page.locator("#pay").tap()
    page.wait_for_url(lambda url: urlsplit(url).path == way)
    assert sorted(town.hear(2)) == [Judgement.REPEATED, Judgement.TAKEN]
    assert list(town.city.paid) == [code]


@pytest.mark.parametrize("key", PAGES)
@pytest.mark.parametrize("button", ["cancel", "no-money", "run-out"])
def test_a_payment_that_is_not_made_leads_back_too(town: Town, page: Page, key: GatewayKey, button: str) -> None:
    _, way = opened(town, page, key)
    address = page.url
    page.locator(f"#{button}").tap()
    page.wait_for_url(lambda url: urlsplit(url).path == way)
    town.hear(1)
    assert [notice.outcome for _, notice in town.city.heard if notice] == [NoticeOutcome.FAILED]
    assert town.city.paid == {}
    page.goto(address)
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("#pay")).to_have_count(0)
    is_fit(page, f"{key.value}-{button}")


def test_the_bank_reads_the_code_and_transfers(town: Town, page: Page) -> None:
    bill = town.bill(GatewayKey.BANK)
    transfer = town.gateways[GatewayKey.BANK].start(bill).transfer
    assert transfer is not None
    page.goto(f"{town.url}/bank/app")
    is_fit(page, "bank")
    page.locator("#qr").fill(transfer.text[:-1])
    page.locator("#read").tap()
    expect(page.get_by_role("alert")).to_contain_text("Chưa đọc được mã này.")
    is_fit(page, "bank-unread")
    page.locator("#qr").fill(transfer.text)
    page.locator("#read").tap()
    expect(page.locator("#read-amount")).to_have_text("115.000 đồng")
    expect(page.locator("#read-purpose")).to_have_text(transfer.purpose)
    is_fit(page, "bank-transfer")
    page.locator("#amount-typed").fill("115.000")
    page.locator("#pay").tap()
    expect(page.get_by_role("status")).to_have_text("Đã thanh toán.")
    is_fit(page, "bank-done")
    assert town.hear(1) == [Judgement.TAKEN]
    assert list(town.city.paid) == [bill.code]
