"""Dates, times and spans in words, in the city's time."""

from datetime import date, datetime, timedelta

from mobile.i18n.catalogue import t
from shared_models.clock import CITY_ZONE, city_date, from_wire


def day(value: date) -> str:
    """`20/11/2029`."""
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def day_of(moment: datetime) -> str:
    return day(city_date(moment))


def clock_time(moment: datetime) -> str:
    """`07:40`."""
    return moment.astimezone(CITY_ZONE).strftime("%H:%M")


def moment_text(moment: datetime, now: datetime) -> str:
    """`07:40` today, `hôm qua 07:40`, else `18/11 07:40` (with the year when it is another)."""
    today, that = city_date(now), city_date(moment)
    if that == today:
        return t("date.today", time=clock_time(moment))
    if that == today - timedelta(days=1):
        return t("date.yesterday", time=clock_time(moment))
    shown = f"{that.day:02d}/{that.month:02d}" if that.year == today.year else day(that)
    return t("date.other", day=shown, time=clock_time(moment))


def as_of_text(wire: str | None, now: datetime) -> str | None:
    """The same for an RFC 3339 text of the vault; None for none."""
    return moment_text(from_wire(wire), now) if wire else None


def days_left(days: int) -> str:
    """`còn 12 ngày`, `hết hạn hôm nay`, `hết hạn 3 ngày trước`; years and months when it is far."""
    if days < 0:
        return t("expiry.ago", count=-days)
    if days == 0:
        return t("expiry.today")
    return t("expiry.left", count=days)


# What is read out while a wait counts down: often enough to know, seldom enough to bear.
_SPOKEN_S = (10, 30, 60)


def wait_text(seconds: int) -> str:
    """`4 phút 12 giây`, `1 giờ`; a span of at least a second, without the units that are nought."""
    rest, parts = max(seconds, 1), []
    for key, size in (("wait.hours", 3600), ("wait.minutes", 60), ("wait.seconds", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(t(key, count=count))
    return " ".join(parts)


def spoken_wait(seconds: int) -> str:
    """The same rounded up to what is worth saying: 10 s, 30 s, then whole minutes."""
    step = next((step for step in _SPOKEN_S if seconds <= step), -(-seconds // 60) * 60)
    return wait_text(step)
