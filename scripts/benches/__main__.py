"""Measures what the project promises: ``scripts/bench [NAME...]``.

A name is a module of this folder (``credential``, ``batch``, ``browser``, ``servers``, …) or a figure; without one,
everything is measured. Prints a table and writes ``build/bench.json``: one flat object of what this run measured.
"""

import argparse
import importlib
import json
import pkgutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUTPUT = ROOT / "build" / "bench.json"

Figures = dict[str, float | int]


class Promise(NamedTuple):
    """A figure's bound: ``at_least`` or at most ``bound``, and who measures it."""

    module: str
    bound: float
    at_least: bool
    meaning: str


PROMISES = {
    "verify_vs_bare": Promise("credential", 0.3, True, "verdicts a second, of bare ES256 verifications"),
    "mint_vs_bare": Promise("credential", 0.3, True, "credentials minted a second, of bare ES256 signatures"),
    "verify_vs_cwt": Promise("beside_cwt", 0.6, True, "verdicts a second, of the cwt package's"),
    "mint_vs_cwt": Promise("beside_cwt", 1.2, True, "credentials minted a second, of the cwt package's"),
    "granian_vs_gunicorn": Promise("servers", 1.0, True, "answers a second of a public route, of gunicorn's"),
    "card_ms": Promise("browser", 500, False, "offline restart: QR of the instant card, ms"),
    "ui_ms": Promise("browser", 2500, False, "offline restart: the app usable, ms"),
    "verdict_ms": Promise("browser", 150, False, "frame with a code to verdict, ms"),
    "fast_lane_bytes": Promise("fast_lane", 100_000, False, "the page around Flet, compressed, bytes"),
    "first_visit_bytes": Promise("browser", 11 * 2**20, False, "first visit, bytes over the wire"),
    "batch500_s": Promise("batch", 2.0, False, "500 queued records uploaded, s"),
    "batch500_resend_changes": Promise("batch", 0, False, "documents that sending them again changes"),
    "remint10k_s": Promise("remint", 300.0, False, "10,000 codes of a lost key minted anew, s"),
    "remint10k_red_s": Promise("remint", 60.0, False, "the 10,000 old ones revoked and the list signed, s"),
    "remint10k_again": Promise("remint", 0, False, "documents that running it again changes"),
    "queue_vs_bare": Promise("dossiers", 1.5, False, "a desk's queue over HTTP less 5 ms, of the bare query"),
    "status_vs_bare": Promise("dossiers", 1.5, False, "a status by code, the same"),
    "search_vs_bare": Promise("dossiers", 1.5, False, "a search by name, the same"),
    "queue_growth": Promise("dossiers", 2.0, False, "a queue of 200,000 dossiers, of one of 2,000"),
    "status_growth": Promise("dossiers", 2.0, False, "a status, the same"),
    "search_growth": Promise("dossiers", 2.0, False, "a search, the same"),
    "orders_with_one_outcome": Promise("payments", 1.0, True, "orders that came to one outcome through kill -9, share"),
    "receipt_gaps": Promise("payments", 0, False, "numbers of receipts that are missing or there twice"),
    "money_difference_vnd": Promise("payments", 0, False, "receipts less what the gateways were paid, VND"),
    "notices_vs_bare_txn": Promise("payments", 0.08, True, "notices a second, of bare transactions of one insert"),
    "paid_shown_ms": Promise("paid", 2000, False, "a payment known to the city to shown on the phone, ms"),
    "bundle_bytes": Promise("bundle", 200_000, False, "keys and ten lists of a million, bytes"),
    "bundle_load_ms": Promise("browser", 100, False, "the same loaded on the phone, ms"),
}


def modules() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_"))


def wanted_modules(names: list[str]) -> list[str]:
    """The modules that measure these names, each once; all of them for none."""
    known = modules()
    if not names:
        return known
    found = [PROMISES[name].module if name in PROMISES else name for name in names]
    unknown = sorted({name for name in found if name not in known})
    if unknown:
        raise SystemExit(f"unknown: {', '.join(unknown)}; there are {', '.join([*known, *PROMISES])}")
    return list(dict.fromkeys(found))


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    figures: Figures = {}
    for name in wanted_modules(parser.parse_args().names):
        began = time.monotonic()
        print(f"→ {name}", flush=True)
        measure: Callable[[], Figures] = importlib.import_module(f"scripts.benches.{name}").measure
        figures |= measure()
        print(f"  done in {time.monotonic() - began:.0f} s", flush=True)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return print_table(figures)


def print_table(figures: Figures) -> int:
    """Each figure beside its promise; 1 when one is missed."""
    missed = 0
    print()
    for name, value in figures.items():
        promise = PROMISES.get(name)
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
        if promise is None:
            print(f"  {name:<26} {shown:>14}")
            continue
        is_kept = value >= promise.bound if promise.at_least else value <= promise.bound
        missed += not is_kept
        sign = "≥" if promise.at_least else "≤"
        word = "ok" if is_kept else "MISSED"
        print(f"  {name:<26} {shown:>14}   {sign} {promise.bound:<12,g} {word:<7} {promise.meaning}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
