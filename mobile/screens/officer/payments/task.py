"""One task: what we know beside what the gateway says, and the ways to settle it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import money, said, word
from mobile.screens.officer.payments.sections import not_read
from mobile.state.paying_back import PayingBack, paying_back, ways_left
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, has_large_text, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with
from mobile.ui.hooks import Loaded, use_async
from shared_models.clock import from_wire

Json = dict[str, Any]
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A task as it was read, what is typed about it, and what is asked before it is settled."""

    loading: object
    note: str
    on_note: Callable[[Any], Any]
    ask: Callable[[str], None]

    @property
    def task(self) -> Json | None:
        return self.loading.value if isinstance(self.loading, Loaded) else None


def use_task(task_id: str) -> ReadTask:
    """Reading it, and settling it once however often the button is pressed."""
    app = current_app()
    desk = app.services.payments_desk
    turn, set_turn = ft.use_state(0)
    # Beside the list the same part shows one task after the other: what was typed about one is not said of the next.
    typed, set_typed = ft.use_state((task_id, ""))
    note = typed[1] if typed[0] == task_id else ""
    question = use_question()
    held: Any = ft.use_ref(None)
    loading = use_async(lambda: desk.task(task_id), [task_id, turn])

    async def settle(way: str, back: PayingBack | None) -> None:
        if held.current is None or held.current[:2] != (task_id, way):
            held.current = (task_id, way, desk.new_id("act"))
        asked: Json = {"id": held.current[2], "way": way, "note": note.strip()}
        await desk.settle(task_id, {**asked, **(back.confirmed if back else {})})
        set_turn(turn + 1)
        app.say(f"{back.words}.said" if back else "collect.settled")

    def ask(way: str) -> None:
        if len(note.strip()) < SHORTEST:
            app.say("collect.note_short")
            return
        back = paying_back(loading.value, way) if isinstance(loading, Loaded) else None

        async def yes() -> None:
            await settle(way, back)

        words, params = (back.words, {}) if back else ("collect.settle", {"way": t(f"collect.way.{way}")})
        question(Question(words, yes, danger=False, params=params))

    def type_note(event: Any) -> None:
        set_typed((task_id, str(event.control.value or "")))

    return ReadTask(loading, note, type_note, ask)


def task_body(read: ReadTask) -> list[ft.Control]:
    task = read.task
    if task is None:
        return not_read(read.loading)
    why = word("collect.why", task["kind"])
    body: list[ft.Control] = [text(why, Style.BODY_LARGE)] if why else []
    sides = [_ours(task), _theirs(task)]
    body += [_beside(sides)] if current_app().services.app_state.is_wide and not has_large_text() else sides
    if task["order"] is not None:
        go = action(current_app().go, f"/collect/orders/{task['order']['id']}")
        icon = ft.Icons.RECEIPT_LONG_OUTLINED
        body.append(ft.Row(controls=[link_button("collect.to_order", t("collect.to_order"), go, icon=icon)]))
    return [*body, *(_settling(read, task) if task["state"] == "open" else _settled(task))]


def _ours(task: Json) -> ft.Control:
    now = current_app().services.clock.now()
    order, attempt = task["order"], task["attempt"]
    rows: list[tuple[str, str]] = []
    if order is not None:
        rows += [
            (t("collect.reference"), order["reference"]),
            (t("collect.procedure"), said(order["title"])),
            (t("collect.payer"), task["payer"] or ""),
            (t("collect.amount"), money(order["amount"])),
            (t("collect.state"), word("collect.order", order["state"], order["state"])),
        ]
    if attempt is not None:
        rows.append((t("collect.code"), str(attempt["code"])))
        rows.append((t("collect.attempt"), word("collect.attempt_is", attempt["state"], attempt["state"])))
        if attempt["ended_at"]:
            rows.append((t("collect.at"), moment_text(from_wire(attempt["ended_at"]), now)))
    return _side("collect.ours", rows or [("", t("collect.ours_nothing"))])


