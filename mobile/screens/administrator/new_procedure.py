"""A procedure that was not there: its code, its name and the day from which it holds; the rest is its draft's."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.administrator.version import day_typed
from mobile.state.answers import date_to_type
from mobile.state.editor_rules import first_version
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.form.group import Filled, GroupView
from mobile.ui.hooks import use_async, use_observed
from shared_models.errors import Invalid

Json = dict[str, Any]
NAMES = ("code", "name.vi", "name.en", "field", "day")


@screen
def NewProcedureView() -> ft.View:
    """`/new`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    use_async(app.editing.know_terms, [])
    values, set_values = ft.use_state(dict[str, Any]())
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    busy, set_busy = ft.use_state(False)

    async def answer(name: str, value: Any) -> None:
        set_values(lambda old: {**old, name: value})
        set_faults(lambda old: {path: codes for path, codes in old.items() if path != name})

    async def begin() -> None:
        missing: dict[str, list[str]] = {name: ["field.required"] for name in NAMES if not values.get(name)}
        if missing:
            set_faults(lambda _: missing)
            return
        set_busy(True)
        try:
            app.go(f"/drafts/{await app.editing.begin_new(_procedure(values))}")
        except Invalid as error:
            wrong = {NAMED.get(path, path): codes for path, codes in error.fields.items()}
            set_faults(lambda _: wrong)
            if not wrong:
                raise
        finally:
            set_busy(False)

    fields = {key: said(name) for key, name in state.terms.fields.items()} if state.terms else {}
    form = new_form(fields)
    filled = Filled(form, {k: v for k, v in values.items() if v}, {}, {}, faults, answer, "new")
    button = primary_button("new.begin", t("new.begin"), action(begin), icon=ft.Icons.EDIT_NOTE, busy=busy, expand=True)
    body = [text(t("new.body"), Style.BODY_LARGE, quiet=True), GroupView(filled, form["layout"][0], key="new-form")]
    return framed(Frame(route="/new", title=t("catalogue.new"), body=body, footer=ft.Row(controls=[button])))


# What the server finds wrong with the procedure, at the question that it came from.
NAMED = {"procedure.code": "code", "procedure.id": "code", "procedure.effective_from": "day"}


def _procedure(values: Json) -> Json:
    """Raises Invalid `date.impossible`."""
    app = current_app()
    terms = app.services.editing_state.terms
    key = str(values["field"])
    named = terms.fields.get(key) if terms else None
    field = {"key": key, "name": named or {"vi": key, "en": key}}
    name = {"vi": values["name.vi"], "en": values["name.en"]}
    on = day_typed(date_to_type(str(values["day"])))
    template = terms.templates[0] if terms and terms.templates else key
    return first_version(str(values["code"]), on, name, field, template)


def new_form(fields: dict[str, str]) -> Json:
    asked: list[tuple[str, str, str, Json]] = [
        ("code", t("new.code"), "text", {"type": "string"}),
        ("name.vi", t("edit.name_vi"), "text", {"type": "string"}),
        ("name.en", t("edit.name_en"), "text", {"type": "string"}),
        ("field", t("edit.field"), "sought", {"type": "string", "enum": list(fields)}),
        ("day", t("version.from_day"), "date", {"type": "string", "format": "date"}),
    ]
    layout = [
        {
            "name": name,
            "label": label,
            "hint": t("new.code_hint") if name == "code" else None,
            "widget": widget,
            "options": fields if widget == "sought" else None,
            "free": widget == "sought",
        }
        for name, label, widget, _ in asked
    ]
    properties = {name: rule for name, _, _, rule in asked}
    return {"schema": {"properties": properties, "required": list(NAMES)}, "layout": [{"key": "new", "fields": layout}]}
