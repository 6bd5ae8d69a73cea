"""The row of a paper: what it is, the file that is there, how its upload goes, or why it was refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import size_text
from mobile.state.draft import PickedFile
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, side_by_side, text
from mobile.ui.components.buttons import icon_button, second_button
from mobile.ui.errors import action


@dataclass(frozen=True, slots=True)
class Paper:
    """One component. `pick` takes whether to photograph; `under`: why it is wanted, or that it need not be given."""

    key: str
    name: str
    under: str
    file: PickedFile | None
    is_missing: bool
    pick: Callable[[bool], Awaitable[None]]
    drop: Callable[[], Awaitable[None]]


def paper_row(paper: Paper) -> ft.Control:
    lines: list[ft.Control] = [text(paper.name, Style.TITLE_MEDIUM)]
    if paper.under:
        lines.append(text(paper.under, Style.BODY_MEDIUM, quiet=True))
    if paper.file is not None:
        lines.append(_file(paper, paper.file))
    elif paper.is_missing:
        lines.append(_wrong(paper.key, t("papers.missing")))
    if paper.file is None or paper.file.state == "refused":
        photo = second_button(
            f"paper.{paper.key}.photo", t("papers.photo"), action(paper.pick, True), icon=ft.Icons.PHOTO_CAMERA
        )
        choose = second_button(
            f"paper.{paper.key}.choose", t("papers.choose"), action(paper.pick, False), icon=ft.Icons.UPLOAD_FILE
        )
        lines.append(side_by_side([photo, choose], spacing=theme.SPACE_S))
    column = ft.Column(spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)
    return ft.Container(key=f"paper-{paper.key}", content=card(column))


def _wrong(key: str, sentence: str) -> ft.Control:
    color = current_app().look.danger.strong
    row = ft.Row(
        spacing=theme.SPACE_S,
        controls=[
            glyph(ft.Icons.ERROR_OUTLINE, color=color, size=20),
            ft.Container(expand=True, content=text(sentence, Style.BODY_MEDIUM, color=color)),
        ],
    )
    return ft.Semantics(identifier=f"paper.{key}.fault", live_region=True, content=row)


def _file(paper: Paper, file: PickedFile) -> ft.Control:
    look = current_app().look
    if file.state == "refused":
        return ft.Column(
            spacing=4,
            controls=[
                text(file.name, Style.BODY_MEDIUM, lines=1),
                _wrong(paper.key, error_text(file.code or "file.damaged")),
            ],
        )
    is_there = file.state == "checked"
    icon = ft.Icons.CHECK_CIRCLE if is_there else ft.Icons.INSERT_DRIVE_FILE_OUTLINED
    words: list[ft.Control] = [
        text(file.name, Style.BODY_LARGE, lines=1),
        text(_how(file), Style.BODY_MEDIUM, quiet=True),
    ]
    sent = current_app().services.dossiers_state.sent_bytes.get(file.id, 0)
    if not is_there and 0 < sent < file.size:
        words.append(ft.ProgressBar(value=sent / file.size, color=look.primary, bgcolor=look.line, bar_height=4))
    remove = icon_button(f"paper.{paper.key}.remove", ft.Icons.CLOSE, t("papers.remove"), action(paper.drop))
    return ft.Semantics(
        identifier=f"paper.{paper.key}.file",
        container=True,
        content=ft.Row(
            spacing=10,
            controls=[
                glyph(icon, color=look.valid.strong if is_there else look.text_quiet),
                ft.Column(expand=True, tight=True, spacing=2, controls=words),
                remove,
            ],
        ),
    )


def _how(file: PickedFile) -> str:
    """Its size, and where it is."""
    sent = current_app().services.dossiers_state.sent_bytes.get(file.id, 0)
    if file.state == "checked":
        return t("papers.checked", size=size_text(file.size))
    if 0 < sent < file.size:
        return t("papers.sending", size=size_text(file.size), percent=100 * sent // file.size)
    return t("papers.waiting", size=size_text(file.size))
