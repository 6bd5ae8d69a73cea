"""Brotli beside every file worth it. Quality 11 is slow, so results are kept under the hash of their input."""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import brotli
from pwa.cache import Cache, digest

COMPRESSIBLE = {
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".json",
    ".wasm",
    ".zip",
    ".otf",
    ".svg",
    ".txt",
    ".bin",
    ".frag",
    ".webmanifest",
}
QUALITY = 11
# The largest window of plain brotli (16 MiB) lets every file here be seen whole.
WINDOW_BITS = 24
SMALLEST = 128
"""Bytes; a minified module is often a few hundred, and brotli takes a third of them away."""


def compress_site(site: Path, cache: Cache) -> tuple[int, int]:
    """Write `<file>.br` for each file that gains by it; returns bytes before and after, over all files served."""
    files = [file for file in sorted(site.rglob("*")) if file.is_file() and file.suffix != ".br"]
    chosen = [file for file in files if file.suffix in COMPRESSIBLE and file.stat().st_size >= SMALLEST]
    keys = {file: digest(b"brotli-11-24\0" + file.read_bytes()) for file in chosen}
    missing = {key: file for file, key in keys.items() if not cache.file("br", key).is_file()}
    _compress_missing(missing, cache)
    before = after = 0
    for file in files:
        size = file.stat().st_size
        before += size
        packed = cache.file("br", keys[file]) if file in keys else None
        if packed and packed.stat().st_size < size:
            shutil.copyfile(packed, file.with_name(f"{file.name}.br"))
            size = packed.stat().st_size
        after += size
    return before, after


def _compress_missing(missing: dict[str, Path], cache: Cache) -> None:
    # Largest first, so that the two cores finish together.
    order = sorted(missing.items(), key=lambda item: -item[1].stat().st_size)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = [(key, file, pool.submit(_compress, file)) for key, file in order]
        for number, (key, file, job) in enumerate(jobs, 1):
            cache.write(cache.file("br", key), job.result())
            if file.stat().st_size > 1_000_000:
                print(f"    {number}/{len(jobs)} {file.name} packed", flush=True)


def _compress(file: Path) -> bytes:
    return brotli.compress(file.read_bytes(), quality=QUALITY, lgwin=WINDOW_BITS)
