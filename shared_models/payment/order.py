"""Orders: what is demanded once and paid once. The table of moves says what a state allows; nothing else decides.

An order does not change what it demands. Money that arrives for one that is over is taken all the same, because it is
there: `PAID` with a task for whoever reconciles (docs/payments.md, section 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared_models.errors import Conflict


class OrderState(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"


class OrderMove(StrEnum):
    """What happens to an order. `BEGIN`: an attempt at a gateway starts; `FAIL`: the last open one has failed."""

    BEGIN = "begin"
    PAY = "pay"
    FAIL = "fail"
    EXPIRE = "expire"
    PROPOSE_REFUND = "propose_refund"
    REFUSE_REFUND = "refuse_refund"
    REFUND = "refund"


class AttemptState(StrEnum):
    STARTED = "started"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class GatewayKey(StrEnum):
    """By which way money comes. `CASH` and `NONE` (an order of 0 VND) have no gateway behind them."""

    VNPAY = "vnpay"
    MOMO = "momo"
    PAYOS = "payos"
    NATIONAL = "national"
    BANK = "bank"
    CASH = "cash"
    NONE = "none"


class TaskKind(StrEnum):
    """What a person has to look at, because nothing is corrected silently."""

    PAID_LATE = "paid_late"
    PAID_TWICE = "paid_twice"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_PAYMENT = "unknown_payment"
    MISSING_AT_GATEWAY = "missing_at_gateway"
    NOT_WANTED = "not_wanted"
    REFUND_BY_HAND = "refund_by_hand"


_STATE = OrderState
_MOVE = OrderMove

ORDER_MOVES: Final[Mapping[tuple[OrderState, OrderMove], OrderState]] = MappingProxyType(
    {
        (_STATE.CREATED, _MOVE.BEGIN): _STATE.PENDING,
        (_STATE.PENDING, _MOVE.BEGIN): _STATE.PENDING,
        (_STATE.FAILED, _MOVE.BEGIN): _STATE.PENDING,
        (_STATE.PENDING, _MOVE.FAIL): _STATE.FAILED,
        **{
            (state, _MOVE.PAY): _STATE.PAID for state in (_STATE.CREATED, _STATE.PENDING, _STATE.FAILED, _STATE.EXPIRED)
        },
        **{(state, _MOVE.EXPIRE): _STATE.EXPIRED for state in (_STATE.CREATED, _STATE.PENDING, _STATE.FAILED)},
        (_STATE.PAID, _MOVE.PROPOSE_REFUND): _STATE.REFUND_PENDING,
        (_STATE.REFUND_PENDING, _MOVE.REFUSE_REFUND): _STATE.PAID,
        (_STATE.REFUND_PENDING, _MOVE.REFUND): _STATE.REFUNDED,
    }
)

OPEN_STATES: Final = frozenset({_STATE.CREATED, _STATE.PENDING, _STATE.FAILED})
"""Can still be paid in the ordinary way."""

SETTLED_STATES: Final = frozenset({_STATE.PAID, _STATE.REFUND_PENDING, _STATE.REFUNDED})
"""Money has come; more of it would be too much."""

LEAST_CODE: Final = 10**15
MOST_CODE: Final = 2**53 - 1
"""An attempt's number at gateways and banks: whole, exact in JavaScript (payOS takes nothing else), of 16 digits.

All being of one length, a number that a bank's text has cut is nobody else's.
"""

LEAST_CODE_EVER: Final = 10**12
"""Numbers were 13 digits and longer once. Nothing makes such a one any more; what comes for one is still taken."""


def next_order_state(state: OrderState, move: OrderMove) -> OrderState:
    """Raises ``Conflict("order.move_not_allowed")``."""
    after = ORDER_MOVES.get((state, move))
    if after is None:
        raise Conflict("order.move_not_allowed", state=state.value, move=move.value)
    return after


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """Money for an order is there. Raised once for an order, in the transaction that notes it.

    ``event_id`` is an ``act_`` id: what the listener does because of it happens once. ``demand``: which one of the
    subject's demands was paid.
    """

    event_id: str
    order_id: str
    subject_kind: str
    subject_id: str
    demand: int
    amount: int
    gateway: GatewayKey
    receipt_number: str | None
    paid_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """Money of an order went back to who paid it."""

    event_id: str
    order_id: str
    subject_kind: str
    subject_id: str
    amount: int
    at: datetime
