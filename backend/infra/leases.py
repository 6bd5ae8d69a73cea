"""Timed work on any number of machines: a schedule is one document that whoever comes first moves on.

No leader and no election: two `jobs` processes may run at once, and each job still runs once in its period.
"""

from datetime import timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database
from shared_models.clock import Clock

SCHEDULES: Final = "schedules"


class Schedules:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def claim(self, name: str, every_s: int) -> bool:
        """Whether the caller is the one to run the job ``name`` now. Its next turn is ``every_s`` seconds from now."""
        now = self._clock.now()
        turn = {"next_at": now + timedelta(seconds=every_s), "claimed_at": now}
        collection = self._database.collection(SCHEDULES)
        if collection.update_one({"_id": name, "next_at": {"$lte": now}}, {"$set": turn}).modified_count:
            return True
        if collection.find_one({"_id": name}, {"_id": 1}) is not None:
            return False
        try:
            collection.insert_one({"_id": name, **turn})
        except DuplicateKeyError:
            return False
        return True

    def postpone(self, name: str, by_s: int) -> None:
        """Moves the next turn of a job to ``by_s`` seconds from now: sooner after a failure, or at once with 0."""
        next_at = self._clock.now() + timedelta(seconds=by_s)
        self._database.collection(SCHEDULES).update_one({"_id": name}, {"$set": {"next_at": next_at}})
