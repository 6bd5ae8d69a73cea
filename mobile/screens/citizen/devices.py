"""The phones that hold this person's licences; a lost one is blocked here."""

from collections.abc import Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import moment_text
from mobile.state.records import Device
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, has_large_text, text
from mobile.ui.components.buttons import second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Failed, Loading, use_async, use_observed


@screen
def DevicesView() -> ft.View:
    """`/me/devices`."""
    app = current_app()
    use_observed(app.services.app_state)
    tries, set_tries = ft.use_state(0)
    ask = use_question()

    async def fetch() -> list[Device]:
        return await app.services.devices.fetch(await app.services.wallet.device_id())

    answer = use_async(fetch, [tries])

    async def block(device: Device) -> None:
        await app.services.devices.block(device.id)
        app.say("device.blocked", label=device.label)
        set_tries(lambda count: count + 1)

    def ask_to_block(device: Device) -> None:
        async def yes() -> None:
            await block(device)

        ask(Question("block", yes))

    body: list[ft.Control] = [text(t("device.explain"), Style.BODY_MEDIUM, quiet=True)]
    if isinstance(answer, Loading):
        body.append(text(t("device.loading"), quiet=True))
    elif isinstance(answer, Failed):
        again = second_button("device.again", t("retry"), action(set_tries, tries + 1))
        body.append(empty(ft.Icons.CLOUD_OFF, t("device.unavailable"), error_text(answer.code), again))
    else:
        body += [_device(device, ask_to_block) for device in answer.value]
    return framed(Frame(route="/me/devices", title=t("me.devices"), back="/me", body=body))


def _device(device: Device, ask_to_block: Callable[[Device], None]) -> ft.Control:
    app = current_app()
    since = t("device.since", day=moment_text(device.created_at, app.services.clock.now()))
    words: list[ft.Control] = [text(device.label, Style.TITLE_MEDIUM), text(since, Style.BODY_MEDIUM, quiet=True)]
    top: list[ft.Control] = [
        glyph(ft.Icons.SMARTPHONE, color=app.look.primary, size=28),
        ft.Column(expand=True, tight=True, spacing=2, controls=words),
    ]
    if device.is_this:
        words.append(text(t("device.this"), Style.BODY_MEDIUM, color=app.look.valid.strong))
        return _device_card(device, top)
    block = second_button(f"device.block.{device.id}", t("device.block"), action(ask_to_block, device), danger=True)
    return _device_card(device, top, block)


def _device_card(device: Device, line: list[ft.Control], button: ft.Control | None = None) -> ft.Control:
    """The button stands at the end of the line, and below it where large text needs the width."""
    content: ft.Control = ft.Row(spacing=theme.SPACE_M, controls=line)
    if button is not None and has_large_text():
        stretch = ft.CrossAxisAlignment.STRETCH
        content = ft.Column(tight=True, spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=[content, button])
    elif button is not None:
        line.append(button)
    return ft.Container(key=f"device-{device.id}", content=card(content))
