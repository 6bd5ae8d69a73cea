"""Our own page around Flet (`mobile/web`) and the npm files it names in `vendor.json`."""

import json
import shutil
from pathlib import Path

from pwa.client import without_foreign_bases

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


def lay_over(web: Path, modules: Path, site: Path) -> None:
    """Copy `mobile/web` over the site; what it vendors comes from the locked node_modules, not from the checkout."""
    shutil.copytree(web, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_SERVED))
    for target, source in json.loads((web / "vendor.json").read_text()).items():
        file = modules / source
        if not file.is_file():
            raise SystemExit(f"vendor.json names {source}, which npm did not install")
        (site / target).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in {".js", ".mjs"}:
            text = without_foreign_bases(file.read_text(encoding="utf-8"))
            (site / target).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(file, site / target)
