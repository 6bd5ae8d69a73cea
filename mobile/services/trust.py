"""The signed lists that verification needs: the page fetches, checks and keeps them."""

from mobile.services.web import Web
from shared_models.clock import from_epoch_s, to_wire


class Trust:
    """Every phone keeps them: inspectors to judge, owners to see that their own card holds."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def update(self) -> None:
        """Bring the lists up to date. Raises DomainError `trust.*`; what is held already stays in use."""
        await self._web.trust_update()

    async def as_of(self) -> str | None:
        """When the oldest of the kept status lists was signed (RFC 3339); None before the first update."""
        as_of_s = (await self._web.trust_state()).get("as_of_s")
        return to_wire(from_epoch_s(int(as_of_s))) if as_of_s else None
