"""How a verdict looks in a list; its full screen belongs to the scanner in `mobile/web`."""

import flet as ft

from mobile.theme import Tokens, Tone

ICONS = {
    "VALID_HOLDER_PRESENT": ft.Icons.VERIFIED_USER,
    "VALID_HOLDER_NOT_PROVEN": ft.Icons.PERSON_SEARCH,
    "STATUS_UNKNOWN": ft.Icons.CLOUD_OFF,
    "SUSPENDED": ft.Icons.PAUSE_CIRCLE,
    "NOT_YET_VALID": ft.Icons.HOURGLASS_TOP,
    "NOT_OURS": ft.Icons.HELP_OUTLINE,
}


def verdict_icon(outcome: str) -> ft.IconData:
    return ICONS.get(outcome, ft.Icons.DANGEROUS)


def verdict_tone(outcome: str, look: Tokens) -> Tone:
    if outcome.startswith("VALID"):
        return look.valid
    if outcome in {"SUSPENDED", "NOT_YET_VALID"}:
        return look.warning
    return look.neutral if outcome in {"STATUS_UNKNOWN", "NOT_OURS"} else look.danger
