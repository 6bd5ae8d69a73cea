"""What the user chose for this phone; readable before the PIN, so never anything about a person."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from mobile.services.web import Json, Web

TEXT_SIZES = (100, 125, 150, 200)
THEMES = ("system", "light", "dark")
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Settings:
    """`pinned_id`: the licence chosen for the instant card; without one it is the last shown. `text_size`: percent.

    `install_told`: how to put the app on the home screen was shown once on this phone, without being asked for.
    """

    lang: str = "vi"
    text_size: int = 100
    theme: str = "system"
    pinned_id: str | None = None
    last_shown_id: str | None = None
    hide_details: bool = False
    push_asked: bool = False
    install_told: bool = False

    @classmethod
    def from_json(cls, data: Json | None) -> "Settings":
        """Read stored settings; what an older or newer version wrote and this one does not know falls away."""
        known = {entry.name for entry in fields(cls)}
        settings = cls(**{key: value for key, value in (data or {}).items() if key in known})
        lang = settings.lang if settings.lang in LANGUAGES else "vi"
        theme = settings.theme if settings.theme in THEMES else "system"
        size = settings.text_size if settings.text_size in TEXT_SIZES else 100
        return replace(settings, lang=lang, theme=theme, text_size=size)

    def of_the_phone(self) -> "Settings":
        """What stays when its user leaves: language and looks, and what this phone was told."""
        return replace(self, pinned_id=None, last_shown_id=None, push_asked=False)


class SettingsStore:
    """The public store's `settings`; beside the choices it holds a sign-in under way (`signin`)."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def load(self) -> Settings:
        return Settings.from_json(await self._web.public_get("settings"))

    async def save(self, settings: Settings) -> None:
        stored = await self._web.public_get("settings") or {}
        await self._web.public_put("settings", {**stored, **asdict(settings)})

    async def put_signin(self, signin: dict[str, Any] | None) -> None:
        """Remember (or with None forget) a sign-in that leaves the page on its way."""
        stored = await self._web.public_get("settings") or {}
        await self._web.public_put("settings", {**stored, "signin": signin})

    async def signin(self) -> dict[str, Any] | None:
        return (await self._web.public_get("settings") or {}).get("signin")
