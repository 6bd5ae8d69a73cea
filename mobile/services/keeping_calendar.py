"""The working calendar as administrators keep it: days off, worked Saturdays, office hours."""

from datetime import date

from mobile.services.app_services import Services
from mobile.services.web import Json
from shared_models.errors import NotFound


class CalendarKeeping:
    """Fills `EditingState.years`; every verb raises DomainError."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def know(self, year: int) -> None:
        """A year's days and the office hours; one of which nobody has entered anything is empty, not a failure."""
        state = self._s.editing_state
        try:
            found = await self._s.catalogue_desk.year(year)
        except NotFound:
            found = {"year": year, "office_hours": None, "days": []}
        state.years = {**state.years, year: found}

    async def put_day(self, on: date, row: Json) -> None:
        """`row`: `{works, name, legal_basis, needs_review}`. Raises Invalid naming its members."""
        await self._s.catalogue_desk.put_day(on.isoformat(), row)
        await self.know(on.year)

    async def remove_day(self, on: date) -> None:
        await self._s.catalogue_desk.remove_day(on.isoformat())
        await self.know(on.year)

    async def put_hours(self, agency: str, row: Json) -> None:
        """`row`: `{sessions, needs_review}`."""
        await self._s.catalogue_desk.put_hours(agency, row)
        await self._anew()

    async def remove_hours(self, agency: str) -> None:
        await self._s.catalogue_desk.remove_hours(agency)
        await self._anew()

    async def _anew(self) -> None:
        """Office hours stand beside every year."""
        for year in self._s.editing_state.years:
            await self.know(year)
