"""What the page around Flet weighs in the built site, compressed. ``python -m scripts.benches.fast_lane``.

What is counted, and what is not, stands in ``scripts/pwa/fast_lane.py``; the build stops at the same bound.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from pwa import fast_lane  # noqa: E402 - the build's modules are files beside it, not a package


def measure() -> dict[str, int]:
    """``fast_lane_bytes``: of the site in ``build/pwa``."""
    return {"fast_lane_bytes": sum(fast_lane.weigh(ROOT / "mobile/web", ROOT / "build/pwa").values())}


if __name__ == "__main__":
    print(measure())
