"""Colours, sizes and type: the only place in the app that knows a colour or a measure of the design.

Status colours mean status and nothing else. Every pair here holds WCAG AA (tests/unit/mobile computes the contrast).
"""

from dataclasses import dataclass

import flet as ft

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 16, 24, 32
RADIUS_CARD, RADIUS_FIELD, RADIUS_PILL = 16, 12, 999
TOUCH = 48
CONTENT_WIDTH, LIST_WIDTH, FORM_WIDTH = 720, 440, 440
FONT = "Roboto"
SEED = "#0B5C9E"


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour on the page, and the quiet pair for a chip."""

    strong: str
    soft: str
    on_soft: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What components may paint with, beside the Material roles of the scheme."""

    is_dark: bool
    page: str
    card: str
    line: str
    text: str
    text_quiet: str
    primary: str
    on_primary: str
    primary_soft: str
    on_primary_soft: str
    valid: Tone
    warning: Tone
    danger: Tone
    neutral: Tone
    identity_from: str = "#0B5C9E"
    identity_to: str = "#083F6E"
    identity_text: str = "#FFFFFF"
    identity_quiet: str = "#D5E4F2"
    identity_gold: str = "#FAD28A"
    qr_paper: str = "#FFFFFF"
    qr_text: str = "#14181F"
    qr_quiet: str = "#4A525D"
    qr_ring: str = "#0B5C9E"
    qr_track: str = "#DCE3EC"


LIGHT = Tokens(
    is_dark=False,
    page="#F6F8FC",
    card="#FFFFFF",
    line="#E1E6EE",
    text="#14181F",
    text_quiet="#5B6470",
    primary="#0B5C9E",
    on_primary="#FFFFFF",
    primary_soft="#D9E8F6",
    on_primary_soft="#073D6B",
    valid=Tone("#1B7A4B", "#E0F2E8", "#12603A"),
    warning=Tone("#B25E00", "#FDECD6", "#8A4900"),
    danger=Tone("#B3261E", "#FBE4E2", "#8F1D17"),
    neutral=Tone("#5B6470", "#E9ECF1", "#454D58"),
)
DARK = Tokens(
    is_dark=True,
    page="#101419",
    card="#1A2027",
    line="#2C343E",
    text="#E6EAF0",
    text_quiet="#A9B3C0",
    primary="#9CCBF5",
    on_primary="#06304F",
    primary_soft="#123E63",
    on_primary_soft="#CFE5FA",
    valid=Tone("#6FD3A0", "#12382A", "#A5E9C5"),
    warning=Tone("#F2B063", "#43290A", "#FBD3A3"),
    danger=Tone("#F2938C", "#4A1A17", "#FBC4BF"),
    neutral=Tone("#A9B3C0", "#2A313A", "#D3DAE3"),
)


@dataclass(frozen=True, slots=True)
class TypeLook:
    """How a licence type looks: an icon and a quiet tint."""

    icon: ft.IconData
    tint: str
    tint_dark: str
    ink: str
    ink_dark: str


TYPE_LOOKS = {
    "food_safety": TypeLook(ft.Icons.RESTAURANT, "#FCE9CF", "#40300F", "#4A3208", "#F6DCAE"),
    "driving_licence": TypeLook(ft.Icons.DIRECTIONS_CAR_FILLED, "#DCEAF8", "#15324B", "#0F2D47", "#C6DFF6"),
    "road_works": TypeLook(ft.Icons.CONSTRUCTION, "#EAE3F6", "#2F2544", "#2B2140", "#DCD0F3"),
    "construction_permit": TypeLook(ft.Icons.HOME_WORK, "#F3E3DA", "#3E2A20", "#4A2917", "#F1D6C5"),
    "travel_pass": TypeLook(ft.Icons.ROUTE, "#D5EEF0", "#113840", "#0B3940", "#B9E4E9"),
    "business_household": TypeLook(ft.Icons.STOREFRONT, "#ECEED3", "#33371A", "#363B12", "#E1E6B8"),
}
OTHER_LOOK = TypeLook(ft.Icons.DESCRIPTION, "#E9ECF1", "#2A313A", "#2F3640", "#D3DAE3")


def tokens(is_dark: bool) -> Tokens:
    return DARK if is_dark else LIGHT


def type_look(key: str) -> TypeLook:
    return TYPE_LOOKS.get(key, OTHER_LOOK)


def _scheme(look: Tokens) -> ft.ColorScheme:
    return ft.ColorScheme(
        primary=look.primary,
        on_primary=look.on_primary,
        primary_container=look.primary_soft,
        on_primary_container=look.on_primary_soft,
        secondary=look.primary,
        on_secondary=look.on_primary,
        secondary_container=look.primary_soft,
        on_secondary_container=look.on_primary_soft,
        surface=look.page,
        on_surface=look.text,
        on_surface_variant=look.text_quiet,
        surface_container_lowest=look.card,
        surface_container_low=look.card,
        surface_container=look.card,
        surface_container_high=look.card,
        surface_container_highest=look.neutral.soft,
        surface_tint=look.card,
        outline=look.text_quiet,
        outline_variant=look.line,
        error=look.danger.strong,
        on_error=look.on_primary,
        error_container=look.danger.soft,
        on_error_container=look.danger.on_soft,
    )


DISPLAY_SMALL, HEADLINE_MEDIUM, HEADLINE_SMALL, TITLE_LARGE = 34, 26, 22, 20
"""Sizes of the type in which amounts may stand, in pixels at 100 %."""


def _text_theme(scale: float) -> ft.TextTheme:
    """The Material 3 type scale, multiplied for people who read large text."""

    def style(size: float, weight: ft.FontWeight = ft.FontWeight.W_400) -> ft.TextStyle:
        return ft.TextStyle(size=size * scale, weight=weight, font_family=FONT, height=1.35, letter_spacing=0)

    medium = ft.FontWeight.W_500
    return ft.TextTheme(
        display_small=style(DISPLAY_SMALL, medium),
        headline_medium=style(HEADLINE_MEDIUM, medium),
        headline_small=style(HEADLINE_SMALL, medium),
        title_large=style(TITLE_LARGE, medium),
        title_medium=style(16, medium),
        title_small=style(14, medium),
        body_large=style(16),
        body_medium=style(14),
        body_small=style(12.5),
        label_large=style(15, medium),
        label_medium=style(12.5, medium),
        label_small=style(11.5, medium),
    )


def theme(is_dark: bool, text_size: int) -> ft.Theme:
    """The Material theme of a mode; `text_size` in percent (100 to 200)."""
    look = tokens(is_dark)
    scale = text_size / 100
    return ft.Theme(
        color_scheme_seed=SEED,
        color_scheme=_scheme(look),
        font_family=FONT,
        text_theme=_text_theme(scale),
        visual_density=ft.VisualDensity.STANDARD,
        scaffold_bgcolor=look.page,
        use_material3=True,
        page_transitions=ft.PageTransitionsTheme(
            android=ft.PageTransitionTheme.FADE_UPWARDS,
            ios=ft.PageTransitionTheme.CUPERTINO,
            linux=ft.PageTransitionTheme.NONE,
            macos=ft.PageTransitionTheme.NONE,
            windows=ft.PageTransitionTheme.NONE,
        ),
    )
