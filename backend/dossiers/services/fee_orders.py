"""A dossier's fee as an order: what is asked for here is paid there (docs/payments.md)."""

from collections.abc import Mapping
from typing import Any, Final

from backend.dossiers.services.act import Act
from backend.infra.mongo import Document
from backend.payments.service import Demand, Payment
from shared_models.dossier import DossierAction, PaymentStatus
from shared_models.payment.order import GatewayKey

KIND: Final = "dossier"

_ENDS_DEMAND: Final = frozenset({DossierAction.ASK_PAYMENT, DossierAction.WITHDRAW, DossierAction.REFUSE})
"""After these nobody is asked any more for what was asked before."""


def follow(act: Act) -> None:
    """What an officer's or owner's action means for the order, in its transaction, before the dossier is stored."""
    payments, session = act.tools.ports.payments, act.session
    if act.action in _ENDS_DEMAND:
        payments.orders.supersede(KIND, act.dossier["_id"], session)
    if act.action is DossierAction.ASK_PAYMENT:
        act.dossier["fee"]["demand"] = demand_number(act.dossier) + 1
    if act.action is DossierAction.RECORD_PAYMENT:
        _take_cash(act)


def _take_cash(act: Act) -> None:
    """A clerk took the money: the same order as by a gateway, with a receipt of ours unless one was written by hand."""
    payments, paper = act.tools.ports.payments, act.ask.get("receipt_number")
    order = payments.orders.demand(demand_of(act.dossier), act.session)
    payment = Payment(GatewayKey.CASH, act.now, actor=act.actor, paper_number=paper)
    order = payments.orders.pay(order, payment, act.session, tells=False)
    act.dossier["fee"]["order_id"] = order["_id"]
    if paper is None:
        act.dossier["fee"]["receipt_number"] = act.note = payments.receipt_number(order, act.session)


def is_due(dossier: Mapping[str, Any]) -> bool:
    """Whether money for the dossier is waited for, or taken with it."""
    return bool(dossier["is_open"]) and dossier["payment"] == PaymentStatus.DUE and dossier["fee"]["amount"] > 0


def demand_number(dossier: Mapping[str, Any]) -> int:
    """Which of its demands is the present one: an officer may ask for something else than was published first."""
    return int(dossier["fee"].get("demand", 1))


def demand_of(dossier: Document) -> Demand:
    """What is asked for, as payments know it."""
    fee, agency = dossier["fee"], dossier["competent_agency"]
    return Demand(
        kind=KIND,
        subject_id=dossier["_id"],
        n=demand_number(dossier),
        reference=dossier.get("code") or dossier["reference"],
        title=dossier["procedure"]["name"],
        procedure_code=dossier["procedure"]["code"],
        payer={"id": dossier["owner_id"], "name": dossier["owner_name"]},
        agency={"code": agency["code"], "name": agency["name"]},
        lines=[_assessed(line) for line in fee["lines"]],
        amount=fee["amount"],
    )


def _assessed(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a dossier's fee as ``AssessedLineSchema``; one that an officer wrote has no published amount."""
    return {
        "key": line["key"],
        "name": line["name"],
        "listed": line.get("listed", line["amount"]),
        "due": line["amount"],
        "rule_id": line.get("rule_id"),
        "considered": line.get("considered", []),
    }
