"""How soon the phone shows that it is paid, in Chromium on the real stack. ``python -m scripts.benches.paid``.

The app must be built. The citizen looks at the order; the gateway tells of the payment by itself; from the moment at
which the city has it to the moment at which the phone says so, by this process's clock.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import requests
from playwright.sync_api import Browser
from pymongo import MongoClient

from scripts.supervise.city import City
from tests.support.browser.chromium import running_chromium
from tests.support.browser.citizen import a_citizen
from tests.support.browser.paying import back_to_list, choose_way, open_order, order_of
from tests.support.browser.phone import Phone
from tests.support.camera import Camera
from tests.support.stack import Addresses, running_city
from tests.support.story.days import Rows
from tests.support.story.due import a_due_request, services_of

ROUNDS: Final = 7
PAYER: Final = "048150900006"
_LOOKS_S: Final = 0.01


def measure() -> dict[str, float]:
    """``paid_shown_ms``: the median of `ROUNDS`; ``paid_shown_worst_ms``: the worst of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_city(folder / "city") as city, running_chromium(Camera(folder / "camera.mjpeg")) as browser:
            took = _paid(browser, city, folder)
    return {"paid_shown_ms": round(median(took)), "paid_shown_worst_ms": round(max(took))}


def _paid(browser: Browser, city: City, folder: Path) -> list[float]:
    at = Addresses(city.origin, f"http://localhost:{city.ports.vneid}/codes", "")
    phone = a_citizen(browser, at, PAYER, folder)
    took = []
    with MongoClient[Any](city.env["MONGODB_URI"], tz_aware=True) as client, services_of(city) as container:
        rows: Rows = client.get_default_database()
        person = rows.persons.find_one({"personal_id": PAYER})
        if person is None:
            raise RuntimeError("the payer is not known after signing in")
        for _ in range(ROUNDS):
            dossier_id = a_due_request(container, person)
            open_order(phone, dossier_id)
            choose_way(phone, "vnpay")
            took.append(_until_shown(phone, city, rows, dossier_id))
            back_to_list(phone)
    return took


def _until_shown(phone: Phone, city: City, rows: Rows, dossier_id: str) -> float:
    """Milliseconds from the city's knowing to the phone's saying."""
    order = order_of(rows, dossier_id)
    attempt = rows.payment_attempts.find_one({"order_id": order["_id"]})
    if attempt is None:
        raise RuntimeError("no attempt was made")
    # The gateway learns of a payment from the citizen's browser.
    requests.get(attempt["shown"]["url"], timeout=20).raise_for_status()
    item = {"gateway": "vnpay", "code": str(attempt["code"]), "outcome": "paid", "behaviours": ["at_once"]}
    control = f"http://127.0.0.1:{city.ports.gateways}/control"
    requests.post(control, json={"items": [item]}, timeout=20).raise_for_status()
    while order_of(rows, dossier_id)["state"] != "paid":
        time.sleep(_LOOKS_S)
    known = time.perf_counter()
    phone.see("pay.settled", 60_000)
    return (time.perf_counter() - known) * 1000


if __name__ == "__main__":
    print(measure())
