"""Sending batches as an inspector's phone does, and counting what they wrote."""

from typing import Any

from backend.bootstrap import Container
from tests.support.api import Phone
from tests.support.database import snapshot

WRITTEN = ("scans", "inspections", "access_ledger", "notices", "outbox")


def send(phone: Phone, *records: Any) -> list[dict[str, Any]]:
    answer = phone.post("/inspections:batch", {"records": list(records)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def states(results: list[dict[str, Any]]) -> list[str]:
    return [result["state"] + (f" {result['code']}" if "code" in result else "") for result in results]


def written(container: Container) -> dict[str, int]:
    counts = snapshot(container.database)
    return {name: counts[name] for name in WRITTEN}
