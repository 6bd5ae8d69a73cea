"""Amounts in large type stay on one line, however large the text and however narrow the phone."""

import flet as ft
import pytest

from mobile.i18n.names import money
from mobile.theme import theme
from tests.support.phone_paying import ORDER, Cashier, an_order, at
from tests.support.phone_screens import run

LEFT_OVER_PX = 2 * (16 + 16)
"""The edges of the page and of the card."""

WIDEST_SIGN = {"digit": 0.575, "point": 0.275}
"""Of Roboto's medium weight, in its size; measured in the font."""


def drawn_px(shown: ft.Text, text_size: int) -> float:
    assert shown.theme_style is not None
    styles = theme(is_dark=False, text_size=text_size).text_theme
    style = getattr(styles, shown.theme_style.value.replace("S", "_s").replace("M", "_m").replace("L", "_l").lower())
    return float(sum(WIDEST_SIGN["digit" if sign.isalnum() else "point"] for sign in str(shown.value)) * style.size)


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("text_size", [100, 150, 200])
@pytest.mark.parametrize("amount", [0, 115_000, 12_500_000, 123_456_789])
def test_an_amount_is_never_broken_in_two(amount: int, text_size: int, width: int) -> None:
    async def story() -> None:
        till = Cashier(an_order(amount=amount))
        phone, screen, _ = await at(f"/orders/{ORDER}", till, width=width)
        await phone.app.choices.change_settings({"text_size": text_size})
        await screen.settle(20)
        texts = [one for one in screen.controls() if isinstance(one, ft.Text) and one.value == money(amount)]
        largest = max(drawn_px(one, text_size) for one in texts)
        assert largest <= width - LEFT_OVER_PX

    run(story)


def test_what_fits_is_as_large_as_it_was_drawn() -> None:
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}", Cashier(an_order(amount=1_234_567_890)))
        assert ft.TextThemeStyle.DISPLAY_SMALL in {
            one.theme_style for one in screen.controls() if isinstance(one, ft.Text)
        }

    run(story)
