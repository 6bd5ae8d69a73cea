"""The walk through an inspector's day: the camera that opens by itself, the queue, and a record."""

from typing import Any

from pwa.screen_data import scans
from pwa.screen_services import at


def inspector(walk: Any) -> None:
    """From the staff door to a record in the queue."""
    walk.enter_staff("20-staff")
    camera(walk)
    walk.wait("scan.start", 1500)
    walk.shoot("21-scan-empty")
    for entry in scans():
        folder = "history" if entry["state"] == "sent" else "queue"
        walk.put(f"{folder}/{entry['record']['id']}", entry)
    walk.tell("scanner.closed", {})
    walk.wait("scan.queue_count", 900)
    walk.shoot("22-scan")
    walk.tap("tab.queue")
    walk.wait("queue.send", 900)
    walk.shoot("23-queue")
    at(walk, "/records/scn_1", "check.place_matches.pass", "24-record")
    walk.tap("check.place_matches.pass")
    walk.tap("check.food_source.fail")
    walk.page.mouse.move(200, 500)
    walk.page.mouse.wheel(0, 3000)
    walk.page.wait_for_timeout(800)
    walk.tap("record.violation")
    walk.page.wait_for_timeout(500)
    walk.shoot("25-record-end")
    at(walk, "/me", "me.signout", "26-me")


def camera(walk: Any) -> None:
    """The camera that opens by itself, the question asked from it, and back to the screen behind it."""
    page = walk.page
    page.locator(".scanner-frame").wait_for()
    page.wait_for_timeout(500)
    walk.shoot("21-camera")
    page.locator(".scanner-bottom button").last.click()
    page.locator(".card-layer [role=timer]").wait_for()
    page.wait_for_timeout(500)
    walk.shoot("21-question")
    page.keyboard.press("Escape")
    page.locator(".scanner-frame").wait_for()
    page.keyboard.press("Escape")
    page.locator(".scanner-layer").wait_for(state="detached")
