"""Biên bản: what was found at the visit. Kept at every change, so that nothing is lost when the app dies."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.safe_text import safe
from mobile.screens.inspector.checklists import lines_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import (
    Style,
    card,
    empty,
    facts,
    glyph,
    has_large_text,
    heading,
    side_by_side,
    text,
)
from mobile.ui.components.buttons import BUTTON_PADDING, Handler, button_height, primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.licence_card import type_name
from mobile.ui.components.text_field import text_field
from mobile.ui.components.verdicts import verdict_icon, verdict_tone
from mobile.ui.errors import action, action_with, safely, screen
from mobile.ui.hooks import Failed, Loading, use_async, use_observed
from mobile.ui.leaving import Leaving, use_leaving
from shared_models.errors import DomainError

Held = Any
NOTE_LIMIT = 1000
MARKS = (
    ("pass", ft.Icons.CHECK_CIRCLE_OUTLINE),
    ("fail", ft.Icons.CANCEL_OUTLINED),
    ("not_checked", ft.Icons.REMOVE_CIRCLE_OUTLINE),
)
RESULTS = (("in_order", ft.Icons.CHECK_CIRCLE), ("violation", ft.Icons.REPORT))


@screen
def RecordView() -> ft.View:
    """`/records/<scan id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    scan_id = ft.use_route_params().get("scan_id", "")
    leaving = use_leaving("record.leave")

    async def fetch() -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        scan = await app.services.queue.scan_of(scan_id)
        return scan, await app.services.queue.draft(scan_id) if scan else None

    answer = use_async(fetch, [scan_id])
    route = ft.use_view_path() or "/"
    if isinstance(answer, Loading):
        return framed(Frame(route=route, title=t("record.title"), body=[text(t("record.loading"), quiet=True)]))
    if isinstance(answer, Failed):
        failed = empty(ft.Icons.ERROR_OUTLINE, t("record.unavailable"), error_text(answer.code))
        return framed(Frame(route=route, title=t("record.title"), body=[failed]))
    if answer.value[0] is None:
        gone = empty(ft.Icons.SEARCH_OFF, t("record.gone"), t("record.gone_body"))
        return framed(Frame(route=route, title=t("record.title"), body=[gone]))
    scan, draft = answer.value
    form = RecordForm(scan, draft, leaving, key=f"form-{scan_id}")
    return framed(Frame(route=route, title=t("record.title"), body=[form], leave=leaving.to))


@safely
def RecordForm(scan: dict[str, Any], begun: dict[str, Any], leaving: Leaving) -> ft.Control:
    """The form itself; `begun` is the draft as it was stored, whose id the record keeps."""
    app = current_app()
    claims = (scan.get("verdict") or {}).get("claims") or {}
    draft, set_draft = ft.use_state(begun)
    problem, set_problem = ft.use_state("")
    unkept, set_unkept = ft.use_state("")
    latest: Held = ft.use_ref(lambda: dict(begun))  # quick fingers do not wait for the next drawing
    saved: Held = ft.use_ref(False)

    async def change(**parts: Any) -> None:
        latest.current = fresh = {**latest.current, **parts}
        set_draft(lambda _: fresh)
        await keep(fresh)

    async def keep(fresh: dict[str, Any]) -> None:
        try:
            await app.services.queue.keep_draft(fresh)
            set_unkept("")
            await leaving.note(False)
        except DomainError as error:
            set_unkept(t("record.not_kept", cause=error_text(error.code)))
            await leaving.note(True)

    async def mark(key: str, state: str) -> None:
        marks = {line["key"]: line["state"] for line in latest.current["checklist"]} | {key: state}
        await change(checklist=[{"key": name, "state": value} for name, value in marks.items()])

    async def choose(result: str) -> None:
        set_problem("")
        await change(result=result)

    async def note(event: Any) -> None:
        # Kept but not drawn: drawing a field anew while somebody types into it can swallow a letter.
        latest.current = {**latest.current, "note": safe(event.control.value)[:NOTE_LIMIT]}
        await keep(latest.current)

    async def save() -> None:
        if not latest.current["result"]:
            set_problem(t("record.choose_result"))
        elif not saved.current:  # not the second tap of a double tap
            saved.current = True
            saved.current = await finish(latest.current, scan, set_problem, leaving)

    marks = {line["key"]: line["state"] for line in draft["checklist"]}
    return ft.Column(
        spacing=theme.SPACE_M,
        controls=[
            _read_licence(scan, claims),
            heading(t("record.checklist"), Style.TITLE_MEDIUM),
            *(_line(key, marks.get(key), mark) for key in lines_of(claims.get("type"))),
            heading(t("record.result"), Style.TITLE_MEDIUM),
            _results(draft["result"], choose),
            _note(latest.current["note"], action_with(note)),
            _problem(problem or unkept),
            _save(action(save)),
            text(t("record.save_body"), Style.BODY_MEDIUM, quiet=True),
        ],
    )


def _problem(problem: str) -> ft.Control:
    words = text(problem, Style.BODY_MEDIUM, color=current_app().look.danger.strong)
    return ft.Semantics(identifier="record.problem", live_region=True, content=words)


def _save(on_click: Handler) -> ft.Control:
    save = primary_button("record.save", t("record.save"), on_click, icon=ft.Icons.SAVE, expand=True)
    return ft.Row(controls=[save])


async def finish(draft: dict[str, Any], scan: dict[str, Any], complain: Any, leaving: Leaving) -> bool:
    """Put the record into the queue, go there and start sending; False when it could not be kept, and why was said."""
    app = current_app()
    try:
        await app.services.queue.add_inspection(await _with_place(draft), scan.get("verdict") or {})
    except DomainError as error:
        complain(t("record.not_saved", cause=error_text(error.code)))
        return False
    await app.rounds.queue_changed()
    app.say("record.saved")
    await leaving.note(False)
    await leaving.to("/queue")
    await app.rounds.send_queue()
    return True


async def _with_place(draft: dict[str, Any]) -> dict[str, Any]:
    """Add where the phone is, if it may know; a record without a place is still a record."""
    try:
        place = await current_app().services.web.call("place.get")
    except DomainError:
        place = None
    return {**draft, "place": place}


def _read_licence(scan: dict[str, Any], claims: dict[str, Any]) -> ft.Control:
    look = current_app().look
    outcome = scan["record"]["outcome"]
    tone = verdict_tone(outcome, look)
    rows = [
        (t("record.holder"), str(claims.get("holder") or t("scan.unknown_holder"))),
        (t("record.type"), type_name(str(claims.get("type") or "unknown"))),
        (t("licence.number"), str(claims.get("number") or "–")),
    ]
    if claims.get("place"):
        rows.append((t("record.place"), str(claims["place"])))
    return card(
        ft.Column(
            spacing=12,
            controls=[
                ft.Row(
                    spacing=10,
                    controls=[
                        glyph(verdict_icon(outcome), color=tone.strong),
                        ft.Container(
                            expand=True, content=text(t(f"verdict.{outcome}"), Style.TITLE_MEDIUM, color=tone.strong)
                        ),
                    ],
                ),
                facts(rows),
            ],
        )
    )


def _line(key: str, state: str | None, mark: Any) -> ft.Control:
    """One row of the checklist: three large targets under the question."""
    return ft.Container(
        key=f"line-{key}",
        content=card(
            ft.Column(
                spacing=10,
                controls=[
                    text(t(f"checklist.{key}"), Style.BODY_LARGE),
                    side_by_side(
                        [
                            _option(
                                f"check.{key}.{name}",
                                t(f"record.mark.{name}"),
                                icon,
                                action(mark, key, name),
                                state == name,
                                name,
                            )
                            for name, icon in MARKS
                        ],
                        spacing=8,
                    ),
                ],
            ),
            padding=14,
        ),
    )


def _results(result: str | None, choose: Any) -> ft.Control:
    return side_by_side(
        [
            _option(f"record.{name}", t(f"record.result.{name}"), icon, action(choose, name), result == name, name)
            for name, icon in RESULTS
        ],
        spacing=8,
    )


def _option(identifier: str, label: str, icon: ft.IconData, on_click: Handler, is_on: bool, kind: str) -> ft.Control:
    look = current_app().look
    tones = {"pass": look.valid, "in_order": look.valid, "fail": look.danger, "violation": look.danger}
    tone = tones.get(kind, look.neutral)
    ink = tone.on_soft if is_on else look.text_quiet
    return ft.Semantics(
        key=identifier,
        identifier=identifier,
        button=True,
        selected=is_on,
        label=label,
        content=ft.Container(
            height=button_height(),
            padding=BUTTON_PADDING if has_large_text() else None,
            border_radius=theme.RADIUS_FIELD,
            bgcolor=tone.soft if is_on else None,
            border=ft.Border.all(2 if is_on else 1, tone.strong if is_on else look.line),
            ink=True,
            on_click=on_click,
            alignment=ft.Alignment.CENTER,
            content=ft.Semantics(
                exclude_semantics=True,
                content=ft.Row(
                    tight=True,
                    spacing=6,
                    controls=[glyph(icon, size=20, color=ink), text(label, Style.TITLE_SMALL, color=ink)],
                ),
            ),
        ),
    )


def _note(note: str, on_change: Handler) -> ft.Control:
    return text_field(
        "record.note",
        ft.TextField(
            label=t("record.note"),
            hint_text=t("record.note_hint"),
            value=note,
            multiline=True,
            min_lines=3,
            max_lines=8,
            max_length=NOTE_LIMIT,
            on_change=on_change,
        ),
    )
