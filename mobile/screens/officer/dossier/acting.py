"""What may be done with a dossier now, and the form of what was chosen."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, has, t
from mobile.i18n.names import word
from mobile.screens.officer.dossier.history import line
from mobile.screens.officer.dossier.questions import question_of
from mobile.screens.officer.dossier.work import Page
from mobile.state.desk_case import Case, Change, Doing
from mobile.state.desk_forms import fields_of, offered
from mobile.state.dossiers import Happening
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button, second_button
from mobile.ui.errors import action, safely
from shared_models.dossier_status import DossierStatus

ICONS = {
    "accept": ft.Icons.MOVE_TO_INBOX,
    "refuse": ft.Icons.BLOCK,
    "start": ft.Icons.PLAY_ARROW,
    "assign": ft.Icons.PERSON_ADD_ALT,
    "hand_over": ft.Icons.SWAP_HORIZ,
    "ask_supplement": ft.Icons.NOTE_ADD_OUTLINED,
    "ask_payment": ft.Icons.PAYMENTS_OUTLINED,
    "record_payment": ft.Icons.RECEIPT_LONG,
    "ask_opinion": ft.Icons.QUESTION_ANSWER_OUTLINED,
    "answer_opinion": ft.Icons.REPLY,
    "propose": ft.Icons.RATE_REVIEW_OUTLINED,
    "send_back": ft.Icons.UNDO,
    "resolve": ft.Icons.DRAW,
    "stop": ft.Icons.PAUSE_CIRCLE_OUTLINE,
    "resume": ft.Icons.PLAY_CIRCLE_OUTLINE,
    "extend": ft.Icons.EVENT_REPEAT,
    "return_result": ft.Icons.ASSIGNMENT_TURNED_IN,
    "post": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "delivered": ft.Icons.DONE_ALL,
    "settle_clash": ft.Icons.CALL_MERGE,
}
DANGEROUS = {"refuse", "stop"}
WORKED_ON = {DossierStatus.SUBMITTED, DossierStatus.PROCESSING}
SELDOM = {"ask_opinion", "ask_payment", "assign", "hand_over", "extend", "stop"}


def acting(page: Page, case: Case) -> list[ft.Control]:
    """The buttons, or the form that one of them opened; above it what has changed meanwhile."""
    state = page.work.state
    changed = [changed_box(state.change)] if state.change is not None else []
    if state.doing is not None:
        return [*changed, form(page, state.doing, case)]
    return [*changed, Buttons(page, case, key=f"buttons-{case.id}-{case.dossier.version}")]


@safely
def Buttons(page: Page, case: Case) -> ft.Control:
    """What leads on first and filled; what is seldom done behind one more tap; nothing at all is said in a sentence."""
    is_open, set_open = ft.use_state(False)
    actions = offered(case.may)
    if not actions:
        return text(_nothing(case), Style.BODY_LARGE, quiet=True)
    first, *rest = actions
    shown = [name for name in rest if is_open or is_likely(name, case)]
    main = primary_button(
        f"case.do.{first}", t(f"case.act.{first}"), action(page.work.choose, first), icon=ICONS[first]
    )
    others = [_second(page, name) for name in shown]
    if len(shown) < len(rest):
        opened = action(set_open, True)
        others.append(link_button("case.more", t("case.more"), opened, icon=ft.Icons.MORE_HORIZ))
    row = ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_S, controls=[main, *others])
    lines: list[ft.Control] = [ft.Semantics(identifier="case.actions", container=True, content=row)]
    if _waits_for_signer(case):
        lines.append(text(t("case.signs_other"), Style.BODY_MEDIUM, quiet=True))
    if case.has_asked and case.dossier.status in WORKED_ON:
        lines.append(text(t("case.demands.none"), Style.BODY_MEDIUM, quiet=True))
    return ft.Column(spacing=theme.SPACE_S, controls=lines)


def _second(page: Page, name: str) -> ft.Control:
    label, begin = t(f"case.act.{name}"), action(page.work.choose, name)
    return second_button(f"case.do.{name}", label, begin, icon=ICONS[name], danger=name in DANGEROUS)


def is_likely(name: str, case: Case) -> bool:
    """A new day is likely only while it can still be set in time."""
    return name not in SELDOM or (name == "extend" and case.raw["deadline"]["level"] == "near_due")


def _waits_for_signer(case: Case) -> bool:
    return case.proposed_by_me and case.raw["status"] == 4


def _nothing(case: Case) -> str:
    if _waits_for_signer(case):
        return t("case.signs_other")
    waits = case.dossier.waits_for
    return word("case.nothing", waits, t("case.nothing"))


def form(page: Page, doing: Doing, case: Case) -> ft.Control:
    """The chosen action with its questions, and one button that does it."""
    name, look = doing.action, current_app().look
    lines: list[ft.Control] = [heading(t(f"case.act.{name}"), Style.TITLE_LARGE)]
    if has(f"case.about.{name}"):
        lines.append(text(t(f"case.about.{name}"), Style.BODY_MEDIUM, quiet=True))
    if name not in case.may:
        lines.append(notice_box(t("case.not_now"), ft.Icons.BLOCK, look.danger))
    lines += resolves(case) if name == "resolve" else []
    if doing.problem:
        lines.append(problem(doing))
    for field in fields_of(name, case):
        lines += question_of(field, doing, case, page.work.answer)
    lines.append(_send(page, doing, case))
    column = ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)
    box = card(column)
    box.border = ft.Border.all(2, look.danger.strong if name in DANGEROUS else look.primary)
    return ft.Container(
        key=f"form-{name}", content=ft.Semantics(identifier=f"case.form.{name}", container=True, content=box)
    )


def _send(page: Page, doing: Doing, case: Case) -> ft.Control:
    name = doing.action
    label = t("case.sending") if doing.is_sending else t("case.again") if doing.is_lost else t(f"case.send.{name}")
    may = name in case.may
    send = action(page.send) if may else None
    return ft.Row(
        wrap=True,
        spacing=theme.SPACE_S,
        run_spacing=theme.SPACE_S,
        controls=[
            primary_button("case.send", label, send, icon=ICONS[name], busy=doing.is_sending),
            link_button("case.leave", t("case.leave"), action(page.work.leave)),
        ],
    )


def problem(doing: Doing) -> ft.Control:
    """Why it was not done, or that nobody knows whether it was."""
    look = current_app().look
    if doing.is_lost:
        words, icon, tone = t("case.lost"), ft.Icons.CLOUD_OFF, look.warning
    elif doing.problem == "case.look_over":
        words, icon, tone = t("case.look_over"), ft.Icons.ERROR_OUTLINE, look.danger
    else:
        words, icon, tone = error_text(doing.problem), ft.Icons.ERROR_OUTLINE, look.danger
    return ft.Semantics(identifier="case.problem", live_region=True, content=notice_box(words, icon, tone))


def resolves(case: Case) -> list[ft.Control]:
    """What the leader is about to sign."""
    proposal = case.raw.get("proposal")
    if not proposal:
        return []
    decision = t(f"case.decision.{proposal['decision']}")
    return [
        text(t("case.resolves", decision=decision, name=proposal["by"]["name"]), Style.BODY_LARGE),
        text(proposal["text"], Style.BODY_LARGE),
    ]


def changed_box(change: Change) -> ft.Control:
    """What has become another since it was read, with the lines of the timeline that are new."""
    look = current_app().look
    members = ", ".join(t(f"case.member.{name}") for name in change.members)
    lines: list[ft.Control] = [
        text(t("case.changed"), Style.TITLE_MEDIUM, color=look.warning.on_soft),
        *([text(t("case.changed_what", what=members), color=look.warning.on_soft)] if members else []),
    ]
    lines += [line(Happening.from_json(item), number) for number, item in enumerate(change.lines)]
    lines.append(text(t("case.changed_kept"), Style.BODY_MEDIUM, color=look.warning.on_soft))
    box = card(ft.Column(spacing=theme.SPACE_S, controls=lines))
    box.bgcolor, box.border = look.warning.soft, ft.Border.all(2, look.warning.strong)
    return ft.Container(key="changed", content=ft.Semantics(identifier="case.changed", live_region=True, content=box))
