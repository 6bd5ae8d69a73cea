"""A day's money held against the gateway's own statement, and one payment sent back by two officers."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from scripts.supervise.city import City
from shared_models.clock import CITY_ZONE
from shared_models.ids import RANDOM_BYTES, new_id
from tests.e2e.conftest import SHOTS
from tests.support.browser.officer import WIDE
from tests.support.browser.phone import Phone
from tests.support.stack import Addresses
from tests.support.story.caller import Caller, Refused
from tests.support.story.days import Rows
from tests.support.story.desk import Clerk
from tests.support.story.due import a_due_request, services_of

pytestmark = [pytest.mark.browser, pytest.mark.stack]

Json = dict[str, Any]
BAO = "048095900007"
HERE = SHOTS.with_name("reconciliation")
TELLING = ("at_once", "never", "wrong_amount")
"""What VNPAY's notices are like, a payment each."""

REASON = "Nộp nhầm hồ sơ, người nộp đề nghị trả lại"


def until(is_so: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Vnpay:
    """The sandbox's VNPAY, and the rows in which the city knows of it."""

    def __init__(self, city: City, rows: Rows) -> None:
        self.url = f"http://127.0.0.1:{city.ports.gateways}"
        self.rows = rows

    def attempt(self, order: Json) -> Json:
        found = self.rows.payment_attempts.find_one({"order_id": order["id"]})
        assert found is not None
        return dict(found)

    def order(self, order: Json) -> Json:
        found = self.rows.payment_orders.find_one({"_id": order["id"]})
        assert found is not None
        return dict(found)

    def paid(self, payer: Caller, dossier_id: str, behaviour: str) -> Json:
        """The payer pays on VNPAY's page, and VNPAY tells of it as it is told to; the order as it was begun."""
        order: Json = payer.call("POST", f"/dossiers/{dossier_id}/order")
        asked = {"id": new_id("att", secrets.token_bytes(RANDOM_BYTES)), "gateway": "vnpay", "lang": "vi"}
        begun = payer.call("POST", f"/orders/{order['id']}/attempts", asked)
        requests.get(begun["url"], timeout=10).raise_for_status()
        wish = {"gateway": "vnpay", "code": str(self.attempt(order)["code"]), "outcome": "paid"}
        body = {"items": [wish | {"behaviours": [behaviour]}]}
        said = requests.post(f"{self.url}/control", json=body, timeout=10).json()
        assert said["items"][0]["error"] is None, said
        return order

    def refunds(self, order: Json) -> list[int]:
        asked = {"code": self.attempt(order)["code"]}
        [payment] = requests.get(f"{self.url}/control/vnpay", params=asked, timeout=10).json()["items"]
        return [refund["amount"] for refund in payment["refunds"]]

    def task(self, order: Json, kind: str) -> str:
        found = self.rows.payment_tasks.find_one({"order_id": order["id"], "kind": kind, "state": "open"})
        assert found is not None, kind
        return str(found["_id"])


def a_collector(browser: Browser, at: Addresses, username: str) -> Phone:
    """An officer who collects, at a wide screen; the tasks are what they see first."""
    screen = Phone.make(browser, at.app, HERE)
    screen.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dict is what it takes
    screen.sign_in_as_staff(username, at.codes)
    screen.choose_pin()
    screen.see("collect.refresh", 60_000)
    return screen


def todays_statement(screen: Phone, sandbox: str, folder: Path) -> Path:
    """Downloads VNPAY's list of today, as from a portal."""
    portal = screen.context.new_page()
    portal.goto(sandbox)
    with portal.expect_download() as saved:
        portal.locator("a[href*='/vnpay/statement/']").click()
    file = folder / saved.value.suggested_filename
    saved.value.save_as(file)
    portal.close()
    screen.page.bring_to_front()
    return file


def bring_in(screen: Phone, file: Path) -> None:
    """Imports it in the app, for today and not for yesterday, which is what is there."""
    screen.tap("collect.section.statements")
    screen.tap("collect.import")
    screen.tap("collect.gateway.vnpay")
    screen.see("collect.day").locator("input").click()
    screen.page.wait_for_timeout(400)  # Flutter moves its own focus a frame later.
    screen.page.keyboard.press("Control+A")
    screen.page.keyboard.type(datetime.now(CITY_ZONE).strftime("%d/%m/%Y"), delay=10)
    screen.bring("collect.pick")
    with screen.page.expect_file_chooser() as chooser:
        screen.tap("collect.pick")
    chooser.value.set_files(file)
    screen.read(file.name)
    screen.bring("collect.bring")
    screen.tap("collect.bring")
    screen.see("collect.to_tasks", 30_000)


def say_yes(screen: Phone) -> None:
    screen.tap("question.yes")
    screen.gone("question.yes")


def count(screen: Phone, task_id: str) -> None:
    """Takes the statement's word for a payment."""
    screen.bring(f"collect.{task_id}")
    screen.tap(f"collect.{task_id}")
    screen.see("collect.to_order", 30_000)
    screen.bring("collect.note")
    screen.write("collect.note", "Đúng số giao dịch trên sao kê VNPAY")
    screen.shoot("2-task")
    screen.tap("collect.way.count")
    say_yes(screen)
    screen.gone("collect.way.count")


def propose(officer: Caller, order: Json) -> None:
    """Asks for the money to go back, and may not be the one who says yes."""
    asked = {"id": new_id("rfd", secrets.token_bytes(RANDOM_BYTES))}
    path = f"/desk/payments/orders/{order['id']}/refund"
    officer.call("POST", path, asked | {"action": "propose", "reason": REASON})
    with pytest.raises(Refused, match=r"refund\.own_proposal"):
        officer.call("POST", path, asked | {"action": "approve", "note": ""})


def approve(screen: Phone) -> None:
    """From the task to its order, where another's proposal waits."""
    screen.tap("collect.to_order")
    screen.read(REASON, 30_000)
    screen.bring("collect.refund.approve")
    screen.shoot("3-proposed")
    screen.tap("collect.refund.approve")
    say_yes(screen)
    screen.gone("collect.refund.approve")
    screen.shoot("4-refunded")


def test_the_days_statement_finds_the_money_that_nobody_told_of_and_two_officers_send_it_back(
    browser: Browser, city: City, at: Addresses, rows: Rows, tmp_path: Path
) -> None:
    payer, vnpay = Caller(city.origin), Vnpay(city, rows)
    payer.sign_in_with_vneid(f"http://localhost:{city.ports.vneid}", BAO)
    person = rows.persons.find_one({"personal_id": BAO})
    assert person is not None
    thu = a_collector(browser, at, "thuphi.attp")
    with services_of(city) as container:
        dossiers = [a_due_request(container, person) for _ in TELLING]
    told, silent, wrong = (vnpay.paid(payer, one, how) for one, how in zip(dossiers, TELLING, strict=True))
    until(lambda: vnpay.order(told)["state"] == "paid")
    until(lambda: rows.payment_tasks.count_documents({"order_id": wrong["id"], "kind": "amount_differs"}) == 1)
    assert vnpay.order(silent)["state"] == "pending"

    bring_in(thu, todays_statement(thu, vnpay.url, tmp_path))
    thu.shoot("1-statement")
    matches = [
        found["match"]
        for order in (told, silent, wrong)
        for found in rows.payment_rows.find({"attempt_id": vnpay.attempt(order)["_id"]})
    ]
    assert matches == ["matched", "not_paid_here", "not_paid_here"]
    thu.bring_words(f"Hồ sơ {silent['reference']}")

    thu.tap("collect.to_tasks")
    thu.see(f"collect.{vnpay.task(wrong, 'amount_differs')}")
    count(thu, vnpay.task(silent, "unknown_payment"))
    until(lambda: vnpay.order(silent)["state"] == "paid")
    dossier = rows.dossiers.find_one({"_id": dossiers[TELLING.index("never")]})
    assert dossier is not None
    assert dossier["payment"] == "paid"

    propose(Clerk(city, "ketoan.attp").caller, silent)
    assert vnpay.refunds(silent) == []
    approve(thu)
    until(lambda: vnpay.order(silent)["state"] == "refunded")
    assert vnpay.refunds(silent) == [silent["amount"]]

    notices = payer.call("GET", "/notices")["items"]
    mine = {one["kind"] for one in notices if one["params"].get("number") == silent["reference"]}
    assert mine >= {"payment.received", "payment.refund_coming", "payment.refunded"}
    states = {one["order_id"]: one["state"] for one in rows.receipts.find({})}
    assert (states[silent["id"]], states[told["id"]]) == ("cancelled", "issued")
    assert not thu.errors
