"""An officer's machine with money on the desk: tasks, a statement, an order, as the server tells of them."""

from datetime import datetime, timedelta
from typing import Any

from shared_models.clock import to_wire
from shared_models.payment.desk import WAYS
from shared_models.payment.order import TaskKind
from shared_models.schemas.payments_desk import SettleSchema
from tests.support import phone_services as services
from tests.support.flet_harness import Screen
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_data import Phone
from tests.support.phone_desk import a_desk, an_officer

Json = dict[str, Any]
DESK = f"{services.API}/desk/payments"
TITLE = {"vi": "Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "en": "Food safety certificate"}
REFERENCE = "H17.08-261121-0042"
PAYER = "Trần Thị Thu Thảo"
_KINDS = {kind.value: number for number, kind in enumerate(TaskKind)}


def a_collector(*more: str) -> Json:
    """An officer who collects and has no dossiers; ``more``: further scopes."""
    return an_officer() | {"scopes": ["notices", "profile", "second-step", "payments:collect", *more]}


def an_id(prefix: str, number: int) -> str:
    return f"{prefix}_{number:026}"


def a_card(now: datetime = NOW, **changes: Any) -> Json:
    card = {"id": an_id("ord", 1), "reference": REFERENCE, "title": TITLE, "amount": 700_000, "state": "paid"}
    return {**card, "created_at": to_wire(now - timedelta(days=3)), **changes}


def a_task(kind: str = "unknown_payment", now: datetime = NOW, days: int = 2, **changes: Any) -> Json:
    """A line of the list."""
    task = {
        "id": an_id("tsk", _KINDS[kind]),
        "kind": kind,
        "gateway": "bank",
        "amount": 700_000,
        "opened_at": to_wire(now - timedelta(days=days)),
        "state": "open",
        "order": a_card(now, state="expired"),
        "ways": [way.value for way in WAYS[TaskKind(kind)]],
        "proposed": None,
        "settled": None,
    }
    return {**task, **changes}


def an_attempt(now: datetime = NOW, **changes: Any) -> Json:
    attempt = {"id": an_id("att", 1), "gateway": "bank", "code": 4_100_200_300_400, "provider_ref": None}
    times = {"started_at": to_wire(now - timedelta(days=2)), "ended_at": None}
    return {**attempt, "amount": 700_000, "state": "expired", "why": "time", **times, **changes}


def a_row(now: datetime = NOW, **changes: Any) -> Json:
    row = {"line": 7, "provider_ref": "FT26325001987", "code": 4_100_200_300_400, "amount": 700_000}
    told = {"text": "CD4100200300400 LE PHI", "match": "not_paid_here", "reference": REFERENCE}
    return {**row, "at": to_wire(now - timedelta(days=2)), **told, **changes}


def a_task_page(now: datetime = NOW, **changes: Any) -> Json:
    """Money that the bank has and nobody told us of."""
    sides = {"payer": PAYER, "attempt": an_attempt(now), "row": a_row(now), "day": "2026-11-20"}
    return {**a_task(now=now), **sides, "provider_ref": "FT26325001987", "why": None, "may_confirm": False, **changes}


def a_proposal(now: datetime = NOW, **changes: Any) -> Json:
    """Somebody would send the money back."""
    said = {"by": "Lê Thị Thu", "way": "paid_back", "note": "Hoàn khoản nộp trùng"}
    return {"id": an_id("act", 1), "at": to_wire(now - timedelta(hours=2)), **said, **changes}


def a_statement(now: datetime = NOW, **changes: Any) -> Json:
    counts = {"matched": 118, "amount_differs": 1, "not_paid_here": 1, "paid_twice": 0, "unknown": 1}
    counts |= {"repeated": 1, "outgoing": 0, "missing_at_gateway": 2}
    return {
        "id": an_id("stm", 1),
        "gateway": "bank",
        "day": "2026-11-20",
        "name": "sao-ke-2026-11-20.csv",
        "imported_at": to_wire(now - timedelta(hours=1)),
        "imported_by": "Nguyễn Văn Hải",
        "state": "done",
        "total": 122,
        "counts": counts,
        **changes,
    }


def a_statement_page(now: datetime = NOW, **changes: Any) -> Json:
    foreign = {"line": 31, "match": "unknown", "reference": None, "code": None, "amount": 50_000}
    rows = [
        a_row(now, task_id=an_id("tsk", 1)),
        a_row(now, **foreign, text="NOP PHI CHO CON", task_id=an_id("tsk", 2)),
        a_row(now, line=64, match="repeated", amount=70_000, provider_ref="FT26325009911", task_id=None),
    ]
    return {**a_statement(now), "rows": rows, **changes}


def an_order_page(now: datetime = NOW, **changes: Any) -> Json:
    """Paid three days ago."""
    at = [to_wire(now - timedelta(days=3, minutes=-minutes)) for minutes in (0, 2, 5)]
    kinds = (("created", None, None), ("attempt_started", "vnpay", None), ("paid", "vnpay", None))
    events: list[Json] = [
        {"at": when, "kind": kind, "gateway": way, "by": by, "detail": {}}
        for when, (kind, way, by) in zip(at, kinds, strict=True)
    ]
    return {
        **a_card(now),
        "payer": PAYER,
        "lines": [],
        "paid_at": at[2],
        "method": "vnpay",
        "provider_ref": "14789523",
        "refund": None,
        "receipts": [{"id": an_id("rct", 42), "number": "26TAA-00000042", "state": "issued"}],
        "attempts": [],
        "events": events,
        "may": ["propose"],
        **changes,
    }


def a_refund(now: datetime = NOW, **changes: Any) -> Json:
    refund = {"id": an_id("rfd", 1), "reason": "Hồ sơ nộp trùng", "proposed_by": "Lê Thị Thu"}
    nothing: Json = dict.fromkeys(("decided_by", "decided_at", "note", "way", "reference"))
    return {**refund, "proposed_at": to_wire(now - timedelta(hours=2)), **nothing, "state": "proposed", **changes}


def serve_payments(server: MemoryServer, tasks: list[Json], statements: list[Json] | None = None) -> None:
    """Lists; what is open of each is put there by the test."""
    server.on("GET", f"{DESK}/tasks", (200, {"items": tasks, "next_cursor": None}))
    server.on("GET", f"{DESK}/statements", (200, {"items": statements or [], "next_cursor": None}))


async def a_till(
    tasks: list[Json], *, route: str = "/collect", width: int = 390, serve: Any = None, user: Json | None = None
) -> tuple[Phone, Screen]:
    """A collector's machine, open; ``serve`` puts more onto the server."""

    def put(server: MemoryServer) -> None:
        serve_payments(server, tasks)
        if serve is not None:
            serve(server)

    return await a_desk({}, user=user or a_collector(), route=route, width=width, serve=put)


TASK = a_task()["id"]


class TaskServer:
    """One task, settled as the contract has it; `sent` are the bodies."""

    def __init__(self, page: Json) -> None:
        self.page, self.sent = page, list[Json]()

    def serve(self, server: MemoryServer) -> None:
        server.on("GET", f"{DESK}/tasks/{TASK}", lambda _body, _query: (200, self.page))
        server.on("POST", f"{DESK}/tasks/{TASK}/settle", self._settle)

    def _settle(self, body: Json, _query: Json) -> tuple[int, Json]:
        SettleSchema().load(body)
        self.sent.append(body)
        by = {"by": "Nguyễn Văn Hải", "at": "2026-11-21T02:30:00Z", "way": body["way"], "note": body["note"]}
        self.page = {**self.page, "state": "settled", "settled": by}
        return 200, self.page


async def on_task(server: TaskServer, width: int = 390) -> tuple[Phone, Screen]:
    return await a_till([a_task()], route=f"/collect/tasks/{TASK}", width=width, serve=server.serve)
