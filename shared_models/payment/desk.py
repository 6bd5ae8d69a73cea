"""What the collecting office decides about money: how a task is settled, what a statement's row is, where a refund is.

Tables, so that server and screens say the same (docs/payments.md, section 5).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared_models.payment.order import TaskKind


class TaskWay(StrEnum):
    """How a person settled a task. Only `COUNT` changes anything here by itself."""

    ACCEPT = "accept"
    """The money is ours, all is well as it is."""
    COUNT = "count"
    """The money of a known attempt is there: it is taken as paid."""
    REFUND = "refund"
    """It goes back: the refund of the order has been proposed, and two persons see to it."""
    PAID_BACK = "paid_back"
    """It goes back by hand: one proposes it, another confirms it; the note says by which transfer."""
    CAME_LATER = "came_later"
    """It stands in the statement of another day."""
    GATEWAY_CORRECTS = "gateway_corrects"
    """The gateway or bank corrects its own books."""
    WRITTEN_OFF = "written_off"
    """It never came and never will; the note says by which decision."""
    WRONG_ROW = "wrong_row"
    """The statement's row has nothing to do with fees of the agency."""


WAYS: Final[Mapping[TaskKind, tuple[TaskWay, ...]]] = MappingProxyType(
    {
        TaskKind.PAID_LATE: (TaskWay.ACCEPT, TaskWay.REFUND),
        TaskKind.PAID_TWICE: (TaskWay.PAID_BACK, TaskWay.GATEWAY_CORRECTS),
        TaskKind.AMOUNT_DIFFERS: (TaskWay.ACCEPT, TaskWay.GATEWAY_CORRECTS, TaskWay.PAID_BACK),
        TaskKind.UNKNOWN_PAYMENT: (TaskWay.COUNT, TaskWay.PAID_BACK, TaskWay.WRONG_ROW),
        TaskKind.MISSING_AT_GATEWAY: (TaskWay.CAME_LATER, TaskWay.GATEWAY_CORRECTS, TaskWay.WRITTEN_OFF),
        TaskKind.NOT_WANTED: (TaskWay.REFUND, TaskWay.ACCEPT),
        TaskKind.REFUND_BY_HAND: (),
    }
)
"""A refund by hand has none: noting its transfer on the order settles it."""


SENDS_MONEY: Final = frozenset({TaskWay.PAID_BACK})
"""Ways by which money leaves: two persons settle by them, as two decide about a refund."""


class RowMatch(StrEnum):
    """What a row of a statement is to us."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    NOT_PAID_HERE = "not_paid_here"
    """The attempt is ours and not paid: the money is there and nobody told us."""
    PAID_TWICE = "paid_twice"
    """Money for an attempt that another payment has paid already."""
    UNKNOWN = "unknown"
    """Money without an attempt."""
    REPEATED = "repeated"
    """The same payment stands higher up in this statement."""
    OUTGOING = "outgoing"
    """Money that left; it is shown and not compared."""


NEEDS_LOOKING: Final[Mapping[RowMatch, TaskKind]] = MappingProxyType(
    {
        RowMatch.AMOUNT_DIFFERS: TaskKind.AMOUNT_DIFFERS,
        RowMatch.NOT_PAID_HERE: TaskKind.UNKNOWN_PAYMENT,
        RowMatch.PAID_TWICE: TaskKind.PAID_TWICE,
        RowMatch.UNKNOWN: TaskKind.UNKNOWN_PAYMENT,
    }
)
"""Which task a row opens."""

MISSING: Final = TaskKind.MISSING_AT_GATEWAY.value
"""The name under which a statement counts what is paid here and stands in no row."""


class RefundState(StrEnum):
    """`APPROVED`: the money is on its way back, by the gateway or by hand."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"


class RefundAction(StrEnum):
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    TURN = "turn"
    """From a gateway that does not answer to a transfer by hand."""
    DONE = "done"


class RefundWay(StrEnum):
    GATEWAY = "gateway"
    BY_HAND = "by_hand"
