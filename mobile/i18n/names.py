"""What the catalogue of procedures says in the user's language, and amounts and spans in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mobile.i18n.catalogue import has, language, t
from mobile.i18n.dates import day
from shared_models.clock import city_date
from shared_models.money import vnd_text


def said(names: Mapping[str, str] | str | None) -> str:
    """`{vi, en}` in the chosen language, Vietnamese where the other is missing; a plain text as it is."""
    if not names:
        return ""
    if isinstance(names, str):
        return names
    return names.get(language()) or names.get("vi", "")


def word(stem: str, code: str, fallback: str = "") -> str:
    """The sentence of a code in a family of messages, else `fallback`: data may be newer than this version."""
    key = f"{stem}.{code.lower()}"
    return t(key) if has(key) else fallback


def money(amount: int) -> str:
    """`700.000 đ`; nothing to pay is said in words."""
    return vnd(amount) if amount else t("fee.none")


def vnd(amount: int) -> str:
    """`700.000 đ`, `0 đ`: a sum, of which nothing is an amount like another."""
    return f"{vnd_text(amount)} đ"


def span(deadline: Mapping[str, Any] | None) -> str:
    """`10 ngày làm việc`, `trong ngày`; empty when the procedure has none."""
    if not deadline:
        return ""
    key = f"deadline.unit.{str(deadline['unit']).lower()}"
    return t(key, count=number_text(deadline.get("amount") or 0)) if has(key) else ""


def number_text(number: float) -> int | str:
    """Whole numbers as they are; `3,5` of halves."""
    if number == int(number):
        return int(number)
    return str(number).replace(".", ",") if language() == "vi" else str(number)


def weekday_date(value: date, today: date) -> str:
    """`Thứ Năm 26/11`; with its year when that is another."""
    shown = f"{value.day:02d}/{value.month:02d}" if value.year == today.year else day(value)
    return t("date.weekday", weekday=t(f"weekday.{value.isoweekday()}"), day=shown)


def weekday_moment(moment: datetime, now: datetime) -> str:
    return weekday_date(city_date(moment), city_date(now))


def size_text(count: int) -> str:
    """Bytes as people say them: `1,4 MB`, `320 KB`."""
    if count >= 1_000_000:
        number = f"{count / 1_000_000:.1f}"
        return (number.replace(".", ",") if language() == "vi" else number) + " MB"
    return f"{max(1, round(count / 1000))} KB"
