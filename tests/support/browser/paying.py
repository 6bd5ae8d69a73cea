"""A citizen who pays on the phone: to the order, through a gateway's page, and back."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser.phone import PHONE, Phone
from tests.support.story.days import Rows


def open_order(phone: Phone, dossier_id: str) -> None:
    """From the list of dossiers to the order of one of them."""
    phone.tap("tab.dossiers")
    phone.tap("dossiers.refresh")
    phone.tap(f"dossier.{dossier_id}", 30_000)
    phone.see("dossier.due", 30_000)
    phone.bring("dossier.pay")
    phone.tap("dossier.pay")
    phone.see("pay.amount", 30_000)


def choose_way(phone: Phone, way: str) -> None:
    """One of the ways to pay; the attempt is on the phone when its page can be opened."""
    phone.scroll_to(f"way.{way}")
    phone.tap(f"way.{way}")
    phone.see("pay.open", 30_000)


def gateway_page(phone: Phone, way: str) -> Page:
    """The window that the app opens for a gateway, as large as the phone's screen."""
    choose_way(phone, way)
    with phone.context.expect_page() as opened:
        phone.tap("pay.open", 30_000)
    page = opened.value
    page.bring_to_front()
    page.set_viewport_size(PHONE)
    expect(page.locator("#pay")).to_be_visible()
    return page


def back_to_list(phone: Phone) -> None:
    phone.tap("pay.to_dossier")
    phone.see("dossier.due", 30_000)
    phone.tap("nav.back")


def order_of(rows: Rows, dossier_id: str) -> dict[str, Any]:
    """The latest order of a dossier."""
    found = rows.payment_orders.find_one({"subject.id": dossier_id}, sort=[("created_at", -1)])
    assert found is not None
    return dict(found)
