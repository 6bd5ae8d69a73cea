"""Contrast (WCAG 2.2, 1.4.3: 4.5 to 1 for text) of every pair of colours that the tokens offer."""

import pytest

from mobile.theme import DARK, LIGHT, OTHER_LOOK, TYPE_LOOKS, Tokens, theme
from shared_models.credential.types import LICENCE_TYPES

AA_TEXT, AA_SHAPE = 4.5, 3.0


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_pairs(look: Tokens) -> dict[str, tuple[str, str]]:
    pairs = {
        "text on page": (look.text, look.page),
        "text on card": (look.text, look.card),
        "quiet on page": (look.text_quiet, look.page),
        "quiet on card": (look.text_quiet, look.card),
        "primary on page": (look.primary, look.page),
        "primary on card": (look.primary, look.card),
        "on primary": (look.on_primary, look.primary),
        "on soft": (look.on_primary_soft, look.primary_soft),
        "message": (look.page, look.text),
        "identity": (look.identity_text, look.identity_from),
        "identity quiet": (look.identity_quiet, look.identity_from),
        "identity gold": (look.identity_gold, look.identity_from),
        "qr": (look.qr_text, look.qr_paper),
        "qr quiet": (look.qr_quiet, look.qr_paper),
    }
    for name in ("valid", "warning", "danger", "neutral"):
        tone = getattr(look, name)
        pairs[f"{name} chip"] = (tone.on_soft, tone.soft)
        pairs[f"{name} on card"] = (tone.strong, tone.card if hasattr(tone, "card") else look.card)
    return pairs


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable(look: Tokens):
    weak = {name: contrast(*pair) for name, pair in text_pairs(look).items() if contrast(*pair) < AA_TEXT}
    assert weak == {}


def test_every_licence_type_has_a_look_whose_icon_is_seen():
    assert {kind.key for kind in LICENCE_TYPES} == set(TYPE_LOOKS)
    for look in (*TYPE_LOOKS.values(), OTHER_LOOK):
        assert contrast(look.ink, look.tint) >= AA_SHAPE
        assert contrast(look.ink_dark, look.tint_dark) >= AA_SHAPE


def test_text_size_scales_every_style_alike():
    plain, double = theme(is_dark=False, text_size=100).text_theme, theme(is_dark=False, text_size=200).text_theme
    for name in ("headline_medium", "title_large", "body_large", "body_small", "label_large"):
        assert getattr(double, name).size == getattr(plain, name).size * 2
