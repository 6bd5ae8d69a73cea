"""Flet's prebuilt web client, cut down to what this app uses and freed of every foreign host."""

import json
import re
import shutil
from pathlib import Path

from flet_web import get_package_web_dir, patch_index_html
from pwa.cache import digest_tree

# main.dart.js is the only entry point (canvaskit renderer); skwasm, wimp, symbols and demos stay behind.
FLUTTER_FILES = (
    "main.dart.js",
    "canvaskit/canvaskit.js",
    "canvaskit/canvaskit.wasm",
    "canvaskit/chromium/canvaskit.js",
    "canvaskit/chromium/canvaskit.wasm",
    "assets/AssetManifest.bin",
    "assets/AssetManifest.bin.json",
    "assets/FontManifest.json",
    "assets/fonts/MaterialIcons-Regular.otf",
    "assets/fonts/roboto.woff2",
    "assets/shaders/ink_sparkle.frag",
    "assets/shaders/stretch_effect.frag",
    "assets/packages/wakelock_plus/assets/no_sleep.js",
)
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json")
FONTS = [
    {"family": "MaterialIcons", "fonts": [{"asset": "fonts/MaterialIcons-Regular.otf"}]},
    {
        "family": "Roboto",
        "fonts": [{"asset": "fonts/roboto.woff2"}, {"asset": "fonts/roboto-medium.woff2", "weight": 500}],
    },
]
# Only reached when the page gives no base of its own: without these hosts a slip is a local 404, not a foreign request.
FOREIGN_BASES = (
    "https://www.gstatic.com/flutter-canvaskit",
    "https://fonts.gstatic.com/s",
    "https://cdn.jsdelivr.net",
    "https://fastly.jsdelivr.net",
)
RIVE_CDN = "https://cdn.jsdelivr.net/npm/@rive-app/flutter-native-wasm@44.0.0/"
# Flutter waits for this promise before it would draw a Rive animation; the app has none, so it never settles.
RIVE_STUB = "globalThis.RiveNative = () => new Promise(() => {});\n"


def stock() -> Path:
    return Path(get_package_web_dir())


def copy_flutter(site: Path, medium_font: Path) -> str:
    """Copy the Flutter client into `flutter.<hash>/` and return that folder's name."""
    folder = site / "flutter"
    for name in FLUTTER_FILES:
        _copy(stock() / name, folder / name)
    shutil.copyfile(medium_font, folder / "assets/fonts/roboto-medium.woff2")
    (folder / "assets/FontManifest.json").write_text(json.dumps(FONTS))
    script = folder / "main.dart.js"
    _replace(script, RIVE_CDN, "/rive/")
    _write(script, without_foreign_bases(script.read_text(encoding="utf-8")))
    rive = site / "rive/wasm/rive_native.js"
    rive.parent.mkdir(parents=True)
    rive.write_text(RIVE_STUB)
    return _name_by_hash(folder)


def copy_pyodide(site: Path, stdlib_zip: Path) -> str:
    """Copy Pyodide with the compiled standard library into `python.<hash>/` and return that folder's name."""
    folder = site / "python"
    for name in PYODIDE_FILES:
        _copy(stock() / "pyodide" / name, folder / name)
    _copy(stdlib_zip, folder / "python_stdlib.zip")
    script = folder / "pyodide.mjs"
    _write(script, without_foreign_bases(script.read_text(encoding="utf-8")))
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    lock["packages"] = {}  # nothing is ever loaded by name, so the list of packages would be dead weight
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return _name_by_hash(folder)


def write_bootstrap(site: Path, flutter: str) -> None:
    """Write `flutter_bootstrap.js`: the loader of Flutter, without its service worker (it unregisters ours)."""
    text = (stock() / "flutter_bootstrap.js").read_text(encoding="utf-8")
    text, found = re.subn(r"serviceWorkerSettings: \{[^}]*\},", "", text)
    if found != 1:
        raise SystemExit("flutter_bootstrap.js no longer has the serviceWorkerSettings block this build takes out")
    # `load({serviceWorkerSettings:e,…})` stays in the loader as the name of an argument nobody passes any more.
    text = text.replace("serviceWorkerSettings:e,", "").replace(
        ",e&&(d.serviceWorkerLoader", ",0&&(d.serviceWorkerLoader"
    )
    text = text.replace("loadServiceWorker(e)", "loadServiceWorker()").replace(
        "flutter_service_worker.js", "not-served.js"
    )
    builds = {"compileTarget": "dart2js", "renderer": "canvaskit", "mainJsPath": f"{flutter}/main.dart.js"}
    text, found = re.subn(r'"builds":\[.*?\]\}', f'"builds":[{json.dumps(builds)}]}}', text)
    if found != 1:
        raise SystemExit("flutter_bootstrap.js no longer has the list of builds")
    text = text.replace("//# sourceMappingURL=flutter.js.map", "")
    _write(site / "flutter_bootstrap.js", without_foreign_bases(text))


def configure_index(index: Path, *, flutter: str, python: str, archive: str) -> None:
    """Fill `<!-- fletAppConfig -->` of our index.html; addresses are absolute: a module worker resolves no others."""
    before = index.read_text(encoding="utf-8")
    if "<!-- fletAppConfig -->" not in before:
        raise SystemExit("mobile/web/index.html lacks the line <!-- fletAppConfig -->")
    patch_index_html(
        str(index),
        base_href="/",
        pyodide=True,
        pyodide_script_path="main.py",
        pyodide_version="local",
        app_package_url=f"/{archive}",
        no_cdn=True,
    )
    text = index.read_text(encoding="utf-8")
    for name, value in {
        "pyodideUrl": f"/{python}/pyodide.mjs",
        "pythonModuleName": "mobile.main",
        "canvasKitBaseUrl": f"/{flutter}/canvaskit/",
        "fontFallbackBaseUrl": f"/{flutter}/assets/fonts/",
        "assetBase": f"/{flutter}/",
        "webRenderer": "canvaskit",
    }.items():
        text, found = re.subn(rf'(flet\.{name}\s*=\s*)"[^"]*"', rf'\g<1>"{value}"', text)
        if found != 1:
            raise SystemExit(f"patch_index_html no longer sets flet.{name}")
    # The largest script is on its way while the card is drawn; without this it is asked for only after that.
    preload = f'<link rel="preload" as="script" fetchpriority="low" href="/{flutter}/main.dart.js">'
    _write(index, text.replace("</head>", f"  {preload}\n</head>"))


def without_foreign_bases(text: str) -> str:
    for base in FOREIGN_BASES:
        text = text.replace(base, "/not-served")
    return text


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise SystemExit(f"missing in the client this build starts from: {source.name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise SystemExit(f"{file.name} no longer contains {old}: look where it went")
    _write(file, text.replace(old, new))


def _name_by_hash(folder: Path) -> str:
    name = f"{folder.name}.{digest_tree(folder)[:12]}"
    folder.rename(folder.with_name(name))
    return name
