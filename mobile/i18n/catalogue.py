"""The message catalogues: `t("wallet.title")`, Vietnamese first. A key is stable, a sentence is not.

A value is a text with `{names}`, or `{"one": …, "other": …}` chosen by the parameter `count` (Vietnamese has one form).
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FALLBACK = "vi"
_current = {"lang": FALLBACK}


@cache
def catalogue(lang: str) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads((FOLDER / f"{lang}.json").read_text(encoding="utf-8"))
    return entries


def use_language(lang: str) -> None:
    """Choose the language of every `t` from now on; the app renders anew when its settings change."""
    _current["lang"] = lang


def language() -> str:
    return _current["lang"]


def has(key: str) -> bool:
    return key in catalogue(_current["lang"])


def t(key: str, **params: Any) -> str:
    """Return the sentence of a key with its parameters filled in. An unknown key is a fault and raises KeyError."""
    entry = catalogue(_current["lang"]).get(key)
    if entry is None:
        entry = catalogue(FALLBACK)[key]
    if isinstance(entry, dict):
        entry = entry["one" if params.get("count") == 1 and "one" in entry else "other"]
    return str(entry).format(**params) if params else str(entry)


def error_text(code: str) -> str:
    """Return the sentence of an error code; for one this version does not know, a true general one."""
    key = f"error.{code}"
    return t(key) if has(key) else t("error.unknown", code=code)
