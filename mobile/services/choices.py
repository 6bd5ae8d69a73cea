"""What the user decides: looks, the licence on the instant card, notices read, and whether the phone may ring."""

from dataclasses import replace

from mobile.i18n.catalogue import has, t, use_language
from mobile.services.app_services import Services
from mobile.services.room import noting_room
from mobile.services.settings import Settings
from mobile.state.licence import Licence
from shared_models.errors import DomainError

LOOKS = frozenset({"lang", "theme", "text_size"})


class Choices:
    """Writes settings and the states that show them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._renewed = False

    async def change_settings(self, changes: dict[str, object]) -> None:
        """Change and keep settings; language and looks also reach the page's own layers."""
        s = self.services
        settings: Settings = replace(s.app_state.settings, **changes)  # type: ignore[arg-type]
        if settings == s.app_state.settings:
            return
        use_language(settings.lang)
        s.app_state.settings = settings
        if not LOOKS.isdisjoint(changes):
            await s.web.call("looks.set", {name: getattr(settings, name) for name in LOOKS})
        # Last: what a full phone cannot keep holds at least until the app is closed.
        await self.keep_settings()

    async def keep_settings(self) -> None:
        s = self.services
        with noting_room(s.app_state, "settings"):
            await s.settings.save(s.app_state.settings)

    async def pin(self, licence_id: str | None) -> None:
        """Choose the licence of the instant card, or with None leave it to the one shown last."""
        await self.change_settings({"pinned_id": licence_id})
        await self.lay_out_card()

    async def note_shown(self, licence_id: str) -> None:
        """A code has been shown: without a pinned licence the instant card follows."""
        await self.change_settings({"last_shown_id": licence_id})
        await self.lay_out_card()

    async def lay_out_card(self) -> None:
        """Write the instant card anew, after a sync or a choice."""
        settings = self.services.app_state.settings
        with noting_room(self.services.app_state, "card"):
            await self.services.wallet.pin([settings.pinned_id, settings.last_shown_id], title_of)

    async def read_notice(self, notice_id: str) -> None:
        s = self.services
        await s.inbox.mark_read(notice_id)
        s.inbox_state.notices = tuple(await s.inbox.load())

    async def check_push(self) -> None:
        """Ask the page how things stand with notifications, and tell the server again what it should know."""
        s = self.services
        s.inbox_state.push = await s.push.state()
        if s.inbox_state.push == "on" and not self._renewed and s.app_state.stage == "open":
            self._renewed = True
            await s.push.renew(s.app_state.settings.lang)

    async def turn_push_on(self) -> None:
        """Raises DomainError `push.denied` and the like for the screen to say."""
        s = self.services
        city = await s.web.public_get("city") or await s.api.public("/city.json")
        try:
            await s.push.turn_on(city["vapid_public_key"], s.app_state.settings.lang)
        except DomainError as error:
            if error.code == "push.denied":
                s.inbox_state.push = "denied"
            raise
        await self.change_settings({"push_asked": True})
        s.inbox_state.push = await s.push.state()

    async def tell_to_install(self) -> None:
        """Once, when there is something to keep: how to put the app on the home screen. The page knows the moment."""
        s = self.services
        if s.app_state.settings.install_told or not s.wallet_state.licences:
            return
        answer = await s.web.call("install.sheet", {"auto": True})
        if answer and answer["shown"]:
            await self.change_settings({"install_told": True})

    async def turn_push_off(self) -> None:
        s = self.services
        await s.push.turn_off()
        s.inbox_state.push = "off"


def title_of(licence: Licence) -> str:
    """The name of a licence's type as the instant card shows it."""
    key = f"licence_type.{licence.type}"
    return t(key) if has(key) else licence.type
