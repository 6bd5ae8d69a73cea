"""The version of this code, as the processes say it of themselves (pyproject.toml has the same; a test compares)."""

from typing import Final

VERSION: Final = "0.1.0"
