"""Timed work on any number of machines: a schedule is one document that whoever comes first moves on.

No leader and no election: two `jobs` processes may run at once, and each job still runs once in its period.
"""

from datetime import timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database
from shared_models.clock import Clock

SCHEDULES: Final = "schedules"

WRONG_CLOCK: Final = timedelta(minutes=1)
"""Clocks of processes agree much closer than this (shared_models/agreed_clock.py)."""


class Schedules:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def claim(self, name: str, every_s: int) -> bool:
        """Whether the caller is the one to run the job ``name`` now. Its next turn is ``every_s`` seconds from now.

        A turn that is further away than that was written under a clock that has been set back since: it is due.
        """
        now = self._clock.now()
        turn = {"next_at": now + timedelta(seconds=every_s), "claimed_at": now}
        collection = self._database.collection(SCHEDULES)
        if collection.update_one({"_id": name, "next_at": {"$lte": now}}, {"$set": turn}).modified_count:
            return True
        held = collection.find_one({"_id": name}, {"next_at": 1})
        if held is not None:
            if held["next_at"] <= turn["next_at"] + WRONG_CLOCK:
                return False
            return bool(collection.update_one(held, {"$set": turn}).modified_count)
        try:
            collection.insert_one({"_id": name, **turn})
        except DuplicateKeyError:
            return False
        return True

    def postpone(self, name: str, by_s: int) -> None:
        """Moves the next turn of a job to ``by_s`` seconds from now: sooner after a failure, or at once with 0."""
        next_at = self._clock.now() + timedelta(seconds=by_s)
        self._database.collection(SCHEDULES).update_one({"_id": name}, {"$set": {"next_at": next_at}})
