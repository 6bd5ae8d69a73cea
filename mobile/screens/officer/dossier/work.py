"""The page of a dossier as hooks: its work, its keys, and the second question before what harms."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from mobile.i18n.catalogue import has, t
from mobile.services.case_work import CaseWork
from mobile.services.desk_papers import Kind
from mobile.state.desk_case import Case, Doing
from mobile.ui.app_context import current_app
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.errors import action
from mobile.ui.hooks import use_observed
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_keys
from shared_models.errors import DomainError

Json = dict[str, Any]
KEYS = (
    ("a", "accept"),
    ("b", "start"),
    ("s", "ask_supplement"),
    ("p", "propose"),
    ("g", "resolve"),
    ("t", "return_result"),
)
"""One letter for each of what is done most."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the parts of the page need: `work` with its state, `send` after looking over, `open_paper` where it fits."""

    work: CaseWork
    send: Callable[[], Any]
    open_paper: Callable[[Kind, str, str], Any]
    shown: str


def use_page(dossier_id: str, dock_px: int | None) -> Page:
    """`dock_px`: the width that a paper gets beside the dossier, None: it lies over it."""
    app = current_app()
    held: Any = ft.use_ref(lambda: CaseWork(app.services, app.desk, dossier_id))
    work: CaseWork = held.current
    state = use_observed(work.state)
    papers = use_observed(app.services.desk_papers.state)
    ask = use_question()
    ft.use_effect(work.load, dependencies=[dossier_id], cleanup=_put_away)

    async def send() -> None:
        if not work.is_ready() or state.case is None or state.doing is None:
            return
        if work.harms:
            name, params = state.doing.action, question_params(state.case, state.doing)
            ask(Question(f"case.sure.{name}", work.carry_out, danger=name != "resolve", params=params))
        else:
            await work.carry_out()

    async def open_paper(kind: Kind, key: str, title: str) -> None:
        await work.open_paper(kind, key, title, dock_px)

    _use_work_keys(work)
    return Page(work, send, open_paper, papers.shown)


async def _put_away() -> None:
    # A page of an older version has no papers to put away.
    with suppress(DomainError):
        await current_app().services.desk_papers.close()


def _use_work_keys(work: CaseWork) -> None:
    app = current_app()
    begin = [
        Key((name,), f"case.act.{what}", action(work.choose, what), partial(work.can, what)) for name, what in KEYS
    ]
    use_keys(
        *begin,
        Key(("n",), "case.next", action(open_next, work), lambda: work.state.doing is None and app.desk.has_room),
        Key(("Escape",), "case.leave", action(work.leave), lambda: work.state.doing is not None),
    )


async def open_next(work: CaseWork) -> None:
    """Open what comes next; by hand, because its owner can read that it was opened."""
    app = current_app()
    following = await work.next()
    if following is None:
        return
    if app.desk.has_room:
        app.desk.select(following)
    else:
        app.go(f"/dossiers/{following}")


def question_params(case: Case, doing: Doing) -> Json:
    """The facts that a second question names."""
    proposal = case.raw.get("proposal") or {}
    decision, keep = str(proposal.get("decision") or ""), str(doing.typed.get("keep") or "")
    return {
        "code": case.dossier.code or case.raw["reference"],
        "owner": case.raw["owner"]["name"],
        "decision": t(f"case.decision.{decision}") if has(f"case.decision.{decision}") else "",
        "by": (proposal.get("by") or {}).get("name") or "",
        "keep": t(f"case.keep.{keep}") if has(f"case.keep.{keep}") else "",
    }
