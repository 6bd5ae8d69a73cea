"""Failures are counted and slow down whoever fails; quotas bound what may be done at all in an hour.

What is counted is chosen so that nobody can shut another out: see `staff_signin.py`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.identity.rules import FAILURES_FORGOTTEN_AFTER, Budget
from backend.infra.mongo import Database, Session
from shared_models.clock import Clock
from shared_models.errors import RateLimited

_RACE_RETRY_S: Final = 1
_RACES: Final = 8
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was counted as failed before it was made."""

    key: str
    budget: Budget


class Attempts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def begin(self, budget: Budget, *subject: str) -> Attempt:
        """Counts a try as failed before it is made, so that a hundred at once do not all get their free one.

        Raises:
            RateLimited: ``signin.too_often``, and nothing is counted.
        """
        key = hashlib.sha256("\x00".join(subject).encode()).hexdigest()
        for _ in range(_RACES):
            if self._count(key, budget):
                return Attempt(key, budget)
        raise RateLimited("signin.too_often", _RACE_RETRY_S)

    def give_back(self, attempt: Attempt) -> None:
        """It was no failure after all: it is not counted, and failures before it still are."""
        failures = self._database.collection("signin_failures")
        left = failures.find_one_and_update(
            {"_id": attempt.key, "count": {"$gt": 0}},
            {"$inc": {"count": -1}},
            return_document=ReturnDocument.AFTER,
        )
        if left is not None and attempt.budget.wait_s(left["count"] + 1) > 0:
            # The wait that stands is that of this attempt; whoever has failed since has set a later one.
            now = self._clock.now()
            failures.update_one({"_id": attempt.key, "count": left["count"]}, {"$set": {"blocked_until": now}})

    def count(self, attempt: Attempt) -> int:
        """How many failures are counted with this attempt, itself included."""
        found = self._database.collection("signin_failures").find_one({"_id": attempt.key}, {"count": 1})
        return int(found["count"]) if found else 0

    def clear(self, attempt: Attempt) -> None:
        """Forgets the failures that this attempt is counted with."""
        self._database.collection("signin_failures").delete_one({"_id": attempt.key})

    def count_of_hour(self, limit: int, code: str, *subject: str, session: Session | None = None) -> None:
        """Counts something that may be done ``limit`` times in an hour of the clock; within ``session``, if any.

        Raises:
            RateLimited: ``code``, until the hour is over.
        """
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        key = hashlib.sha256("\x00".join((*subject, hour.isoformat())).encode()).hexdigest()
        counted = self._database.collection("quotas").find_one_and_update(
            {"_id": key},
            {"$inc": {"count": 1}, "$set": {"expires_at": hour + _HOUR}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        if counted is not None and counted["count"] > limit:
            raise RateLimited(code, _seconds_up(hour + _HOUR - now))

    def _count(self, key: str, budget: Budget) -> bool:
        """Whether the try was counted; False when another was faster and it has to be looked at anew."""
        failures = self._database.collection("signin_failures")
        now = self._clock.now()
        seen = failures.find_one({"_id": key})
        if seen is not None and seen["blocked_until"] > now:
            raise RateLimited("signin.too_often", _seconds_up(seen["blocked_until"] - now))
        count = (seen["count"] if seen else 0) + 1
        state = {
            "count": count,
            "blocked_until": now + timedelta(seconds=budget.wait_s(count)),
            "expires_at": now + FAILURES_FORGOTTEN_AFTER,
        }
        if seen is not None:
            same = {"_id": key, "count": seen["count"], "blocked_until": seen["blocked_until"]}
            return failures.update_one(same, {"$set": state}).matched_count == 1
        try:
            failures.insert_one({"_id": key, **state})
        except DuplicateKeyError:
            return False
        return True


def _seconds_up(span: timedelta) -> int:
    return max(1, -(-span // timedelta(seconds=1)))


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class FloodGate:
    """Cuts off a source that asks far more often than any office could: ``rate`` a second after a burst.

    Each process counts for itself and in memory, so that turning a flood away costs no database.
    """

    _MOST_SOURCES: Final = 10_000

    def __init__(self, clock: Clock, rate: float, burst: int) -> None:
        self._clock: Final = clock
        self._rate: Final = rate
        self._burst: Final = burst
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, source: str) -> None:
        """Raises ``RateLimited("request.too_often")`` when this source floods."""
        now = self._clock.now()
        bucket = self._buckets.get(source)
        if bucket is None:
            if len(self._buckets) >= self._MOST_SOURCES:
                self._buckets = {}
            bucket = self._buckets[source] = _Bucket(float(self._burst), now)
        idle_s = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(float(self._burst), bucket.tokens + idle_s * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            raise RateLimited("request.too_often", 1)
        bucket.tokens -= 1
