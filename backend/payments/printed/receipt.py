"""What stands on a receipt, in its PDF and its XML alike: from what is stored, and from nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend.payments.receipt_rules import Telling
from shared_models.clock import city_date
from shared_models.payment.receipt import number_text
from shared_models.person import mask_personal_id

_FILE: Final = Path(__file__).with_name("receipt_texts.json")


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """A stored receipt, and the stored ones before and after it."""

    receipt: Mapping[str, Any]
    replaces: Mapping[str, Any] | None = None
    replaced_by: Mapping[str, Any] | None = None
    is_demo: bool = False

    @property
    def number(self) -> str:
        return number_text(self.receipt["number"])

    @property
    def day(self) -> date:
        """The day of issue in the city."""
        return city_date(self.receipt["issued_at"])

    @property
    def code(self) -> str:
        """What its symbol says: agency, form, series and number."""
        receipt = self.receipt
        return " ".join((receipt["agency"]["code"], receipt["form"], receipt["series"], self.number))

    def payer_number(self, telling: Telling) -> str | None:
        """The payer's personal number as it is told on this kind of paper; None where it is not, or not known."""
        number = self.receipt["payer"].get("personal_id")
        if number is None or telling is Telling.LEFT_OUT:
            return None
        return str(number) if telling is Telling.WHOLE else mask_personal_id(number)


@cache
def texts() -> Mapping[str, Any]:
    read: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return read


def applied_rule(line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The exemption or reduction that a line was assessed by: ``{rule_id, name, basis, due}``, or None."""
    return next((one for one in line["considered"] if one["rule_id"] == line["rule_id"]), None)


def day_text(at: datetime) -> str:
    """``22/11/2026``, in the city."""
    return f"{city_date(at):%d/%m/%Y}"


def standing(printed: PrintedReceipt) -> str | None:
    """The sentence on a receipt that is no longer in force, or None."""
    cancelled, after = printed.receipt.get("cancelled"), printed.replaced_by
    if cancelled is None:
        return None
    known = {"day": day_text(cancelled["at"]), "why": cancelled["why"]}
    if after is None:
        return str(texts()["cancelled_on"].format(**known))
    return str(texts()["replaced_on"].format(series=after["series"], number=number_text(after["number"]), **known))


def origin(printed: PrintedReceipt) -> str | None:
    """The sentence on a receipt that replaces another, or None."""
    old = printed.replaces
    if old is None:
        return None
    number, day = number_text(old["number"]), day_text(old["issued_at"])
    return str(texts()["replaces"].format(series=old["series"], number=number, day=day))
