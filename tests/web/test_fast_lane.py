"""The page around Flet as the build serves it: what it weighs, and that minifying changes neither names nor links."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from pwa import client, compress, fast_lane, minify, node, precache, web_files  # noqa: E402 - scripts are files, not a package
from pwa.cache import Cache  # noqa: E402

WEB = SCRIPTS.parent / "mobile" / "web"
LINK = re.compile(r"""(?:\bfrom|\bimport|\bimport\(|importScripts\(|new Worker\()\s*["'`]([^"'`]+\.js)["'`]""")
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def cache() -> Cache:
    return Cache(SCRIPTS.parent / "build" / "cache")


@pytest.fixture(scope="module")
def modules(cache: Cache) -> Path:
    return node.install(WEB, cache)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, modules: Path, cache: Cache) -> Path:
    """Our part of the site, with the service worker's list of it, packed."""
    folder = tmp_path_factory.mktemp("site")
    web_files.lay_over(WEB, modules, folder, cache)
    precache.fill_worker(folder)
    compress.compress_site(folder, cache)
    return folder


def test_every_file_is_counted_and_all_of_them_stay_under_100_kb(site: Path) -> None:
    sizes = fast_lane.weigh(WEB, site)
    laid = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file() and file.suffix != ".br"}
    uncounted = {name for name in laid - set(sizes) if not name.endswith(".png")}
    assert uncounted == {"vendor/zxing-wasm/zxing_reader.wasm", "precache.json"}
    assert set(sizes) <= laid
    print(f"fast lane: {sum(sizes.values())} bytes in {len(sizes)} files")
    assert fast_lane.faults(sizes) == []


def test_a_lane_that_is_too_heavy_stops_the_build() -> None:
    assert fast_lane.faults({"a.js": 60_000, "b.js": 39_999}) == []
    [fault] = fast_lane.faults({"a.js": 60_000, "b.js": 40_000})
    assert "a.js 60000" in fault


def test_files_exports_and_links_stay(site: Path) -> None:
    for name in web_files.own(WEB):
        assert (site / name).is_file(), name
        if name.endswith(".js"):
            source, built = (WEB / name).read_text(encoding="utf-8"), (site / name).read_text(encoding="utf-8")
            assert set(LINK.findall(built)) == set(LINK.findall(_without_comments(source))), name
            exported = EXPORT.findall(source)
            missing = [each for each in exported if not re.search(rf"\bexport\b.*\b{each}\b", built, re.DOTALL)]
            assert missing == [], name
        if name.endswith(".json"):
            assert json.loads((site / name).read_text("utf-8")) == json.loads((WEB / name).read_text("utf-8")), name


def test_packages_are_served_as_they_are_published_but_for_foreign_hosts(site: Path, modules: Path) -> None:
    for target, source in web_files.vendored(WEB).items():
        published = (modules / source).read_bytes()
        if target.endswith(".js"):
            published = client.without_foreign_bases(published.decode()).encode()
        assert (site / target).read_bytes() == published


def test_there_are_no_maps_and_no_comments(site: Path) -> None:
    assert list(site.rglob("*.map")) == []
    for name in web_files.own(WEB):
        if name.endswith((".js", ".css")):
            assert not re.search(r"sourceMappingURL|/\*\*", (site / name).read_text(encoding="utf-8")), name


def test_what_did_not_change_is_not_minified_again(tmp_path: Path, modules: Path) -> None:
    own_cache, page = Cache(tmp_path / "cache"), tmp_path / "a.js"
    source = "/** Says it. */\nexport function say(word) {\n  return `${word}!`;\n}\n"
    page.write_text(source)
    minify.minify_files([page], modules, own_cache)
    short = page.read_text()
    assert len(short) < len(source) / 1.5
    # The same version, with nothing in it that could run.
    empty = tmp_path / "node_modules"
    (empty / "esbuild").mkdir(parents=True)
    shutil.copy(modules / "esbuild" / "package.json", empty / "esbuild")
    page.write_text(source)
    minify.minify_files([page], empty, own_cache)
    assert page.read_text() == short
    page.write_text(f"{source}export const TWO = 2;\n")
    with pytest.raises(SystemExit, match="minify"):
        minify.minify_files([page], empty, own_cache)


@pytest.mark.parametrize(("name", "text"), [("a.js", "export const = 1;"), ("a.css", "p { color: red")])
def test_what_cannot_be_read_stops_the_build(tmp_path: Path, modules: Path, name: str, text: str) -> None:
    page = tmp_path / name
    page.write_text(text)
    with pytest.raises(SystemExit, match=re.escape(name)):
        minify.minify_files([page], modules, Cache(tmp_path / "cache"))
    assert page.read_text() == text


def _without_comments(source: str) -> str:
    return re.sub(r"/\*\*.*?\*/|^\s*//[^\n]*$", "", source, flags=re.DOTALL | re.MULTILINE)
