"""The wallet and the inspector agree: the published lists, read as a phone reads them, say what the wallet says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import requests
from pymongo.database import Database

from backend.infra.verify import run_checks, verify_text
from shared_models.clock import to_epoch_s
from shared_models.credential.keys import p256_key
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import (
    Status,
    StatusList,
    accept_status_list,
    parse_status_list,
    status_list_checks,
)
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from tests.support.story.journal import Journal

Rows = Database[dict[str, Any]]
OUTCOMES = {
    "valid": Outcome.VALID_HOLDER_NOT_PROVEN,
    "suspended": Outcome.SUSPENDED,
    "revoked": Outcome.REVOKED,
}
TIMEOUT_S = 20


class Verifier:
    """An inspector's phone: keeps the lists that it has accepted, and refuses older ones."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._trust: TrustList | None = None
        self.lists: dict[str, StatusList] = {}

    def update(self) -> None:
        """Raises Invalid for a list that a phone would refuse, such as one that was rolled back."""
        city = self._json("/city.json")
        root = self._json(city["trust_root"]["url"])
        trust = self._json("/api/v1/trust")
        root_key = p256_key(bytes.fromhex(root["x"]), bytes.fromhex(root["y"]))
        draft = parse_trust_list(self._bytes(trust["trust_list"]["url"]), root_key)
        self._trust = accept_trust_list(draft, run_checks([draft.check]), self._trust)
        for row in trust["status_lists"]:
            held = parse_status_list(self._bytes(row["url"]), row["uri"])
            results = run_checks(status_list_checks(held, self._trust))
            self.lists[row["uri"]] = accept_status_list(held, self._trust, results, self.lists.get(row["uri"]))

    def outcome(self, code: str) -> Outcome:
        assert self._trust is not None
        return verify_text(code, self._trust, self.lists, to_epoch_s(datetime.now(UTC)) + 1).outcome

    def _bytes(self, path: str) -> bytes:
        answer = requests.get(self._origin + path, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.content

    def _json(self, path: str) -> Any:
        answer = requests.get(self._origin + path, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.json()


def lists_say_what_licences_are(rows: Rows, verifier: Verifier) -> Iterator[str]:
    """The entry of every credential, paper or phone, is its licence's status."""
    statuses = {row["_id"]: row["status"] for row in rows.licences.find({}, {"status": 1})}
    seen = set()
    for row in rows.credentials.find({"blocked": False}):
        place = (row["status_uri"], row["list_index"])
        if place in seen:
            yield f"two credentials share the entry {place}"
        seen.add(place)
        entry = Status(verifier.lists[row["status_uri"]].entries[row["list_index"]]).name.lower()
        if entry != statuses[row["licence_id"]]:
            yield f"credential {row['_id']}: list says {entry}, licence is {statuses[row['licence_id']]}"


def codes_are_judged_as_wallets_say(journal: Journal, verifier: Verifier) -> Iterator[str]:
    """Every paper code that was handed out gets the verdict that belongs to the status in its owner's wallet."""
    held = {licence["id"]: licence for wallet in journal.wallets.values() for licence in wallet.values()}
    for answer in journal.deliveries.values():
        licence = held.get(answer["licence_id"])
        if licence is None:
            yield f"licence {answer['licence_id']} is in no wallet"
            continue
        outcome = verifier.outcome(answer["paper_text"])
        if outcome is not OUTCOMES[licence["status"]]:
            yield f"licence {licence['id']}: wallet says {licence['status']}, inspector sees {outcome.value}"
