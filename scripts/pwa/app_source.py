"""Which of our own files go into the browser."""

import shutil
from pathlib import Path

ROOMS = ("mobile", "shared_models")
# `mobile/web` is the page around Python; the HTTP schemas need marshmallow, which would cost every start 0.2 s.
# Nor can the app read other people's codes (`foreign`, and `profiles.py`, which lists them).
LEFT_OUT = ("web", "__pycache__", "*.md", "requirements-web.lock", "schemas", "foreign", "profiles.py")


def stage(root: Path, target: Path) -> Path:
    """Copy the rooms that run in the browser into a fresh folder and return it."""
    shutil.rmtree(target, ignore_errors=True)
    for room in ROOMS:
        shutil.copytree(root / room, target / room, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return target
