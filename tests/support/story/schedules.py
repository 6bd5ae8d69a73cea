"""Watches who runs timed work, and how often, while a story is told."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from pymongo import MongoClient

from backend.jobs import JOBS
from scripts.supervise.city import City

LOOK_EVERY_S = 0.1


class ScheduleWatch:
    """``turns``: job → the moments at which some process took its turn, in order."""

    def __init__(self) -> None:
        self.turns: dict[str, list[datetime]] = defaultdict(list)

    def too_soon(self) -> list[str]:
        """Turns that were taken before the period of the job was over."""
        return [
            f"{job.name}: again after {later - earlier}"
            for job in JOBS
            for earlier, later in zip(self.turns[job.name], self.turns[job.name][1:], strict=False)
            if later - earlier < timedelta(seconds=job.every_s)
        ]


@contextmanager
def watched_schedules(city: City) -> Iterator[ScheduleWatch]:
    watch = ScheduleWatch()
    stop = threading.Event()
    with MongoClient(city.env["MONGODB_URI"], tz_aware=True) as client:
        schedules = client.get_default_database()["schedules"]

        def look() -> None:
            while not stop.wait(LOOK_EVERY_S):
                for row in schedules.find():
                    turns = watch.turns[row["_id"]]
                    if row["claimed_at"] not in turns:
                        turns.append(row["claimed_at"])

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        try:
            yield watch
        finally:
            stop.set()
            looker.join()
