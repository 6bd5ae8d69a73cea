"""What stands around a dossier: the proposal, other agencies, the fee, the way back to its owner, and printed slips."""

from collections.abc import Callable
from datetime import date
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import money, said, weekday_date, weekday_moment, word
from mobile.screens.citizen.dossiers.dossier import SLIPS
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, facts, heading, text
from mobile.ui.components.settings_rows import row, section
from mobile.ui.errors import action
from shared_models.clock import city_date, from_wire

Json = dict[str, Any]
Open = Callable[..., Any]


def _now() -> Any:
    return current_app().services.clock.now()


def _titled(key: str, title: str, lines: list[ft.Control]) -> ft.Control:
    column = ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)
    box = ft.Column(
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[heading(title, Style.TITLE_LARGE), card(column)],
    )
    return ft.Container(key=key, content=ft.Semantics(identifier=key, container=True, content=box))


def proposal(case: Case) -> list[ft.Control]:
    """What was proposed, by whom, and who may decide."""
    found = case.raw.get("proposal")
    if not found:
        return []
    look = current_app().look
    approves = found["decision"] == "approve"
    tone, icon = (look.valid, ft.Icons.THUMB_UP_OUTLINED) if approves else (look.danger, ft.Icons.THUMB_DOWN_OUTLINED)
    when = moment_text(from_wire(found["at"]), _now())
    lines: list[ft.Control] = [
        ft.Row(wrap=True, controls=[chip(t(f"case.decision.{found['decision']}"), icon, tone)]),
        text(found["text"], Style.BODY_LARGE),
        *_grants(found.get("result") or {}),
        text(t("case.proposed_by", name=found["by"]["name"], time=when), Style.BODY_MEDIUM, quiet=True),
    ]
    if case.raw["status"] == 4:
        words = t("case.signs_other") if case.proposed_by_me else t("case.signs", name=found["by"]["name"])
        lines.append(text(words, Style.BODY_MEDIUM))
    return [_titled("case.proposal", t("case.proposal"), lines)]


def _grants(given: Json) -> list[ft.Control]:
    communes = current_app().services.catalogue_state.communes
    rows = [(word("case.grant", name, name), communes.get(str(value), str(value))) for name, value in given.items()]
    return [facts(rows)] if rows else []


def opinions(case: Case) -> list[ft.Control]:
    """What other agencies were asked, and their parts of an interlinked procedure."""
    asked = case.raw.get("opinions") or []
    if not asked:
        return []
    lines = [_opinion(one) for one in asked]
    return [_titled("case.opinions", t("case.opinions"), lines)]


def _opinion(one: Json) -> ft.Control:
    look, now = current_app().look, _now()
    answered = one["answered_at"]
    lines: list[ft.Control] = [
        text(one["agency"]["name"], Style.TITLE_MEDIUM),
        text(t(f"case.opinion.{one['kind']}", text=one["question"]), Style.BODY_LARGE),
    ]
    if answered:
        lines.append(text(one["text"] or "", Style.BODY_LARGE))
        who = t("case.opinion.answered", name=one["answered_by"] or "", time=moment_text(from_wire(answered), now))
        lines.append(text(who, Style.BODY_MEDIUM, quiet=True))
    else:
        due = one["due_at"]
        is_late = due is not None and from_wire(due) < now
        words = t("case.opinion.waits", day=weekday_moment(from_wire(due), now)) if due else t("case.opinion.open")
        lines.append(text(words, Style.BODY_MEDIUM, color=(look.danger if is_late else look.warning).strong))
    return ft.Column(key=f"opinion-{one['id']}", spacing=2, tight=True, controls=lines)


def asked_of_owner(case: Case) -> list[ft.Control]:
    """What its owner is asked for now."""
    asks = case.dossier.asks
    if not asks:
        return []
    lines: list[ft.Control] = []
    if asks["kind"] == "payment":
        lines.append(text(t("case.asked.payment", amount=money(int(asks["amount"] or 0))), Style.BODY_LARGE))
    lines += [
        ft.Column(
            key=f"asked-{item['component']}",
            spacing=0,
            tight=True,
            controls=[text(said(item["name"]), Style.TITLE_MEDIUM), text(item["reason"], Style.BODY_LARGE)],
        )
        for item in asks["items"]
    ]
    if asks.get("note"):
        lines.append(text(asks["note"], Style.BODY_LARGE))
    return [_titled("case.asked", t("case.asked"), lines)]


