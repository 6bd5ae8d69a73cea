"""What a dossier costs as its owner and an officer see it: why it is less, and what no register could be asked."""

import json
from typing import Any

from mobile.i18n.catalogue import error_text
from tests.support.fee_rules import a_rule
from tests.support.phone_case import ID, CaseServer, a_case
from tests.support.phone_counter_filing import begun
from tests.support.phone_counter_filing import ready as ready_at_counter
from tests.support.phone_desk import a_desk, desk_card
from tests.support.phone_drafts import a_draft, general, kept, ready
from tests.support.phone_screens import run
from tests.support.phone_services import API, detail, dossier, preparation

DRIVING = "3.000347"
LISTED = sum(line["amount"] for line in detail(DRIVING)["fees"]["online"])
FREE = a_rule(needs={})


def test_a_fee_that_has_risen_is_shown_again_before_it_is_charged():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        prepare, file = f"{API}/dossiers/preparations", f"{API}/dossiers"
        phone.server.on("POST", prepare, (200, preparation(DRIVING, fee_rules=[FREE])))
        await ready(phone, draft_id, screen, prepared_at=None)
        assert screen.shows("Miễn phí · NQ 1/2026")
        assert screen.shows("Mức niêm yết")
        assert not screen.has("fee.unasked")
        refusal = {"code": "dossier.fee_changed", "status": 409, "params": {"due": LISTED, "shown": 0}}
        phone.server.on("POST", file, (409, refusal))
        phone.server.on("POST", prepare, (200, preparation(DRIVING, fee_unasked=["five_documents"])))
        await screen.click("review.send")
        await screen.settle(60)
        assert screen.shows(error_text("dossier.fee_changed"))
        assert not screen.shows("Miễn phí · NQ 1/2026")
        assert screen.has("fee.unasked")
        assert screen.shows("đủ 5 giấy tờ trên VNeID")
        assert (await kept(phone, draft_id))["state"] == "open"
        phone.server.on("POST", file, lambda body, _query: (201, dossier(1) | {"id": body["id"]}))
        phone.server.on("GET", f"{file}/{draft_id}", (200, dossier(1) | {"id": draft_id}))
        await screen.click("review.send")
        await screen.settle(60)
        shown = [json.loads(str(sent.body))["fee_shown"] for sent in phone.server.asked("POST", file)]
        assert shown == [0, LISTED]

    run(story)


def test_the_counter_sees_what_could_not_be_asked_and_what_will_be():
    async def story() -> None:
        phone, screen, server, _ = await begun(width=1280)
        server.more = {"fee_unasked": ["disability"]}
        await ready_at_counter(phone, screen)
        assert screen.has("fee.unasked")
        assert screen.shows("Chưa hỏi được cơ sở dữ liệu về: người khuyết tật")

    run(story)


def test_at_the_counter_a_fee_that_has_risen_is_shown_again_too():
    async def story() -> None:
        phone, screen, server, _ = await begun(width=1280)
        await ready_at_counter(phone, screen)
        refusal = {"code": "dossier.fee_changed", "status": 409, "params": {"due": 8000, "shown": 0}}
        phone.server.on("POST", f"{API}/desk/dossiers", (409, refusal))
        server.more = {"fee_unasked": ["disability"]}
        asked = len(server.prepared)
        await screen.click("counter.send")
        await screen.settle(40)
        assert len(server.prepared) == asked + 1
        assert screen.shows(error_text("dossier.fee_changed"))
        assert screen.has("fee.unasked")

    run(story)


def test_an_officer_reads_why_nothing_is_paid():
    async def story() -> None:
        proof = {
            "fact": "poor_household",
            "source": "registry",
            "key": "social_protection.poor_household",
            "id": "ASXH-HN-20285-0117",
            "label": "Hộ nghèo năm 2026",
            "as_of": "2026-11-21T02:00:00Z",
            "asked_at": "2026-11-21T02:00:00Z",
            "sha256": "0" * 64,
        }
        rule = {"rule_id": "free", "name": FREE["name"], "basis": FREE["basis"]}
        reason: dict[str, Any] = {"rules": [rule], "evidence": [proof], "unasked": ["disability"]}
        server = CaseServer(a_case("accept", fee_reason=reason))
        _, screen = await a_desk({"unit": [desk_card(1)]}, route=f"/dossiers/{ID}", serve=server.serve)
        assert screen.shows("Miễn phí · NQ 1/2026")
        assert screen.shows("Hộ nghèo năm 2026 · ASXH-HN-20285-0117")
        assert screen.shows("Cơ sở dữ liệu không trả lời về: người khuyết tật")

    run(story)
