"""The story told to a running city: everybody acts, something breaks, the city heals, and then all of it is checked."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from scripts.sandbox.seed_data import load
from scripts.supervise.city import City
from tests.support.push_service import PushService
from tests.support.story import invariants, judging
from tests.support.story.actors import Actor, AgencyDesk, Inspector, Owner
from tests.support.story.caller import Caller, persist
from tests.support.story.journal import Journal
from tests.support.story.judging import Verifier

OWNERS = [row["personal_id"] for row in load("people") if row["level"] == 2][:3]
INSPECTORS = ("thanhtra.attp", "kiemtra.hai-chau")
HEALED_WITHIN_S = 60.0
SLOW_MACHINE_S = 60.0
ENDED_WITHIN_S = 100.0
"""Push's lease of 60 s, the waits between its tries, and some."""


class Story:
    """One telling: its own actors and journal. ``seed`` decides who does what, and when things break."""

    def __init__(self, city: City, service: PushService, accounts: Mapping[str, str], seed: int) -> None:
        self.city = city
        self.service = service
        self.journal = Journal()
        self.chance = Random(seed)
        origin = f"http://localhost:{city.ports.app}"
        vneid = f"http://localhost:{city.ports.vneid}"
        self.desk = AgencyDesk(city.data, origin, OWNERS, self.journal, self._branch())
        self.inspectors = [
            Inspector((name, accounts[name]), Caller(origin), self.journal, self._branch()) for name in INSPECTORS
        ]
        self.owners = [Owner(one, vneid, Caller(origin), self.journal, self._branch()) for one in OWNERS]
        self.seed = seed

    def _branch(self) -> Random:
        return Random(self.chance.getrandbits(64))

    @property
    def actors(self) -> list[Actor]:
        return [self.desk, *self.inspectors, *self.owners]

    def go_by(self, *ways: str) -> None:
        """Everybody reaches the city by these origins from now on, in turn: a relay, or several servers."""
        for actor in self.actors:
            actor.go_by(ways)

    def begin(self) -> None:
        """Everybody signs in, owners turn push on, and there is a licence to check."""
        for actor in self.actors:
            actor.begin()
        for number, owner in enumerate(self.owners):
            owner.turn_on_push(self.service, f"{self.seed}-{number}")

    def tell(self, seconds: float, hurt: Callable[[], None] = lambda: None) -> None:
        """Acts for ``seconds`` while ``hurt`` runs beside; in this thread the supervisor brings back what dies.

        Everybody then comes to the end of their last act, so that all there is was acknowledged.
        """
        stop = Event()
        hurts = _Hurt(hurt)

        def direct() -> None:
            deadline = time.monotonic() + seconds
            hurts.run()
            while not self._is_told(deadline) and not any(actor.failure for actor in self.actors):
                time.sleep(0.05)
            for actor in self.actors:
                actor.stopped.set()
            for actor in self.actors:
                actor.join(120)
            stop.set()

        for actor in self.actors:
            actor.start()
        director = Thread(target=direct, name="director", daemon=True)
        director.start()
        self.city.watch(stop)
        director.join()
        if hurts.failure:
            raise hurts.failure
        for actor in self.actors:
            assert not actor.is_alive(), f"{actor.name} hangs"
            if actor.failure:
                raise AssertionError(f"{actor.name}: {actor.failure}") from actor.failure

    def _is_told(self, deadline: float) -> bool:
        """Time is up and each kind of act has happened; on a busy machine that takes longer."""
        late = time.monotonic() - deadline
        return late > 0 and (all(self.journal.counts().values()) or late > SLOW_MACHINE_S)

    def heal(self) -> None:
        """Waits until all is well and every message has come to an end; the supervisor goes on meanwhile."""
        self._watch_until(lambda: self.city.health().get("status") == "ok", HEALED_WITHIN_S)
        with self.rows() as rows:
            waiting: list[str] = []

            def have_ended() -> bool:
                waiting[:] = invariants.messages_have_ended(rows, self.journal)
                return not waiting

            self._watch_until(have_ended, ENDED_WITHIN_S, waiting)
            self._watch_until(lambda: not rows.status_blocks.find_one({"dirty": True}), HEALED_WITHIN_S)

    def _watch_until(self, is_so: Callable[[], bool], within_s: float, waiting: Sequence[str] = ()) -> None:
        stop = Event()

        def look() -> None:
            deadline = time.monotonic() + within_s
            while not is_so() and time.monotonic() < deadline:
                time.sleep(0.2)
            stop.set()

        looker = Thread(target=look, daemon=True)
        looker.start()
        self.city.watch(stop)
        looker.join()
        assert is_so(), f"not healed after {within_s:.0f} s: {self.city.health()} {waiting}"

    def findings(self) -> list[str]:
        """Everything that does not hold; empty when the city kept its word."""
        found = list(invariants.the_ledger_holds(self.city))
        verifier = Verifier(self.city.origin)
        verifier.update()
        for owner in self.owners:
            persist(owner.sync)
            whole = persist(owner.whole_wallet)
            if whole != self.journal.wallets[owner.personal_id]:
                found.append(f"{owner.name}: the wallet by changes is not the whole wallet")
        with self.rows() as rows:
            for check in invariants.HELD_BY_THE_DATABASE:
                found += check(rows, self.journal)
            found += invariants.pushes_match(rows, self.service)
            found += judging.lists_say_what_licences_are(rows, verifier)
        found += judging.codes_are_judged_as_wallets_say(self.journal, verifier)
        found += [f"somebody was signed out: {code}" for code in self.journal.lost_sessions]
        return found

    def owners_view(self, licence_id: str) -> str:
        """The status of a licence in its owner's wallet."""
        return next(
            str(wallet[licence_id]["status"]) for wallet in self.journal.wallets.values() if licence_id in wallet
        )

    @contextmanager
    def rows(self) -> Iterator[Database[dict[str, Any]]]:
        client: MongoClient[dict[str, Any]] = MongoClient(self.city.env["MONGODB_URI"], tz_aware=True)
        with client:
            yield client.get_default_database()


class _Hurt:
    """Runs what a test does to the city and keeps what went wrong with that."""

    def __init__(self, hurt: Callable[[], None]) -> None:
        self._hurt = hurt
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._hurt()
        except Exception as fault:  # noqa: BLE001  raised again in the test's own thread
            self.failure = fault


def accounts_of(data: Path) -> dict[str, str]:
    """The demo staff's passwords of one installation."""
    found: dict[str, str] = json.loads((data / "sandbox" / "accounts.json").read_text("utf-8"))
    return found
