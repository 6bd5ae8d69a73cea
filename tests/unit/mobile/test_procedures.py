"""Looking for a procedure on the phone, the order of dossiers, and what a new version changes."""

from dataclasses import replace

from mobile.i18n.catalogue import use_language
from mobile.i18n.names import money, said, size_text, span
from mobile.state.dossiers import Dossier, by_need
from mobile.state.draft import Draft
from mobile.state.procedures import ProcedureCard, changes, found
from mobile.state.steps import steps
from tests.support.fee_rules import a_rule
from tests.support.phone_services import BIRTH, FOOD, card, detail, dossier, form, preparation, supplement, versions

CARDS = tuple(ProcedureCard.from_json(card(code)) for code in versions())
EVENTS = {"birth": "Sinh con", "driving": "Lái xe"}


def codes(query: str) -> list[str]:
    return [hit.code for hit in found(CARDS, query, EVENTS)]


def test_names_that_begin_so_come_first_and_diacritics_do_not_matter():
    assert codes("đăng ký khai sinh")[0] == codes("DANG KY khai sinh")[0] == BIRTH
    assert codes(BIRTH) == [BIRTH]
    assert BIRTH in codes("sinh con"), "by what happens in a life"
    assert codes("register a birth")[0] == BIRTH


def test_of_names_with_the_words_those_come_first_that_have_them_early():
    assert codes("khai sinh")[0] == BIRTH, "whoever looks for it rather registers a birth than copies a certificate"


def test_a_word_is_found_at_its_beginning_only():
    assert BIRTH not in codes("hai")
    assert codes("zzzz") == []


def test_what_is_abolished_is_found_after_its_equals():
    hits = codes("giay phep hoat dong dien luc")
    assert hits.index("1.013420") > hits.index("1.013419")


def test_what_a_new_version_changes_is_told():
    old, new = detail(FOOD), detail(FOOD)
    new |= {
        "components": new["components"][1:],
        "deadlines": {"online": {"unit": "working_day", "amount": 3}},
        "fees": {"online": []},
    }
    told = dict(changes(old, new))
    assert set(told) == {"deadline", "fee", "paper_dropped"}
    assert told["fee"]["new"] == 0
    assert changes(old, old) == []


def test_dossiers_stand_in_the_order_of_need():
    asked = dossier(3) | supplement("workers_health") | {"id": "dos_3"}
    sooner, over = dossier(2), dossier(4, status=10, waits_for="nobody")
    sooner["deadline"] = {**sooner["deadline"], "due_at": "2026-11-22T02:00:00Z"}
    all_ = tuple(Dossier.from_json(data) for data in (over, dossier(1), sooner, asked))
    assert [one.id for one in by_need(all_)] == ["dos_3", "dos_2", "dos_1", "dos_4"]


def a_draft() -> Draft:
    return Draft(
        id="dos_x", procedure=detail(BIRTH), form=form("birth_registration@1"), changed_at="2026-11-21T00:00:00Z"
    )


def test_the_phone_reckons_with_the_rules_that_hold_for_its_owner():
    lines = [{"key": "per_copy", "name": {"vi": "Bản sao", "en": "Copy"}, "amount": 24_000}]
    procedure = {**detail(BIRTH), "fees": {"online": lines, "direct": lines}}
    draft = replace(a_draft(), procedure=procedure, form=None)
    assert (draft.fee, draft.request()["fee_shown"]) == (24_000, 24_000)
    half = a_rule(id="half", needs={}, effect={"kind": "percent", "percent": 50})
    known = preparation(fee_rules=[half], fee_unasked=["disability"])
    prepared = draft.prepared(known, "2026-11-21T02:30:00Z")
    assert (prepared.fee, prepared.request()["fee_shown"]) == (12_000, 12_000)
    assert [line.rule_id for line in prepared.assessment.lines] == ["half"]
    assert Draft.from_json(prepared.to_json()).fee == 12_000
    assert prepared.fee_unasked == ["disability"]
    # Another version of the procedure, or another payer: nothing of it holds before it is asked again.
    assert prepared.rebased(procedure, None).fee == 24_000


def test_what_is_known_is_taken_over_once_and_what_was_typed_stays():
    draft = a_draft().answered("applicant_phone", "0911222333").prepared(preparation(), "2026-11-21T02:30:00Z")
    assert draft.values["applicant_phone"] == "0911222333"
    assert draft.values["applicant_name"] == "Trần Thị Thu Thảo"
    assert draft.origins["applicant_name"] == "prefilled"
    emptied = draft.answered("applicant_name", None).prepared(preparation(), "2026-11-21T02:50:00Z")
    assert "applicant_name" not in emptied.values, "emptied on purpose"
    moved = preparation()
    moved["values"]["applicant_birth_date"]["value"] = "1992-08-15"
    again = draft.prepared(moved, "2026-11-21T02:50:00Z")
    assert again.values["applicant_birth_date"] == "1992-08-15", "kept unread, so it follows what the city knows now"


def test_typing_back_what_was_known_is_keeping_it():
    draft = a_draft().prepared(preparation(), "2026-11-21T02:30:00Z")
    changed = draft.answered("applicant_phone", "0911222333")
    assert changed.origins["applicant_phone"] == "changed"
    assert changed.answered("applicant_phone", "0905123456").origins["applicant_phone"] == "prefilled"


def test_who_gave_a_phone_in_the_form_is_not_asked_again():
    given = a_draft().answered("applicant_phone", "0911222333").with_reach()
    assert (given.phone, given.email) == ("0911222333", "")
    assert Draft.with_reach(Draft.from_json(given.to_json() | {"phone": "0905000111"})).phone == "0905000111"


def test_a_draft_comes_back_from_the_vault_as_it_was():
    draft = a_draft().prepared(preparation(), "2026-11-21T02:30:00Z")
    assert Draft.from_json(draft.to_json()) == draft
    assert Draft.from_json({**draft.to_json(), "of_a_later_version": 1}) == draft


def test_papers_are_a_step_only_where_something_has_to_be_brought():
    draft = a_draft()
    assert "papers" in steps(draft)
    assert "papers" not in steps(draft.prepared(preparation(), "2026-11-21T02:30:00Z"))


def test_amounts_spans_and_sizes_are_said_as_people_say_them():
    assert money(700_000) == "700.000 đ"
    assert money(0) == "không thu"
    assert span({"unit": "working_day", "amount": 10}) == "10 ngày làm việc"
    assert span({"unit": "same_day", "amount": 0}) == "trong ngày"
    assert span(None) == ""
    assert (size_text(1_412_000), size_text(900)) == ("1,4 MB", "1 KB")
    use_language("en")
    assert span({"unit": "working_day", "amount": 1}) == "1 working day"
    assert said({"vi": "Sinh con", "en": "Birth"}) == "Birth"
    assert said({"vi": "Sinh con"}) == "Sinh con"
