"""Our own page around Flet (`mobile/web`) and the npm files it names in `vendor.json`."""

import json
import shutil
from fnmatch import fnmatch
from pathlib import Path

from pwa.cache import Cache
from pwa.client import without_foreign_bases
from pwa.minify import minify_files

NOT_SERVED = (
    "node_modules",
    "tools",
    "vendor",
    "package.json",
    "package-lock.json",
    "vendor.json",
    ".npmrc",
    ".gitignore",
    "*.md",
)


def own(web: Path) -> list[str]:
    """The names, from the root of the site, of what we wrote ourselves."""
    names = [file.relative_to(web) for file in sorted(web.rglob("*")) if file.is_file()]
    return [name.as_posix() for name in names if not any(map(_is_not_served, name.parts))]


def vendored(web: Path) -> dict[str, str]:
    """``{name in the site: path under node_modules}``."""
    named: dict[str, str] = json.loads((web / "vendor.json").read_text(encoding="utf-8"))
    return named


def served(web: Path) -> list[str]:
    """The names of all that `mobile/web` puts into the site."""
    return [*own(web), *vendored(web)]


def lay_over(web: Path, modules: Path, site: Path, cache: Cache) -> None:
    """Put `mobile/web` over the site: our own files minified one by one, packages as they are published.

    What is vendored comes from the locked node_modules, not from the checkout.
    """
    names = own(web)
    for name in names:
        _place(web / name, site / name)
    minify_files([site / name for name in names], modules, cache)
    for target, source in vendored(web).items():
        file = modules / source
        if not file.is_file():
            raise SystemExit(f"vendor.json names {source}, which npm did not install")
        _place(file, site / target)
        if file.suffix in {".js", ".mjs"}:
            text = without_foreign_bases(file.read_text(encoding="utf-8"))
            (site / target).write_text(text, encoding="utf-8")


def _is_not_served(part: str) -> bool:
    return any(fnmatch(part, pattern) for pattern in NOT_SERVED)


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
