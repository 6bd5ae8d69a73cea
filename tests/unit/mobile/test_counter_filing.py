"""Filing at the counter from the card to the slip: papers, fee, and what happens when the line breaks."""

import pytest

from tests.support.phone import DomainError
from tests.support.phone_counter import NAME, NUMBER, RECEIPT, WARD
from tests.support.phone_counter_filing import answered, begun, filing, ready
from tests.support.phone_screens import run


def test_a_dossier_from_the_card_to_the_slip() -> None:
    async def story() -> None:
        phone, screen, server, papers = await begun()
        assert screen.shows("Bước 1 trên")
        await screen.click("counter.scan")
        assert filing(phone).owner.full_name == NAME
        await screen.click("counter.next")
        await screen.settle(20)
        assert server.prepared[0]["owner"] == {"personal_id": NUMBER, "full_name": NAME}
        assert server.prepared[0]["receiving_agency"] == WARD["code"]
        assert screen.shows("Quầy này tiếp nhận")
        assert filing(phone).draft.origins["applicant_name"] == "prefilled"
        await answered(phone, screen, "papers")
        await screen.click("paper.birth_certificate.choose")
        await screen.settle(20)
        assert filing(phone).draft.files["birth_certificate"].state == "checked"
        await screen.click("counter.next")
        await screen.click("counter.next")
        await screen.settle(20)
        assert screen.shows("Xem lại cùng người nộp")
        await screen.click("counter.send")
        await screen.settle(40)
        sent = server.sent[0]
        assert (sent["channel"], sent["owner"]["personal_id"], sent["receiving_agency"]) == (
            "direct",
            NUMBER,
            WARD["code"],
        )
        assert [one["action"] for one in server.acts] == ["accept"]
        assert screen.shows("H17.30.05-261121-0001")
        assert papers.held == {}
        await screen.click("counter.slip")
        assert phone.web.paper["content"] == b"%PDF-1.7 slip"
        assert NUMBER not in str(phone.web.disk["vault"]["values"])
        assert NAME not in str(phone.web.disk["vault"]["values"])
        assert all(NUMBER not in request.path for request in phone.server.requests)

    run(story)


def test_what_a_register_may_have_of_somebody_new_need_not_be_scanned_until_it_has_not() -> None:
    async def story() -> None:
        phone, screen, server, _ = await begun()
        server.is_known = False
        await screen.click("counter.scan")
        await screen.click("counter.next")
        await screen.settle(20)
        assert filing(phone).draft.origins["applicant_name"] == "typed", "the card said it, the city did not"
        assert filing(phone).draft.values["applicant_birth_date"] == "1992-03-12"
        await answered(phone, screen, "review")
        assert filing(phone).missing_papers() == []
        errors = {"components.birth_certificate": ["component.missing"]}
        server.refusal = (422, {"code": "dossier.components_invalid", "status": 422, "errors": errors})
        await screen.click("counter.send")
        await screen.settle(30)
        assert filing(phone).step == "papers"
        assert filing(phone).missing_papers() == ["birth_certificate"]
        assert screen.has("paper.birth_certificate.fault")

    run(story)


def test_a_lost_answer_is_sent_again_under_the_same_id_and_nothing_is_lost() -> None:
    async def story() -> None:
        phone, screen, server, _ = await begun()
        await ready(phone, screen)
        phone.server.is_down = True
        await screen.click("counter.send")
        await screen.settle(40)
        assert filing(phone) is not None
        phone.server.is_down = False
        await screen.click("counter.send")
        await screen.settle(40)
        assert len({one["id"] for one in server.sent}) == 1
        assert screen.has("counter.code")

    run(story)


@pytest.mark.parametrize("on_paper", ["", "BL-0012"])
def test_a_fee_at_reception_is_taken_before_the_code(on_paper: str) -> None:
    async def story() -> None:
        phone, screen, server, _ = await begun()
        fee = {"amount": 500_000, "lines": [], "paid_at": None, "receipt_number": None}
        server.dossier = {"fee": fee, "payment": "due", "may": ["refuse", "record_payment"]}
        await ready(phone, screen)
        await screen.click("counter.send")
        await screen.settle(40)
        assert not screen.has("counter.slip")
        await screen.type("counter.receipt", on_paper)
        await screen.click("counter.pay")
        await screen.settle(40)
        assert [(one["action"], one.get("amount")) for one in server.acts] == [
            ("record_payment", 500_000),
            ("accept", None),
        ]
        assert server.acts[0].get("receipt_number", "") == on_paper
        assert screen.shows(on_paper or RECEIPT)
        assert screen.has("counter.slip")

    run(story)


def test_a_paper_that_cannot_be_is_refused_at_once() -> None:
    async def story() -> None:
        phone, screen, _, papers = await begun()
        await screen.click("counter.scan")
        await screen.click("counter.next")
        await screen.settle(20)
        await answered(phone, screen, "papers")
        papers.refusal = DomainError("file.too_large")
        await screen.click("paper.birth_certificate.photo")
        assert filing(phone).draft.files == {}

    run(story)
