"""Families of message keys of Thu phí, each from the registry whose codes it says."""

from mobile.state.payments_desk import KINDS, PROBLEMS, all_right
from shared_models.payment.desk import RefundAction, RefundState, RefundWay, RowMatch, TaskWay
from shared_models.payment.order import AttemptState, OrderState
from shared_models.schemas.payments import RECEIPT_STATES

_SECTIONS = {"tasks", "statements", "orders", "receipts"}
_NOTHING = {"open", "settled", "statements", "orders", "receipts"}
_ACTIONS = {action.value for action in RefundAction}
_ENDS = {"cancel", "replace"}
_BACK = {"label", "means", "title", "body", "yes", "said"}
_FORMS = {"propose", "decide", "done", "turn"}
_MATCHES = {*PROBLEMS, *(name for name, _ in all_right({match.value: 1 for match in RowMatch}))}

COLLECT_FAMILIES = {
    "collect.section.": _SECTIONS,
    "collect.none_open.": _SECTIONS,
    "collect.empty.": _NOTHING,
    "collect.empty_body.": _NOTHING,
    "collect.show.": {"open", "settled"},
    "collect.kind.": {*KINDS, "other"},
    "collect.why.": set(KINDS),
    "collect.way.": {way.value for way in TaskWay},
    "collect.way_means.": {way.value for way in TaskWay},
    "collect.attempt_is.": {state.value for state in AttemptState},
    "collect.order.": {state.value for state in OrderState},
    "collect.match.": _MATCHES,
    "collect.settle.": {"title", "body", "yes"},
    "collect.propose_back.": _BACK,
    "collect.confirm_back.": _BACK,
    "collect.event.": {
        *("created", "attempt_started", "attempt_failed", "attempt_expired", "paid", "paid_late", "paid_again"),
        *("expired", "task_proposed", "task_settled", "refunded"),
        *("refund_proposed", "refund_approved", "refund_refused", "refund_not_taken"),
    },
    "collect.refund_is.": {state.value for state in RefundState},
    "collect.refund_goes.": {way.value for way in RefundWay},
    "collect.refund_title.": _FORMS,
    "collect.refund_told.": _FORMS,
    "collect.refund_label.": _FORMS,
    "collect.refund_do.": _ACTIONS,
    "collect.refund_needs.": _ACTIONS - {"approve"},
    "collect.refund_said.": _ACTIONS,
    "collect.refund_ask.": {f"{action}.{part}" for action in _ACTIONS for part in ("title", "body", "yes")},
    "collect.receipt_is.": set(RECEIPT_STATES),
    "collect.receipt_was.": set(RECEIPT_STATES) - {"issued"},
    "collect.receipt_do.": _ENDS,
    "collect.receipt_means.": _ENDS,
    "collect.receipt_said.": _ENDS,
    "collect.receipt_ask.": {f"{end}.{part}" for end in _ENDS for part in ("title", "body", "yes")},
    "collect.refund_waits_": {"other", "gateway"},
}
