"""The ways to answer a question: typing, choosing, and finding a commune."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.state.answers import date_to_type, typed_date
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import link_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.form.asking import Asked, question
from mobile.ui.form.options import option, options
from mobile.ui.form.sought import Sought
from mobile.ui.hooks import Loaded, use_async
from shared_models.text import nfc, search_key

MOST_FOUND = 6
DATES = {"date", "partial-date"}
KEYBOARDS = {
    "personal-id": ft.KeyboardType.NUMBER,
    "tax-code": ft.KeyboardType.NUMBER,
    "phone": ft.KeyboardType.PHONE,
    "email": ft.KeyboardType.EMAIL,
    "date": ft.KeyboardType.DATETIME,
    "partial-date": ft.KeyboardType.DATETIME,
}


@safely
def Typed(asked: Asked) -> ft.Control:
    """Text, numbers and dates. What is typed stays as it was typed; the answer is what it means."""
    typed, set_typed = ft.use_state(shown(asked))
    prop = asked.prop
    is_long = asked.field["widget"] == "long_text"

    async def changed(event: Any) -> None:
        set_typed(lambda _: event.control.value)
        await answer(asked, meaning(prop, event.control.value))

    control = ft.TextField(
        value=typed,
        hint_text=HINTS.get(prop.get("format", "")) and t(HINTS[prop["format"]]),
        keyboard_type=_keyboard(prop, is_long=is_long),
        multiline=is_long,
        min_lines=3 if is_long else None,
        max_lines=8 if is_long else None,
        max_length=prop.get("maxLength") if is_long else None,
        on_change=action_with(changed),
    )
    return question(asked, text_field(asked.identifier, control))


HINTS = {"date": "form.hint.date", "partial-date": "form.hint.partial_date"}


def _keyboard(prop: dict[str, Any], *, is_long: bool) -> ft.KeyboardType:
    if is_long:
        return ft.KeyboardType.MULTILINE
    if prop["type"] in {"integer", "number"}:
        return ft.KeyboardType.NUMBER
    return KEYBOARDS.get(prop.get("format", ""), ft.KeyboardType.TEXT)


def shown(asked: Asked) -> str:
    """An answer as one types it."""
    if asked.value is None:
        return ""
    if asked.prop.get("format") in DATES:
        return date_to_type(str(asked.value))
    value = str(asked.value)
    return value.replace(".", ",") if asked.prop["type"] == "number" else value


def meaning(prop: dict[str, Any], typed: str) -> Any:
    """What was typed as a value on the wire; what cannot be read stays a text, which the check refuses."""
    bare = " ".join(nfc(typed).split()) if "\n" not in typed else nfc(typed).strip()
    if not bare:
        return None
    if prop.get("format") in DATES:
        return typed_date(bare.replace(" ", ""), partial=prop["format"] == "partial-date")
    if prop.get("format") in {"phone", "personal-id", "tax-code"}:
        return bare.replace(" ", "").replace(".", "")
    return number_of(prop["type"], bare) if prop["type"] in {"integer", "number"} else bare


def number_of(kind: str, bare: str) -> Any:
    """`1.500` is fifteen hundred and `1,5` one and a half, as people here write."""
    plain = bare.replace(" ", "").replace(".", "").replace(",", ".")
    try:
        return int(plain) if kind == "integer" else float(plain)
    except ValueError:
        return bare


async def answer(asked: Asked, value: Any) -> None:
    result = asked.on_answer(asked.name, value)
    if result is not None:
        await result


def chosen(asked: Asked) -> ft.Control:
    """One of a few, or several of them when the answer is a list."""
    prop = asked.prop
    many = prop["type"] == "array"
    values = prop["items"]["enum"] if many else prop["enum"]
    have = list(asked.value or []) if many else [asked.value]

    async def choose(value: str) -> None:
        if not many:
            await answer(asked, value)
            return
        kept = [item for item in have if item != value]
        picked = kept if value in have else [*kept, value]
        await answer(asked, [item for item in values if item in picked] or None)

    rows = [
        option(
            f"{asked.identifier}.{value}",
            asked.words_of(value),
            action(choose, value),
            is_chosen=value in have,
            many=many,
        )
        for value in values
    ]
    return question(asked, options(rows))


def yes_or_no(asked: Asked) -> ft.Control:
    """Both answers are visible, so that none is given by not looking; a promise has only one."""
    if "const" in asked.prop:
        promise = action(answer, asked, None if asked.value is True else True)
        row = option(f"{asked.identifier}.true", asked.label, promise, is_chosen=asked.value is True, many=True)
        return question(asked, options([row]), shows_label=False)
    rows = [
        option(
            f"{asked.identifier}.{str(value).lower()}",
            asked.words_of(str(value).lower()) if asked.field.get("options") else t("form.yes" if value else "form.no"),
            action(answer, asked, value),
            is_chosen=asked.value is value,
        )
        for value in (True, False)
    ]
    return question(asked, options(rows))


@safely
def Commune(asked: Asked) -> ft.Control:
    """One of the city's communes, found by typing a part of its name."""
    query, set_query = ft.use_state("")
    list_ = use_async(current_app().services.catalogue.communes, [])
    places = list_.value if isinstance(list_, Loaded) else []
    name = next((place_name(place) for place in places if place["code"] == asked.value), asked.value)
    if asked.value:
        again = link_button(f"{asked.identifier}.again", t("form.change"), action(answer, asked, None))
        row = ft.Row(controls=[ft.Container(expand=True, content=text(str(name), Style.BODY_LARGE)), again])
        return question(asked, row)
    control = ft.TextField(
        value=query,
        hint_text=t("form.hint.commune"),
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(lambda event: set_query(lambda _: event.control.value)),
    )
    found = matching(places, query)
    rows = [
        option(
            f"{asked.identifier}.{place['code']}",
            place_name(place),
            action(answer, asked, place["code"]),
            is_chosen=False,
        )
        for place in found
    ]
    missing = [text(t("form.commune_none"), Style.BODY_MEDIUM, quiet=True)] if query and not found else []
    column = ft.Column(
        spacing=theme.SPACE_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[text_field(asked.identifier, control), *rows, *missing],
    )
    return question(asked, column)


def matching(places: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    words = search_key(query).split()
    if not words:
        return []
    return [place for place in places if all(word in search_key(place_name(place)) for word in words)][:MOST_FOUND]


def place_name(place: dict[str, Any]) -> str:
    return f"{place['kind']} {place['name']}"


def no_widget(asked: Asked) -> ft.Control:
    """A way to answer that this version does not know is answered as text."""
    return Typed(asked, key=f"{asked.scope}-{asked.name}")


WIDGETS: dict[str, Callable[[Asked], ft.Control]] = {
    "choice": chosen,
    "radio": chosen,
    "switch": yes_or_no,
    "commune": lambda asked: Commune(asked, key=f"{asked.scope}-{asked.name}"),
    "sought": lambda asked: Sought(asked, key=f"{asked.scope}-{asked.name}"),
}


def ask(asked: Asked) -> ft.Control:
    """The control of one question."""
    return WIDGETS.get(str(asked.field["widget"]), no_widget)(asked)
