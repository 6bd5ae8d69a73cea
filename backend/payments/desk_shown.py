"""What the collecting officer is shown. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.infra.mongo import Document
from shared_models.payment.desk import WAYS
from shared_models.payment.order import TaskKind


def task_card(task: Mapping[str, Any], order: Mapping[str, Any] | None) -> dict[str, Any]:
    """``TaskSchema``: a line of the list, without anybody's name."""
    names = ("kind", "gateway", "amount", "opened_at", "state")
    settled, proposed = task["settled"], task.get("proposed")
    return {
        "id": task["_id"],
        **{name: task[name] for name in names},
        "order": order_card(order) if order else None,
        "ways": [way.value for way in WAYS[TaskKind(task["kind"])]],
        "proposed": {**proposed, "by": proposed["by"]["name"]} if proposed else None,
        "settled": {**settled, "by": settled["by"]["name"]} if settled else None,
    }


def task_page(
    task: Mapping[str, Any],
    order: Mapping[str, Any] | None,
    attempt: Mapping[str, Any] | None,
    row: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """``TaskPageSchema``: what is known here beside what the gateway says."""
    detail = task["detail"]
    return task_card(task, order) | {
        "payer": order["payer"]["name"] if order else None,
        "attempt": attempt_card(attempt) if attempt else None,
        "row": row_card(row, None) if row else None,
        "day": detail.get("day"),
        "provider_ref": detail.get("provider_ref"),
        "why": detail.get("why"),
    }


def order_card(order: Mapping[str, Any]) -> dict[str, Any]:
    """``DeskOrderCardSchema``: what people call it and where it is."""
    names = ("reference", "title", "amount", "state", "created_at")
    return {"id": order["_id"], **{name: order[name] for name in names}}


def attempt_card(attempt: Mapping[str, Any]) -> dict[str, Any]:
    names = ("gateway", "code", "amount", "state", "started_at", "ended_at", "why")
    return {
        "id": attempt["_id"],
        **{name: attempt[name] for name in names},
        "provider_ref": attempt.get("provider_ref"),
    }


def row_card(row: Mapping[str, Any], reference: str | None) -> dict[str, Any]:
    names = ("line", "provider_ref", "code", "amount", "at", "text", "match")
    return {**{name: row[name] for name in names}, "reference": reference}


def order_page(
    order: Mapping[str, Any], attempts: Sequence[Document], events: Sequence[Document], may: Sequence[str]
) -> dict[str, Any]:
    """``DeskOrderSchema`` but its receipts: history, attempts, and what the reader may do about a refund."""
    paid, refund = order["paid"], order["refund"]
    return order_card(order) | {
        "payer": order["payer"]["name"],
        "lines": order["lines"],
        "paid_at": paid["at"] if paid else None,
        "method": paid["gateway"] if paid else None,
        "provider_ref": paid["provider_ref"] if paid else None,
        "refund": refund_card(refund) if refund else None,
        "attempts": [attempt_card(one) for one in attempts],
        "events": [_event(one) for one in events],
        "may": list(may),
    }


def refund_card(refund: Mapping[str, Any]) -> dict[str, Any]:
    decided = refund["decided_by"]
    names = ("id", "reason", "proposed_at", "decided_at", "state", "way", "note", "reference")
    return {
        **{name: refund[name] for name in names},
        "proposed_by": refund["proposed_by"]["name"],
        "decided_by": decided["name"] if decided else None,
    }


def statement_card(statement: Mapping[str, Any]) -> dict[str, Any]:
    """``StatementSchema``."""
    names = ("gateway", "day", "name", "imported_at", "state", "counts", "total")
    by = statement["imported_by"]["name"]
    return {"id": statement["_id"], **{name: statement[name] for name in names}, "imported_by": by}


def statement_page(
    statement: Mapping[str, Any],
    rows: Sequence[Document],
    references: Mapping[str, str | None],
    tasks: Mapping[str, str],
) -> dict[str, Any]:
    """``StatementPageSchema``. ``references``: orders' names by attempts' ids; ``tasks``: ids by those of rows."""
    shown = [row_card(row, references.get(row["attempt_id"])) | {"task_id": tasks.get(row["_id"])} for row in rows]
    return statement_card(statement) | {"rows": shown}


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    by, detail = event["by"], event["detail"]
    told = ("reason", "note", "reference", "why", "way", "task", "amount")
    return {
        "at": event["at"],
        "kind": event["kind"],
        "gateway": event["gateway"],
        "by": by["name"] if by else None,
        "detail": {name: detail[name] for name in told if detail.get(name) is not None},
    }