def fee_and_return(case: Case) -> list[ft.Control]:
    """The fee with its lines, the result, the way back, and how to reach the owner."""
    raw, now = case.raw, _now()
    fee, back, contact = raw["fee"], raw["return"], raw["contact"]
    paid = fee.get("paid_at")
    rows = [(said(line["name"]), money(int(line["amount"]))) for line in fee["lines"] if len(fee["lines"]) > 1]
    rows.append((t("case.fee"), f"{money(int(fee['amount']))} · {word('case.payment', raw['payment'])}"))
    rows += _fee_reason(raw["fee_reason"])
    if paid:
        rows.append((t("case.receipt"), f"{fee['receipt_number'] or ''} · {moment_text(from_wire(paid), now)}"))
    rows.append((t("case.way"), word("case.way", back["way"], back["way"])))
    rows += [(t("case.address"), back["address"] or "")] if back["address"] else []
    if back["tracking"]:
        rows.append((t("case.tracking"), f"{back['carrier'] or ''} · {back['tracking']}"))
    if raw["delivery"] != "none":
        rows.append((t("case.delivery"), word("case.delivery", raw["delivery"])))
    rows.append((t("case.contact"), " · ".join(part for part in (contact["phone"], contact.get("email")) if part)))
    return [_titled("case.facts", t("case.facts"), [facts(rows)])]


def _fee_reason(reason: Json) -> list[tuple[str, str]]:
    """The rule that makes the fee less, what it rests on, and what no register could be asked."""
    rows = [(t("case.fee_why"), f"{said(rule['name'])} · {rule['basis']}") for rule in reason["rules"]]
    for proof in reason["evidence"]:
        at = moment_text(from_wire(proof["asked_at"]), _now())
        rows.append((t("case.fee_proof"), f"{proof['label']} · {proof['id']} · {at}"))
    if reason["unasked"]:
        groups = ", ".join(t(f"fact.{fact}") for fact in reason["unasked"])
        rows.append((t("case.fee_unasked"), t("case.fee_unasked_body", groups=groups)))
    return rows


def apologies(case: Case) -> list[ft.Control]:
    today = city_date(_now())

    def shown(iso: str) -> str:
        return weekday_date(date.fromisoformat(iso), today)

    lines: list[ft.Control] = [
        text(
            t("case.apology", old=shown(one["old_due_date"]), new=shown(one["new_due_date"]), reason=one["reason"]),
            Style.BODY_LARGE,
        )
        for one in case.dossier.apologies
    ]
    return [_titled("case.apologies", t("case.apologies"), lines)] if lines else []


def refused_demands(case: Case) -> list[ft.Control]:
    """Demands that nobody may make; who oversees the city counts them too."""
    names = {one["key"]: said(one["name"]) for one in case.terms.get("components") or ()}
    lines: list[ft.Control] = []
    for number, one in enumerate(case.raw.get("refused_demands") or ()):
        when = moment_text(from_wire(one["at"]), _now())
        what = names.get(one["component"], one["component"])
        words = t("case.refused_demand", what=what, name=one["by"], time=when)
        lines.append(ft.Container(key=f"demand-{number}", content=text(words, Style.BODY_MEDIUM)))
    return [_titled("case.refused_demands", t("case.refused_demands"), lines)] if lines else []


def printed(case: Case, open_paper: Open) -> list[ft.Control]:
    """The signed result and the slips that exist, each to open and print."""
    rows: list[ft.Control] = []
    result = case.raw.get("result") or {}
    if result.get("result_id"):
        opened = action(open_paper, "result", "", t("case.result"))
        decided = t(f"case.result.{result['decision']}", number=result.get("number") or "")
        rows.append(row("case.result", ft.Icons.WORKSPACE_PREMIUM, t("case.result"), decided, opened))
    for number in case.dossier.slips:
        if number in SLIPS:
            title = t(f"slip.{number}")
            opened = action(open_paper, "slip", number, title)
            rows.append(
                row(f"case.slip.{number}", ft.Icons.PRINT_OUTLINED, title, t("case.slip", number=number), opened)
            )
    return [section(t("case.slips"), rows)] if rows else []
