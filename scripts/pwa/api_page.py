"""The API's page in the browser, ``/api/docs``: Swagger UI from the locked npm package, beside the app and not in it.

It is for people who write software: the phone neither loads nor keeps any of it (`precache.SKIPPED`).
"""

import re
from pathlib import Path

from pwa.cache import digest_files

FOLDER = "api-docs"
TAKEN = ("swagger-ui-bundle.js", "swagger-ui.css")
"""Of the package; its own page, maps and standalone layout stay behind."""

MAP_NAME = re.compile(r"\s*/[/*]# sourceMappingURL=\S+(?: \*/|\*/)?\s*\Z")
OWN = ("api-page.js", "api-page.css")


def write(source: Path, modules: Path, site: Path) -> str:
    """Put page and files into the site; returns the folder of the files, named by what is in them."""
    files = [modules / "swagger-ui-dist" / name for name in TAKEN] + [source / name for name in OWN]
    assets = f"{FOLDER}.{digest_files(files)[:12]}"
    (site / assets).mkdir()
    for file in files:
        # The package names maps that are not served.
        text = MAP_NAME.sub("", file.read_text(encoding="utf-8"))
        (site / assets / file.name).write_text(text, encoding="utf-8")
    page = (source / "index.html").read_text(encoding="utf-8").replace("{assets}", f"/{assets}")
    (site / FOLDER).mkdir()
    (site / FOLDER / "index.html").write_text(page, encoding="utf-8")
    return assets
