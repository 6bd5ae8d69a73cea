"""Turns a message's template (the name of a notice kind) and language into the payload that a browser shows.

The payload has the shape of Declarative Web Push, so that Safari shows it without running a script and every other
browser hands it to the service worker. A lock screen is read by whoever holds the phone: the texts name no person, no
licence and no place, and ``params`` can only add counts.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

TEMPLATES_DIR: Final = Path(__file__).parent / "templates"
LANGUAGES: Final = ("vi", "en")
DECLARATIVE: Final = 8030
"""The number that marks the shape; it is that of RFC 8030."""

INBOX: Final = "/inbox"
"""Where a tap leads in the app: the inbox has the whole story, behind the vault's PIN."""


class UnknownTemplate(LookupError):
    """A message asks for a text that this version of push does not have."""


class Renderer:
    """Renders for one city, whose app lives at ``public_url``."""

    def __init__(self, public_url: str, templates_dir: Path = TEMPLATES_DIR) -> None:
        self._public_url = public_url
        self._texts: dict[str, dict[str, str]] = {
            lang: json.loads((templates_dir / f"{lang}.json").read_text("utf-8")) for lang in LANGUAGES
        }

    def payload(self, template: str, lang: str, topic: str | None, params: Mapping[str, Any]) -> bytes:
        """UTF-8 JSON. An unknown language falls back to Vietnamese.

        Raises:
            UnknownTemplate: no such text.
        """
        texts = self._texts.get(lang, self._texts["vi"])
        try:
            title, body = texts[f"push.{template}.title"], texts[f"push.{template}.body"]
        except KeyError:
            raise UnknownTemplate(template) from None
        notification: dict[str, Any] = {
            "title": title,
            "body": body,
            # Safari wants a whole address here; the service worker takes either.
            "navigate": self._public_url + INBOX,
            "lang": lang if lang in self._texts else "vi",
            # The same tag replaces the notice on screen, as the topic does at the push service: a message that is
            # delivered twice is seen once.
            "tag": topic or template,
        }
        unread = params.get("unread")
        if isinstance(unread, int) and not isinstance(unread, bool) and unread >= 0:
            notification["app_badge"] = unread
        document = {"web_push": DECLARATIVE, "notification": notification}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
