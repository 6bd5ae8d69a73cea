"""A citizen with dossiers: signed in, handing in, and looking at what became of it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.support.browser.phone import Phone
from tests.support.stack import Addresses
from tests.support.story.days import Rows

REACH = {"applicant_address": "44 Lê Đình Dương", "applicant_phone": "0905 123 456"}
"""What a form asks of somebody whom it does not know yet."""


def a_citizen(browser: Browser, at: Addresses, personal_id: str, shots: Path) -> Phone:
    phone = Phone.make(browser, at.app, shots)
    phone.sign_in_with_vneid(personal_id, at.codes)
    phone.choose_pin()
    phone.see("wallet.refresh", 60_000)
    return phone


def newest(rows: Rows) -> str:
    """The dossier that was handed in last."""
    found: dict[str, Any] | None = rows.dossiers.find_one({}, sort=[("received_at", -1)])
    assert found is not None
    return str(found["_id"])


def look_again(phone: Phone, dossier_id: str) -> None:
    """Goes back to the list, brings it up to date, and opens the dossier again."""
    phone.tap("nav.back")
    phone.tap("dossiers.refresh")
    phone.tap(f"dossier.{dossier_id}", 30_000)
    phone.see("dossier.due", 30_000)
