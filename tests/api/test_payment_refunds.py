"""Refunds: two persons, one request to the gateway whatever crashes, and everybody told."""

import pytest

from backend.bootstrap import Container
from backend.infra.mongo import Session
from backend.notices.documents import NOTICES
from backend.payments.documents import (
    RECEIPTS,
    TASKS,
    OrderDocument,
    OrderEventDocument,
    StatementDocument,
    StatementRowDocument,
    TaskDocument,
)
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey, OrderRefunded
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import ROAD_BOARD
from tests.support.dossiers import good
from tests.support.ids import an_id
from tests.support.payments import a_collector, a_paid_order, a_row, a_statement, an_order, stored
from tests.support.refunding import act, first, gateway, kinds, proposed, second

__all__ = ["first", "second"]


@pytest.fixture
def raised(container: Container) -> list[OrderRefunded]:
    heard: list[OrderRefunded] = []

    def hear(event: OrderRefunded, _session: Session) -> None:
        heard.append(event)

    container.events.on(OrderRefunded, hear)
    return heard


def told(container: Container) -> list[str]:
    return sorted(one["kind"] for one in container.database.collection(NOTICES).find({}))


def test_two_persons_send_money_back_by_the_gateway(
    container: Container, first: Phone, second: Phone, raised: list[OrderRefunded]
) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    assert stored(container, order["_id"])["state"] == "refund_pending"
    shown = good(act(second, order, refund_id, "approve", note="Đúng là nộp trùng"))
    assert (shown["state"], shown["refund"]["state"]) == ("refunded", "done")
    assert shown["refund"]["reference"] == f"refund of {order['paid']['provider_ref']}"
    assert list(gateway(container).refunded) == [refund_id]
    assert kinds(container, order)[-3:] == ["refund_proposed", "refund_approved", "refunded"]
    assert [one.order_id for one in raised] == [order["_id"]]
    assert {"payment.refund_coming", "payment.refunded"} <= set(told(container))
    receipt = container.database.collection(RECEIPTS).find_one({"order_id": order["_id"]}) or {}
    assert (receipt["state"], receipt["cancelled"]["by"]["name"]) == ("cancelled", "Phan Văn Lợi")


def test_the_proposer_cannot_decide(container: Container, first: Phone) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    for action, words in (("approve", {}), ("refuse", {"note": "không"}), ("done", {"reference": "FT1"})):
        assert problem_of(act(first, order, refund_id, action, **words)) == (403, "refund.own_proposal")
    assert good(first.get(f"/desk/payments/orders/{order['_id']}"))["may"] == []


def test_every_step_again_changes_nothing(
    container: Container, first: Phone, second: Phone, raised: list[OrderRefunded]
) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    good(act(first, order, refund_id, "propose", reason="Hồ sơ nộp trùng"))
    assert problem_of(act(first, order, refund_id, "propose", reason="Khác hẳn")) == (409, "refund.id_reused")
    for _ in range(2):
        good(act(second, order, refund_id, "approve"))
    assert problem_of(act(second, order, refund_id, "refuse", note="thôi")) == (409, "refund.decided")
    assert len(raised) == 1
    assert kinds(container, order).count("refunded") == 1
    assert problem_of(act(first, order, an_id("rfd"), "propose", reason="lần nữa")) == (409, "order.move_not_allowed")


def test_a_refused_refund_leaves_the_order_paid_and_can_be_proposed_anew(
    container: Container, first: Phone, second: Phone
) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    shown = good(act(second, order, refund_id, "refuse", note="Hồ sơ vẫn đang giải quyết"))
    assert (shown["state"], shown["refund"]["state"], shown["may"]) == ("paid", "refused", ["propose"])
    good(act(second, order, refund_id, "refuse", note="Hồ sơ vẫn đang giải quyết"))
    again = proposed(second, order)
    assert problem_of(act(first, order, refund_id, "approve")) == (404, "refund.unknown")
    good(act(first, order, again, "approve"))
    assert list(gateway(container).refunded) == [again]


def test_a_silent_gateway_is_asked_again_with_the_same_id(
    container: Container, first: Phone, second: Phone, raised: list[OrderRefunded]
) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    vnpay = gateway(container)
    vnpay.is_down = True
    shown = good(act(second, order, refund_id, "approve"))
    assert (shown["state"], shown["refund"]["state"]) == ("refund_pending", "approved")
    refunds = container.payments.desk.refunds
    assert refunds.chase(container.clock.now()) == 0
    assert raised == []
    vnpay.is_down = False
    assert refunds.chase(container.clock.now()) == 1
    assert refunds.chase(container.clock.now()) == 0
    assert list(vnpay.refunded) == [refund_id]
    assert len(raised) == 1
    assert stored(container, order["_id"])["state"] == "refunded"