def _theirs(task: Json) -> ft.Control:
    now, row = current_app().services.clock.now(), task["row"]
    rows = [(t("collect.gateway"), word("pay.way", task["gateway"], task["gateway"]))]
    if row is not None:
        rows += [(t("collect.amount"), money(row["amount"])), (t("collect.provider_ref"), row["provider_ref"])]
        rows += [(t("collect.code"), str(row["code"]))] if row["code"] else []
        rows += [(t("collect.at"), moment_text(from_wire(row["at"]), now))] if row["at"] else []
        rows += [(t("collect.text"), row["text"])] if row["text"] else []
        rows.append((t("collect.row"), t("collect.row_line", line=row["line"])))
    else:
        if task["kind"] != "missing_at_gateway":
            rows.append((t("collect.amount"), money(task["amount"])))
        if task["provider_ref"]:
            rows.append((t("collect.provider_ref"), task["provider_ref"]))
        rows.append(("", t("collect.theirs_nothing")))
    if task["day"]:
        rows.append((t("collect.day"), "/".join(reversed(task["day"].split("-")))))
    return _side("collect.theirs", rows)


def _beside(sides: list[ft.Control]) -> ft.Control:
    """Line beside line: both begin at the same height."""
    for side in sides:
        side.expand = 1
    return ft.Row(spacing=12, vertical_alignment=ft.CrossAxisAlignment.START, controls=sides)


def _side(key: str, rows: list[tuple[str, str]]) -> ft.Control:
    return card(
        ft.Column(
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[heading(t(key), Style.TITLE_MEDIUM), facts(rows)],
        )
    )


def _settling(read: ReadTask, task: Json) -> list[ft.Control]:
    app = current_app()
    if not task["ways"]:
        return [notice_box(t("collect.by_doing"), ft.Icons.INFO_OUTLINE, app.look.neutral)]
    box = ft.TextField(
        value=read.note,
        label=t("collect.note"),
        hint_text=t("collect.note_hint"),
        multiline=True,
        max_length=500,
        counter="",
        on_change=action_with(read.on_note),
    )
    can_count = task["attempt"] is not None and task["row"] is not None
    ways = [way for way in ways_left(task) if way != "count" or can_count]
    lines: list[ft.Control] = []
    for place, way in enumerate(ways):
        back = paying_back(task, way)
        label = t(f"{back.words}.label") if back else t(f"collect.way.{way}")
        means = t(f"{back.words}.means") if back else t(f"collect.way_means.{way}")
        kind = primary_button if place == 0 else second_button
        button = kind(f"collect.way.{way}", label, action(read.ask, way))
        # As wide as a thumb needs on a phone, as its words on a wide screen.
        lines.append(ft.Row(key=f"way-{way}", controls=[button]) if app.services.app_state.is_wide else button)
        lines.append(text(means, Style.BODY_MEDIUM, quiet=True))
    note = ft.Container(padding=ft.Padding.only(top=8), content=text_field("collect.note", box))
    return [*_proposed(task), heading(t("collect.settling"), Style.TITLE_LARGE), note, *lines]


def _proposed(task: Json) -> list[ft.Control]:
    """What waits for a second person, and that it does."""
    proposed, now = task["proposed"], current_app().services.clock.now()
    if proposed is None:
        return []
    who = f"{proposed['by']} · {moment_text(from_wire(proposed['at']), now)}"
    told = _side("collect.is_proposed", [(t("collect.proposed_by"), who), (t("collect.note"), proposed["note"])])
    if task["may_confirm"]:
        return [told]
    return [told, notice_box(t("collect.waits_second"), ft.Icons.HOURGLASS_EMPTY, current_app().look.neutral)]


def _settled(task: Json) -> list[ft.Control]:
    settled, now = task["settled"], current_app().services.clock.now()
    who = f"{settled['by']} · {moment_text(from_wire(settled['at']), now)}"
    rows = [
        (t("collect.settled_as"), word("collect.way", settled["way"], settled["way"])),
        (t("collect.settled_by"), who),
        (t("collect.note"), settled["note"]),
    ]
    if task["proposed"] is not None and task["proposed"]["way"] == settled["way"]:
        rows.insert(1, (t("collect.proposed_by"), task["proposed"]["by"]))
    return [_side("collect.is_settled", rows)]
