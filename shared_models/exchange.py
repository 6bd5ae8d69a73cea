"""What becomes of a record that the one-stop software (eGov) sends."""

from enum import StrEnum


class ExchangeState(StrEnum):
    """``unchanged``: it was here before, or a later one was; ``clash``: both sides had changed, a person decides."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    CLASH = "clash"
    REFUSED = "refused"
