"""Which browser on which system, in one word each: enough for its owner to know it again, too little to follow anybody.

Only the family is kept, never the ``User-Agent`` itself nor a version.
"""

from typing import Final

OTHER: Final = "other"

BROWSERS: Final = (
    ("coc_coc_browser", "coc_coc"),
    ("zalo", "zalo"),
    ("samsungbrowser", "samsung"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("crios", "chrome"),
    ("chrome", "chrome"),
    ("safari", "safari"),
)
"""What a ``User-Agent`` contains, and the family: the first that fits, because most of them also name Chrome."""

SYSTEMS: Final = (
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("android", "android"),
    ("cros", "chromeos"),
    ("windows", "windows"),
    ("macintosh", "macos"),
    ("linux", "linux"),
)


def browser_of(user_agent: str | None) -> tuple[str, str]:
    """The families of browser and system, each `OTHER` when unknown."""
    said = (user_agent or "")[:400].lower()
    return _first(BROWSERS, said), _first(SYSTEMS, said)


def _first(families: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in families if mark in said), OTHER)
