"""Orders and attempts as they are stored, money that comes for them, and officers who collect."""

import json
from datetime import datetime
from itertools import count
from typing import Any

from backend.bootstrap import Container
from backend.infra.mongo import Document
from backend.payments.documents import ATTEMPTS, ORDERS
from backend.payments.ports import Notice, NoticeOutcome
from backend.payments.service import Demand
from backend.payments.services.history import Happened
from shared_models.access import Duty, Role
from shared_models.payment.order import LEAST_CODE, GatewayKey, OrderMove
from shared_models.schemas.wire import to_base64url
from tests.support.api import Cast, Phone
from tests.support.builders_identity import FOOD_BOARD, PASSWORD, TRANG, a_citizen, an_agency
from tests.support.ids import an_id
from tests.support.receipts import LINES

AMOUNT = 115_000
_turns = count(1)


def an_order(
    container: Container, agency: tuple[str, str] = FOOD_BOARD, reference: str | None = None, amount: int = AMOUNT
) -> Document:
    """An open order of a citizen, demanded as dossiers demand it, and for none of them: nobody listens."""
    an_agency(container, agency)
    turn = next(_turns)
    demand = Demand(
        kind="trial",
        subject_id=f"dos_{turn}",
        n=1,
        reference=reference or f"{agency[0]}-261121-{turn:04}",
        title={"vi": "Cấp giấy chứng nhận an toàn thực phẩm", "en": "Food safety certificate"},
        procedure_code="1.002425",
        payer={"id": a_citizen(container), "name": TRANG.full_name},
        agency={"code": agency[0], "name": agency[1]},
        lines=LINES,
        amount=amount,
    )
    return container.database.transaction(lambda session: container.payments.orders.demand(demand, session))


def an_attempt(container: Container, order: Document, gateway: GatewayKey = GatewayKey.VNPAY) -> Document:
    """An attempt that the gateway was told of; another number each time."""
    turn, now = next(_turns), container.clock.now()
    attempt = {
        "_id": an_id("att"),
        "order_id": order["_id"],
        "gateway": gateway.value,
        "code": LEAST_CODE + turn,
        "amount": order["amount"],
        "started_at": now,
        "expires_at": order["expires_at"],
        "state": "started",
        "ended_at": None,
        "why": None,
        "kept": {"code": LEAST_CODE + turn},
        "shown": {"url": "https://gateway.example/pay", "qr": None},
    }

    def store(session: Any) -> None:
        container.database.collection(ATTEMPTS).insert_one(dict(attempt), session=session)
        fresh = container.payments.orders.read(order["_id"], session)
        happened = Happened("attempt_started", now, attempt["_id"], gateway.value)
        container.payments.history.note(fresh, happened, session, OrderMove.BEGIN)

    container.database.transaction(store)
    return attempt


def pay(container: Container, attempt: Document, ref: str, at: datetime | None = None) -> Document:
    """The gateway says that an attempt is paid; the order as it is then."""
    notice = Notice(attempt["code"], NoticeOutcome.PAID, attempt["amount"], ref, at)
    container.payments.taking.note(GatewayKey(attempt["gateway"]), notice)
    return stored(container, attempt["order_id"])


def a_paid_order(container: Container, gateway: GatewayKey = GatewayKey.VNPAY, **options: Any) -> Document:
    """Its provider_ref is ``ref-<order id>``."""
    order = an_order(container, **options)
    return pay(container, an_attempt(container, order, gateway), f"ref-{order['_id']}")


def stored(container: Container, order_id: str) -> Document:
    found = container.database.collection(ORDERS).find_one({"_id": order_id})
    assert found is not None
    return found


def a_collector(sign_in: Cast, username: str, agency: tuple[str, str] = FOOD_BOARD, name: str = "Lê Thị Thu") -> Phone:
    """An officer with the duty to collect, signed in."""
    container = sign_in.container
    an_agency(container, agency)
    if container.identity.staff.of_username(username) is None:
        container.identity.staff.add(username, PASSWORD, name, Role.OFFICER, agency[0], duties=[Duty.COLLECT])
    phone = sign_in.nobody()
    assert phone.ask_token(grant_type="password", username=username, password=PASSWORD).status_code == 200
    return phone


def a_row(line: int, ref: str, code: int | None, amount: int = AMOUNT, text: str = "") -> dict[str, Any]:
    """A line of a statement as the gateways of tests write it."""
    return {"line": line, "provider_ref": ref, "code": code, "amount": amount, "text": text}


def a_statement(rows: list[dict[str, Any]], gateway: GatewayKey = GatewayKey.VNPAY, **changes: Any) -> dict[str, Any]:
    """The body of an import."""
    body = {
        "id": an_id("stm"),
        "gateway": gateway.value,
        "day": "2026-11-21",
        "name": "sao-ke.json",
        "content": to_base64url(json.dumps(rows).encode()),
    }
    return body | changes
