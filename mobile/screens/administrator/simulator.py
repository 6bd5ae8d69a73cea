"""Trying a deadline out before anybody is promised it: when it would be due, by which steps, over which days off."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import clock_time, day_of
from mobile.i18n.names import said, weekday_moment
from mobile.screens.administrator.days import MARKS, line_of_days
from mobile.screens.administrator.draft_parts import use_draft, waiting
from mobile.state.editing import OpenDraft
from mobile.state.trial import Moment, Trial, first_trial, line_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, notice_box, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.form.group import Filled, GroupView
from shared_models.clock import CITY_ZONE, from_wire
from shared_models.errors import DomainError, Invalid, NotFound

Json = dict[str, Any]
MOST_SUPPLEMENTS = 3


@screen
def SimulatorView() -> ft.View:
    """`/drafts/<version id>/simulator`."""
    version_id, draft = use_draft()
    route = ft.use_view_path() or f"/drafts/{version_id}/simulator"
    back = f"/drafts/{version_id}"
    if not isinstance(draft, OpenDraft):
        return framed(Frame(route=route, title=t("simulator.title"), back=back, body=[waiting(draft)]))
    body = [
        text(said(draft.procedure["name"]), Style.TITLE_MEDIUM),
        text(t("simulator.about"), Style.BODY_MEDIUM, quiet=True),
        Simulator(draft.procedure, key=f"simulator-{version_id}"),
    ]
    return framed(Frame(route=route, title=t("simulator.title"), back=back, body=body))


@safely
def Simulator(procedure: Json) -> ft.Control:
    """Asks for a receipt and supplements; shows what comes of them."""
    app = current_app()
    trial, set_trial = ft.use_state(first_trial(app.services.api.now()))
    nothing: Any = None
    outcome, set_outcome = ft.use_state(nothing)

    async def answer(name: str, value: Any) -> None:
        set_trial(lambda old: old.answered(name, value))
        set_outcome(lambda _: None)

    async def try_out() -> None:
        found = await simulate(procedure, trial)
        set_outcome(lambda _: found)

    def more() -> None:
        set_trial(lambda old: replace(old, supplements=(*old.supplements, (Moment(), Moment()))))
        set_outcome(lambda _: None)

    def fewer() -> None:
        set_trial(lambda old: replace(old, supplements=old.supplements[:-1]))
        set_outcome(lambda _: None)

    faults = outcome if isinstance(outcome, Invalid) else None
    form = trial_form(trial)
    filled = Filled(form, trial_values(trial), {}, {}, faults.fields if faults else {}, answer, "trial")
    buttons: list[ft.Control] = []
    if len(trial.supplements) < MOST_SUPPLEMENTS:
        buttons.append(link_button("trial.more", t("simulator.more"), action(more), icon=ft.Icons.ADD))
    if trial.supplements:
        buttons.append(link_button("trial.fewer", t("simulator.fewer"), action(fewer), icon=ft.Icons.REMOVE))
    go = second_button("trial.go", t("simulator.go"), action(try_out), icon=ft.Icons.EVENT_AVAILABLE)
    controls = [
        GroupView(filled, form["layout"][0], key="trial-form"),
        ft.Row(wrap=True, controls=buttons),
        ft.Row(wrap=True, controls=[go]),
        *outcome_body(outcome),
    ]
    return card(ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls))


async def simulate(procedure: Json, trial: Trial) -> Any:
    """`{due_at, steps, days}`, or the DomainError that says why not."""
    desk = current_app().services.catalogue_desk
    try:
        found = await desk.simulate(trial.on_the_wire(procedure))
        years = {from_wire(step["at"]).astimezone(CITY_ZONE).year for step in found["steps"]}
        rows: dict[str, Json] = {}
        for year in range(min(years), max(years) + 1):
            try:
                rows |= {row["day"]: row for row in (await desk.year(year))["days"]}
            except NotFound:
                continue  # a year of which nobody has entered anything has no names to show
    except Invalid as error:
        fields = {
            path.replace("received_at", "received.day").replace("_at", ".day"): codes
            for path, codes in error.fields.items()
        }
        return Invalid(error.code, fields)
    except DomainError as error:
        return error
    return {**found, "days": rows}


def trial_form(trial: Trial) -> Json:
    """The questions of the simulator, as a form like any other."""
    names: list[tuple[str, str, str]] = [
        ("received.day", t("simulator.received_day"), "date"),
        ("received.time", t("simulator.received_time"), "text"),
        ("channel", t("simulator.channel"), "radio"),
    ]
    for place in range(len(trial.supplements)):
        for side in ("asked", "answered"):
            stem = f"supplements.{place}.{side}"
            number = place + 1
            names.append((f"{stem}.day", t(f"simulator.{side}_day", number=number), "date"))
            names.append((f"{stem}.time", t(f"simulator.{side}_time", number=number), "text"))
    ways = {way: t(f"simulator.channel.{way}") for way in ("online", "direct", "post")}
    properties = {
        name: {"type": "string", "format": "date"}
        if widget == "date"
        else {"type": "string", "enum": list(ways)}
        if widget == "radio"
        else {"type": "string"}
        for name, _, widget in names
    }
    fields = [
        {"name": name, "label": label, "hint": None, "widget": widget, "options": ways if widget == "radio" else None}
        for name, label, widget in names
    ]
    required = [name for name in properties if ".answered." not in name]
    return {"schema": {"properties": properties, "required": required}, "layout": [{"key": "trial", "fields": fields}]}


def trial_values(trial: Trial) -> Json:
    values = {"received.day": trial.received.day, "received.time": trial.received.time, "channel": trial.channel}
    for place, pair in enumerate(trial.supplements):
        for side, moment in zip(("asked", "answered"), pair, strict=True):
            values |= {
                f"supplements.{place}.{side}.day": moment.day,
                f"supplements.{place}.{side}.time": moment.time,
            }
    return {name: value for name, value in values.items() if value}


def outcome_body(outcome: Any) -> list[ft.Control]:
    """The steps in order, and the line of days; or why there is no date."""
    look = current_app().look
    if outcome is None or isinstance(outcome, Invalid):
        return []
    if isinstance(outcome, DomainError):
        known = outcome.code == "calendar.unknown_year"
        words = t("simulator.unknown_year", year=outcome.params.get("year", "")) if known else error_text(outcome.code)
        return [notice_box(words, ft.Icons.EVENT_BUSY, look.warning)]
    due = outcome["due_at"]
    now = current_app().services.clock.now()
    title = t("simulator.no_date")
    if due:
        at = from_wire(due)
        title = t("simulator.due", day=weekday_moment(at, now), time=clock_time(at))
    steps = [_step(step, place) for place, step in enumerate(outcome["steps"])]
    return [
        ft.Semantics(identifier="trial.due", live_region=True, content=heading(title, Style.TITLE_LARGE)),
        ft.Column(spacing=theme.SPACE_S, controls=steps),
        line_of_days(line_of(outcome["steps"], outcome["days"])),
    ]


def _step(step: Json, place: int) -> ft.Control:
    look = current_app().look
    at = from_wire(step["at"])
    words = t(f"simulator.step.{step['what']}")
    when = t("simulator.at", day=day_of(at), time=clock_time(at))
    return ft.Row(
        key=f"step-{place}",
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            glyph(MARKS[step["what"]], color=look.primary, size=20),
            ft.Container(expand=True, content=text(f"{when}: {words}", Style.BODY_LARGE)),
        ],
    )
