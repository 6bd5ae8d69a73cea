"""Statements: a gateway's or bank's list of a day, row by row beside what is known here. Nothing is corrected by it."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database, Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from backend.payments import statement_rules as rules
from backend.payments.desk_shown import statement_card, statement_page
from backend.payments.documents import ATTEMPTS, ORDERS, ROWS, STATEMENTS
from backend.payments.ports import Gateway, StatementRow
from backend.payments.services.settling import agency_of
from backend.payments.services.tasks import TaskAbout, Tasks
from shared_models.access import Actor
from shared_models.clock import Clock, city_date
from shared_models.errors import Conflict, Invalid, NotFound, TooLarge
from shared_models.payment.desk import MISSING, NEEDS_LOOKING, RowMatch
from shared_models.payment.order import AttemptState, GatewayKey, TaskKind

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a statement: 50,000 rows of 80 characters."""

MOST_ROWS: Final = 50_000
BATCH: Final = 500
"""Rows of one transaction."""

SHOWN_ROWS: Final = 200
_TRIES: Final = 3
READING: Final = "reading"
DONE: Final = "done"


class Statements:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, gateways: Mapping[GatewayKey, Gateway], tasks: Tasks
    ) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._gateways: Final = gateways
        self._tasks: Final = tasks

    def import_(self, actor: Actor, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Reads ``{id, gateway, day, name, content}`` and says what every row is; the same file again says it again.

        Each batch of rows is a transaction: after a crash, importing again goes on where it stopped.

        Raises:
            NotFound: ``gateway.unknown``. TooLarge: ``statement.too_large``, ``statement.too_many_rows``.
            Invalid: ``statement.unreadable`` naming the line, ``statement.day_in_future``.
            Conflict: ``statement.id_reused`` for another file under this id.
        """
        agency_code = agency_of(actor)
        gateway = self._gateways.get(GatewayKey(ask["gateway"]))
        if gateway is None:
            raise NotFound("gateway.unknown")
        day: date = ask["day"]
        if day > city_date(self._clock.now()):
            raise Invalid("statement.day_in_future", {"day": ["statement.day_in_future"]})
        content: bytes = ask["content"]
        if len(content) > LARGEST:
            raise TooLarge("statement.too_large", most=LARGEST)
        rows = rules.checked(gateway.statement(content))
        if len(rows) > MOST_ROWS:
            raise TooLarge("statement.too_many_rows", most=MOST_ROWS)
        statement = self._begin(actor, agency_code, {**ask, "total": len(rows)})
        if statement["state"] != DONE:
            self._read(statement, rows)
        return self.one(actor, statement["_id"])

    def page(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """One page of the agency's statements, the newest import first."""
        wanted: Document = {"agency_code": agency_of(actor)}
        if cursor is not None:
            wanted["change"] = {"$lt": cursor}
        found = list(self._of(STATEMENTS).find(wanted).sort("change", -1).limit(limit + 1))
        page = found[:limit]
        return {
            "items": [statement_card(one) for one in page],
            "next_cursor": page[-1]["change"] if len(found) > limit else None,
        }

    def one(self, actor: Actor, statement_id: str) -> dict[str, Any]:
        """A statement with its counts and the first rows that do not match.

        Raises:
            NotFound: ``statement.unknown``, also for another agency's.
        """
        mine = {"_id": statement_id, "agency_code": agency_of(actor)}
        statement = self._of(STATEMENTS).find_one(mine)
        if statement is None:
            raise NotFound("statement.unknown")
        odd = {"statement_id": statement_id, "match": {"$ne": RowMatch.MATCHED.value}}
        rows = list(self._of(ROWS).find(odd).sort("line", 1).limit(SHOWN_ROWS))
        ids = sorted({row["attempt_id"] for row in rows if row["attempt_id"]})
        order_of = {one["_id"]: one["order_id"] for one in self._of(ATTEMPTS).find({"_id": {"$in": ids}})}
        orders = self._of(ORDERS).find({"_id": {"$in": sorted(set(order_of.values()))}})
        references = {order["_id"]: order["reference"] for order in orders}
        named = {key: references.get(one) for key, one in order_of.items()}
        keys = {row["_id"]: rules.task_key(statement["gateway"], row) for row in rows}
        known = self._tasks.of_keys(statement["agency_code"], [key for key in keys.values() if key])
        tasks = {row_id: known[key] for row_id, key in keys.items() if key in known}
        return statement_page(statement, rows, named, tasks)

    def _begin(self, actor: Actor, agency_code: str, ask: Mapping[str, Any]) -> Document:
        """The statement of this file, stored when it is new."""
        key = {
            "agency_code": agency_code,
            "gateway": str(ask["gateway"]),
            "day": ask["day"].isoformat(),
            "sha256": hashlib.sha256(ask["content"]).hexdigest(),
        }
        now = self._clock.now()
        fresh = {
            "_id": ask["id"],
            **key,
            "name": ask["name"],
            "imported_at": now,
            "imported_by": {"id": actor.id, "name": actor.name},
            "change": order_key(now, self._ids.random(ORDER_RANDOM_BYTES)),
            "state": READING,
            "counts": _counts(Counter(), 0),
            "total": ask["total"],
        }
        known = self._known(key, str(ask["id"]))
        if known is None:
            try:
                self._of(STATEMENTS).insert_one(fresh)
            except DuplicateKeyError:
                known = self._known(key, str(ask["id"]))
        return known or fresh

    def _known(self, key: Document, statement_id: str) -> Document | None:
        other: Document | None = self._of(STATEMENTS).find_one({"_id": statement_id})
        if other is not None and any(other[name] != value for name, value in key.items()):
            raise Conflict("statement.id_reused")
        found: Document | None = other or self._of(STATEMENTS).find_one(key)
        return found

    def _read(self, statement: Document, rows: Sequence[StatementRow]) -> None:
        again = rules.repeated(rows)
        for start in range(0, len(rows), BATCH):
            batch = [(place, rows[place]) for place in range(start, min(start + BATCH, len(rows)))]
            self._batch(statement, batch, again)
        missing = self._missing(statement)
        matches: Counter[str] = Counter()
        for row in self._of(ROWS).find({"statement_id": statement["_id"]}, {"match": 1}):
            matches[row["match"]] += 1
        done = {"state": DONE, "counts": _counts(matches, missing)}
        self._of(STATEMENTS).update_one({"_id": statement["_id"], "state": READING}, {"$set": done})

    def _batch(self, statement: Document, batch: Sequence[tuple[int, StatementRow]], again: frozenset[int]) -> None:
        for turn in range(_TRIES):
            try:
                self._database.transaction(lambda session: self._store(statement, batch, again, session))
            except DuplicateKeyError:
                # Somebody imports the same file at this moment: what they have stored is skipped.
                if turn == _TRIES - 1:
                    raise
            else:
                return

    def _store(
        self,
        statement: Document,
        batch: Sequence[tuple[int, StatementRow]],
        again: frozenset[int],
        session: Session,
    ) -> None:
        rows = self._of(ROWS)
        ids = [_row_id(statement, place) for place, _ in batch]
        known = {row["_id"] for row in rows.find({"_id": {"$in": ids}}, {"_id": 1}, session=session)}
        fresh = [(place, row) for place, row in batch if _row_id(statement, place) not in known]
        if not fresh:
            return
        attempts = self._attempts(statement["gateway"], [row for _, row in fresh], session)
        documents = []
        for place, row in fresh:
            attempt = attempts.get(row.provider_ref) or attempts.get(rules.own_code(row))
            match = RowMatch.REPEATED if place in again else rules.match_of(row, attempt)
            documents.append(_row(statement, place, row, match, attempt))
        rows.insert_many(documents, session=session)
        self._open(statement, [one for one in documents if one["match"] in NEEDS_LOOKING], attempts, session)

    def _attempts(self, gateway: str, rows: Sequence[StatementRow], session: Session) -> dict[Any, Document]:
        """Attempts of this gateway by its own number of the payment, and by ours.

        Nearly every row has ours, and the attempt found by it has theirs. For the others one look each: the embedded
        server reads an index by a list of values for its first field alone.
        """
        attempts = self._of(ATTEMPTS)
        codes = sorted({code for row in rows if (code := rules.own_code(row)) is not None})
        by_code = attempts.find({"code": {"$in": codes}}, session=session)
        found: dict[Any, Document] = {one["code"]: one for one in by_code if one["gateway"] == gateway}
        found |= {one["provider_ref"]: one for one in list(found.values()) if one.get("provider_ref")}
        for ref in {row.provider_ref for row in rows if row.provider_ref} - found.keys():
            other = attempts.find_one({"gateway": gateway, "provider_ref": ref}, session=session)
            if other is not None:
                found[ref] = other
        return found

    def _open(
        self, statement: Document, odd: Sequence[Document], attempts: Mapping[Any, Document], session: Session
    ) -> None:
        by_id = {one["_id"]: one for one in attempts.values()}
        ids = sorted({by_id[row["attempt_id"]]["order_id"] for row in odd if row["attempt_id"]})
        orders = {one["_id"]: one for one in self._of(ORDERS).find({"_id": {"$in": ids}}, session=session)}
        wanted = []
        for row in odd:
            attempt = by_id.get(row["attempt_id"])
            order = orders.get(attempt["order_id"]) if attempt else None
            about = TaskAbout(
                what=rules.what_of(statement["gateway"], row),
                agency_code=order["agency"]["code"] if order else statement["agency_code"],
                gateway=statement["gateway"],
                amount=row["amount"],
                order_id=order["_id"] if order else None,
                attempt_id=row["attempt_id"],
                row_id=row["_id"],
                detail={"day": statement["day"], "provider_ref": row["provider_ref"]},
            )
            wanted.append((NEEDS_LOOKING[RowMatch(row["match"])], about))
        self._tasks.open_all(wanted, session)

    def _missing(self, statement: Document) -> int:
        """Opens a task for each payment of the agency on that day that stands in no statement; how many they are."""
        start, end = rules.bounds(date.fromisoformat(statement["day"]))
        paid = {
            "gateway": statement["gateway"],
            "state": AttemptState.PAID.value,
            "ended_at": {"$gte": start, "$lt": end},
        }
        attempts = list(self._of(ATTEMPTS).find(paid).sort("ended_at", 1))
        parts = [attempts[at : at + BATCH] for at in range(0, len(attempts), BATCH)]
        return sum(self._database.transaction(partial(self._miss, statement, part)) for part in parts)

    def _miss(self, statement: Document, attempts: Sequence[Document], session: Session) -> int:
        here = [RowMatch.MATCHED.value, RowMatch.AMOUNT_DIFFERS.value]
        told = {"attempt_id": {"$in": [one["_id"] for one in attempts]}, "match": {"$in": here}}
        seen = {row["attempt_id"] for row in self._of(ROWS).find(told, {"attempt_id": 1}, session=session)}
        lost = [one for one in attempts if one["_id"] not in seen]
        # Another agency's payments may have come to another account: only one's own are missed.
        whose = {"_id": {"$in": sorted({one["order_id"] for one in lost})}, "agency.code": statement["agency_code"]}
        orders = {one["_id"] for one in self._of(ORDERS).find(whose, {"_id": 1}, session=session)}
        about = [
            TaskAbout(
                what=one["_id"],
                agency_code=statement["agency_code"],
                gateway=statement["gateway"],
                amount=one["amount"],
                order_id=one["order_id"],
                attempt_id=one["_id"],
                detail={"day": statement["day"], "provider_ref": one.get("provider_ref")},
            )
            for one in lost
            if one["order_id"] in orders
        ]
        self._tasks.open_all([(TaskKind.MISSING_AT_GATEWAY, one) for one in about], session)
        return len(about)

    def _of(self, collection: str) -> Any:
        return self._database.collection(collection)


def _row_id(statement: Document, place: int) -> str:
    """The same for the same row of the same statement, so that it is stored once."""
    return f"{statement['_id']}.{place:06}"


def _row(statement: Document, place: int, row: StatementRow, match: RowMatch, attempt: Document | None) -> Document:
    return {
        "_id": _row_id(statement, place),
        "statement_id": statement["_id"],
        "line": row.line,
        "provider_ref": row.provider_ref,
        "code": rules.own_code(row),
        "amount": row.amount,
        "at": row.at,
        "text": row.text[: rules.LONGEST_TEXT],
        "match": match.value,
        "attempt_id": attempt["_id"] if attempt else None,
    }


def _counts(matches: Mapping[str, int], missing: int) -> dict[str, int]:
    return {**{match.value: matches.get(match.value, 0) for match in RowMatch}, MISSING: missing}