def test_a_gateway_that_refuses_leaves_it_to_a_person(
    container: Container, first: Phone, second: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_paid_order(container)

    def refuses(*_: object) -> str:
        raise Upstream("gateway.refused", transient=False)

    monkeypatch.setattr(gateway(container), "refund", refuses)
    refund_id = proposed(first, order)
    shown = good(act(second, order, refund_id, "approve"))
    assert (shown["refund"]["way"], shown["may"]) == ("by_hand", ["done"])
    (task,) = good(first.get("/desk/payments/tasks"))["items"]
    assert (task["kind"], task["ways"]) == ("refund_by_hand", [])
    assert container.payments.desk.refunds.chase(container.clock.now()) == 0


def test_what_no_gateway_can_refund_goes_by_hand(
    container: Container, first: Phone, second: Phone, raised: list[OrderRefunded]
) -> None:
    order = a_paid_order(container, GatewayKey.BANK)
    refund_id = proposed(first, order)
    assert problem_of(act(second, order, refund_id, "done", reference="FT26325")) == (409, "refund.not_by_hand")
    good(act(second, order, refund_id, "approve"))
    for _ in range(2):
        shown = good(act(second, order, refund_id, "done", reference="FT26325"))
    assert (shown["state"], shown["refund"]["reference"], len(raised)) == ("refunded", "FT26325", 1)
    assert problem_of(act(second, order, refund_id, "done", reference="FT99999")) == (409, "refund.not_by_hand")
    task = container.database.collection(TASKS).find_one({"kind": "refund_by_hand"}) or {}
    assert (task["state"], task["settled"]["way"], task["settled"]["note"]) == ("settled", "paid_back", "FT26325")


@pytest.mark.parametrize(
    ("action", "words"), [("propose", {}), ("propose", {"reason": "  "}), ("done", {}), ("refuse", {}), ("hop", {})]
)
def test_each_action_needs_its_words(container: Container, first: Phone, action: str, words: dict[str, str]) -> None:
    order = a_paid_order(container)
    assert problem_of(act(first, order, an_id("rfd"), action, **words)) == (422, "request.invalid")
    assert stored(container, order["_id"]) == order


def test_what_is_not_paid_cannot_go_back(container: Container, first: Phone) -> None:
    open_one = an_order(container)
    assert problem_of(act(first, open_one, an_id("rfd"), "propose", reason="nhầm")) == (409, "order.move_not_allowed")
    free = an_order(container, amount=0)
    assert problem_of(act(first, free, an_id("rfd"), "propose", reason="nhầm")) == (409, "refund.nothing_paid")


def test_another_agencys_order_is_nobodys_here(container: Container, sign_in: Cast) -> None:
    order = a_paid_order(container)
    other = a_collector(sign_in, "thuphi.sxd", ROAD_BOARD)
    assert problem_of(act(other, order, an_id("rfd"), "propose", reason="nhầm")) == (404, "order.unknown")
    assert problem_of(other.get(f"/desk/payments/orders/{order['_id']}")) == (404, "order.unknown")
    assert good(other.get(f"/desk/payments/orders?code={order['reference']}"))["items"] == []


def test_an_order_is_found_by_its_number_and_read_with_its_history(container: Container, first: Phone) -> None:
    order = a_paid_order(container)
    (card,) = good(first.get(f"/desk/payments/orders?code={order['reference']}"))["items"]
    page = good(first.get(f"/desk/payments/orders/{card['id']}"))
    assert (page["payer"], page["method"], page["may"]) == (order["payer"]["name"], "vnpay", ["propose"])
    assert [one["kind"] for one in page["events"]] == ["created", "attempt_started", "paid"]
    assert page["attempts"][0]["provider_ref"] == order["paid"]["provider_ref"]
    entries = container.ledger.entries_of(order["payer"]["id"]).items
    assert [one["action"] for one in entries] == ["payment.read"]


def test_a_crash_before_we_have_written_that_it_went_back_pays_nothing_twice(
    container: Container, first: Phone, second: Phone, raised: list[OrderRefunded], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_paid_order(container)
    refund_id = proposed(first, order)
    refunds = container.payments.desk.refunds

    def dies(*_: object) -> None:
        raise RuntimeError("the process is gone")

    with monkeypatch.context() as crash:
        crash.setattr(refunds, "_went_back", dies)
        assert act(second, order, refund_id, "approve").status_code == 500
    assert stored(container, order["_id"])["state"] == "refund_pending"
    assert list(gateway(container).refunded) == [refund_id]
    assert refunds.chase(container.clock.now()) == 1
    assert list(gateway(container).refunded) == [refund_id]
    assert (stored(container, order["_id"])["state"], len(raised)) == ("refunded", 1)


def test_what_is_stored_is_what_the_documents_say(container: Container, first: Phone, second: Phone) -> None:
    order = a_paid_order(container, GatewayKey.BANK)
    good(act(second, order, proposed(first, order), "approve"))
    body = a_statement([a_row(1, "strange", None), a_row(2, order["paid"]["provider_ref"], None)], GatewayKey.BANK)
    good(first.post("/desk/payments/statements", body))
    kinds = (OrderDocument, OrderEventDocument, TaskDocument, StatementDocument, StatementRowDocument)
    for kind in kinds:
        rows = list(container.database.collection(kind._meta["collection"]).find({}))
        assert rows, kind.__name__
        for row in rows:
            kind._from_son(row).validate()
