#!/usr/bin/env python3
"""Build the phone's app into static files: `build/pwa/`, from the locked PyPI and npm packages alone, without a CDN.

The order: Python for the browser (compiled by Pyodide itself), Flet's client cut down, our page over it, minified, then
the policy, the list for the service worker, brotli and the checks. A second build takes seconds (`build/cache`).
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pwa import (
    api_page,
    app_source,
    archive,
    checks,
    client,
    compress,
    fast_lane,
    fonts,
    node,
    policy,
    precache,
    web_files,
    wheels,
)
from pwa.cache import Cache, digest

ROOT = Path(__file__).resolve().parent.parent


class Progress:
    """One line for each step, with the seconds since the start."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __call__(self, text: str) -> None:
        print(f"  [{time.monotonic() - self.start:5.1f} s] {text}", flush=True)


def build_python(work: Path, cache: Cache, say: Progress) -> tuple[Path, Path]:
    """Return the zips of the standard library and of the app with its packages."""
    say("packages for the browser")
    packages = wheels.unpack(ROOT / "mobile/requirements-web.lock", cache)
    source = app_source.stage(ROOT, work / "source")
    say("Pyodide")
    pyodide = node.install(ROOT / "scripts/pwa", cache) / "pyodide"
    stdlib = archive.unzip_stdlib(client.stock() / "pyodide/python_stdlib.zip", cache)
    say("compiling Python with Pyodide")
    trees = [
        archive.Tree("standard library", stdlib, 2),
        archive.Tree("packages", packages, 2),
        archive.Tree("app", source, 1),
    ]
    stdlib_pyc, packages_pyc, app_pyc = archive.compile_trees(trees, pyodide, cache)
    stdlib_zip, app_zip = work / "python_stdlib.zip", work / "app.zip"
    archive.zip_stored(stdlib_zip, [("", stdlib_pyc)])
    archive.zip_stored(app_zip, [("", app_pyc), ("__pypackages__/", packages_pyc)])
    return stdlib_zip, app_zip


def build_site(site: Path, web: Path, work: Path, cache: Cache, say: Progress) -> None:
    """Put the whole site together in an empty folder. Raises SystemExit when something is missing."""
    stdlib_zip, app_zip = build_python(work, cache, say)
    say("Flet's web client")
    flutter = client.copy_flutter(site, fonts.roboto_medium(node.install(ROOT / "scripts/pwa", cache), cache))
    python = client.copy_pyodide(site, stdlib_zip)
    client.write_bootstrap(site, flutter)
    app_name = f"app.{digest(app_zip.read_bytes())[:12]}.zip"
    shutil.copyfile(app_zip, site / app_name)
    say("the page around it")
    web_files.lay_over(web, node.install(web, cache), site, cache)
    client.configure_index(site / "index.html", flutter=flutter, python=python, archive=app_name)
    say("the API's page")
    page = ROOT / "scripts/pwa/api_page"
    api_page.write(page, node.install(page, cache), site)
    (site / "csp.txt").write_text(policy.policy_of([site / "index.html", site / "q/index.html"]))
    version = precache.fill_worker(site)
    stop_at(checks.faults(site))
    say("packing with brotli (the first time takes minutes)")
    before, after = compress.compress_site(site, cache)
    say(f"version {version}: {before / 1e6:.1f} MB, {after / 1e6:.1f} MB packed")
    sizes = fast_lane.weigh(web, site)
    say(f"fast lane: {sum(sizes.values())} bytes packed in {len(sizes)} files")
    stop_at(fast_lane.faults(sizes))


def stop_at(found: list[str]) -> None:
    """End the build when something was found."""
    if found:
        raise SystemExit("the site is not fit to publish:\n" + "\n".join(f"  - {fault}" for fault in found))


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the phone's app into static files")
    parser.add_argument("--output", type=Path, default=ROOT / "build/pwa")
    parser.add_argument("--web", type=Path, default=ROOT / "mobile/web", help="the page around Flet")
    options = parser.parse_args()
    say = Progress()
    cache = Cache(ROOT / "build/cache")
    work = cache.root / "work"
    fresh = options.output.with_name(f"{options.output.name}.new")
    for folder in (work, fresh):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    build_site(fresh, options.web, work, cache, say)
    shutil.rmtree(options.output, ignore_errors=True)
    fresh.rename(options.output)
    say(f"ready: {options.output}")


if __name__ == "__main__":
    main()
