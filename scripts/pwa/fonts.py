"""Roboto Medium for titles: Flet ships only the regular weight, and a faked bold reads badly at arm's length.

Fontsource cuts the font into parts by script; Flutter wants one file a weight, so the parts are put together again.
"""

from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from pwa.cache import Cache, digest_files

PARTS = ("latin", "latin-ext", "vietnamese")
WEIGHT = 500


def roboto_medium(modules: Path, cache: Cache) -> Path:
    """Return `roboto-medium.woff2` with the letters of Vietnamese and the other Latin scripts."""
    folder = modules / "@fontsource/roboto"
    parts = [folder / f"files/roboto-{part}-{WEIGHT}-normal.woff2" for part in PARTS]
    target = cache.file("fonts", digest_files([*parts, Path(__file__)]))
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        _merge(parts, target)
    return target


def _merge(parts: list[Path], target: Path) -> None:
    plain = []
    for part in parts:
        font = TTFont(part, recalcTimestamp=False)
        font.flavor = None
        unpacked = target.with_name(f"{target.name}.{part.stem}.ttf")
        font.save(unpacked)
        plain.append(unpacked)
    merged = Merger().merge([str(file) for file in plain])
    # The same input must give the same bytes, or every build would be a new version for every phone.
    merged["head"].created = merged["head"].modified = TTFont(parts[0])["head"].modified
    merged.recalcTimestamp = False
    merged.flavor = "woff2"
    merged.save(target)
    for file in plain:
        file.unlink()
