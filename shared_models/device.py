"""An owner's phone, as server and phone speak of it."""

from enum import StrEnum


class DeviceRemoval(StrEnum):
    """Why a phone leaves its owner's list; it decides only what the owner is told."""

    LOST = "lost"
    SIGNED_OUT = "signed_out"
