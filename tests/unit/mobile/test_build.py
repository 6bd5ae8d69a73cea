"""The build of the PWA: its policy, its lists and the faults it must stop at."""

import base64
import hashlib
import json
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from pwa import archive, checks, client, policy, precache, wheels  # noqa: E402 - scripts are files, not a package
from pwa.cache import Cache  # noqa: E402

PAGE = '<html><head><script src="python.js"></script><script>var a = 1;</script></head><body></body></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in checks.NEEDED:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}" if file.suffix == ".json" else "")
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "sw.js").write_text('const V = "__BUILD_VERSION__"; const F = ["__PRECACHE__"];')
    return tmp_path


def test_a_good_site_has_no_faults(site: Path):
    assert checks.faults(site) == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.js", 'fetch("https://cdn.jsdelivr.net/npm/x")', "names https://cdn.jsdelivr.net"),
        ("a.css", "@import url(https://fonts.googleapis.com/css)", "names https://fonts.googleapis.com"),
        ("a.mjs", 'import "https://unpkg.com/y"', "names https://unpkg.com"),
        ("flutter_bootstrap.js", "load({serviceWorkerSettings: {}})", "contains serviceWorkerSettings"),
        ("flutter_service_worker.js", "", "does not belong"),
        ("x.js.map", "", "does not belong"),
        ("canvaskit/x.js.symbols", "", "does not belong"),
        ("index.html", '<script src="gone.js"></script>', "asks for gone.js"),
        ("index.html", '<p onclick="x()">', "inline event handler"),
        ("manifest.json", '{"icons": [{"src": "icons/none.png"}]}', "names icons/none.png"),
    ],
)
def test_a_fault_is_named(site: Path, name: str, text: str, fault: str):
    file = site / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    assert any(fault in found for found in checks.faults(site))


@pytest.mark.parametrize("name", checks.NEEDED)
def test_a_missing_file_is_a_fault(site: Path, name: str):
    (site / name).unlink()
    assert f"{name} is missing" in checks.faults(site)


def test_the_policy_allows_the_inline_scripts_by_hash_and_nothing_unsafe(site: Path):
    text = policy.policy_of([site / "index.html"])
    digest = base64.b64encode(hashlib.sha256(b"var a = 1;").digest()).decode()
    scripts = next(part for part in text.split("; ") if part.startswith("script-src"))
    assert scripts == f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}'"
    for part in ("object-src 'none'", "frame-ancestors 'none'", "connect-src 'self'", "worker-src 'self'"):
        assert part in text
    assert "http" not in text


def test_the_worker_gets_every_file_with_its_hash_and_engine(site: Path):
    folder = site / "flutter.0123456789ab/canvaskit"
    (folder / "chromium").mkdir(parents=True)
    (folder / "canvaskit.wasm").write_bytes(b"plain")
    (folder / "chromium/canvaskit.wasm").write_bytes(b"chromium")
    (site / "index.html.br").write_bytes(b"packed")
    version = precache.fill_worker(site)
    text = (site / "sw.js").read_text()
    listed = {url: (sha, engine) for url, sha, engine in json.loads(text.split("const F = ")[1].rstrip(";"))}
    assert f'"{version}"' in text
    assert listed["/"] == (hashlib.sha256(PAGE.encode()).hexdigest(), "all")
    assert listed["/flutter.0123456789ab/canvaskit/canvaskit.wasm"][1] == "other"
    assert listed["/flutter.0123456789ab/canvaskit/chromium/canvaskit.wasm"][1] == "chromium"
    assert not {"/sw.js", "/csp.txt", "/index.html.br"} & set(listed)


def test_what_is_for_people_who_write_software_is_not_kept_on_phones(site: Path):
    before = precache.entries(site)
    for name in ("api-docs/index.html", "api-docs.0123456789ab/swagger-ui-bundle.js"):
        (site / name).parent.mkdir(parents=True)
        (site / name).write_text("x")
    assert precache.entries(site) == before


def test_the_version_changes_with_any_file_and_with_the_worker_itself(site: Path):
    worker = (site / "sw.js").read_text()
    first = precache.fill_worker(site)
    (site / "sw.js").write_text(worker)
    assert precache.fill_worker(site) == first
    (site / "sw.js").write_text(f"{worker}// changed")
    assert precache.fill_worker(site) != first


def test_a_worker_without_its_marks_stops_the_build(site: Path):
    (site / "sw.js").write_text("const V = 1;")
    with pytest.raises(SystemExit):
        precache.fill_worker(site)


def test_zips_of_the_same_files_are_the_same_bytes(tmp_path: Path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "b.pyc").write_bytes(b"2")
    (folder / "a.pyc").write_bytes(b"1")
    for name in ("one.zip", "two.zip"):
        archive.zip_stored(tmp_path / name, [("x/", folder)])
        (folder / "a.pyc").touch()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_folder_that_failed_half_way_is_not_taken_for_a_finished_one(tmp_path: Path):
    cache = Cache(tmp_path)
    folder = cache.folder("kind", "key")

    def fail() -> None:
        with cache.fresh(folder) as fresh:
            (fresh / "half").write_text("x")
            raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        fail()
    assert not folder.exists()


def test_foreign_bases_become_local_ones():
    text = client.without_foreign_bases(
        'a("https://cdn.jsdelivr.net/x");b("https://www.gstatic.com/flutter-canvaskit/y")'
    )
    assert text == 'a("/not-served/x");b("/not-served/y")'


def test_licences_stay_in_the_archive_and_test_drivers_do_not():
    assert wheels._belongs("flet-1.0.5.dist-info/licenses/LICENSE")
    assert not wheels._belongs("flet-1.0.5.dist-info/METADATA")
    assert not wheels._belongs("flet/testing/tester.py")
    assert wheels._belongs("flet/controls/page.py")


def test_the_lock_names_the_flet_that_the_client_belongs_to():
    lock = (SCRIPTS.parent / "mobile/requirements-web.lock").read_text()
    server = (SCRIPTS.parent / "requirements.lock").read_text()
    pins = [line.split(" ")[0] for line in lock.splitlines() if "==" in line and not line.startswith("#")]
    assert any(pin.startswith("flet==") for pin in pins)
    assert [pin for pin in pins if f"{pin} " not in server] == []
    assert all("--hash=sha256:" in line for line in lock.splitlines() if "==" in line and not line.startswith("#"))
