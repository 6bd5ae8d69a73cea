"""The sandbox of the payment gateways and banks: one process, each gateway under its own prefix.

    python -m scripts.sandbox_gateways --port 8009 --data data --public-url http://localhost:8000

It speaks the gateways' wire formats and signs like them, with the secrets in DATA/keys/gateways. No money moves.
``/control`` drives it from tests (scripts/sandbox/gateways/site.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backend.infra.system import SystemClock
from scripts.lan.authority import LanFiles
from scripts.sandbox.gateways.accounts import make_accounts, read_account
from scripts.sandbox.gateways.bank import BankParty
from scripts.sandbox.gateways.courier import Courier
from scripts.sandbox.gateways.ledger import Ledger
from scripts.sandbox.gateways.momo import MomoParty
from scripts.sandbox.gateways.national import NationalParty
from scripts.sandbox.gateways.party import Party, Place
from scripts.sandbox.gateways.payos import PayosParty
from scripts.sandbox.gateways.site import make_gateways_site, only_pages
from scripts.sandbox.gateways.vnpay import VnpayParty
from scripts.sandbox.web import Listener, sandbox_arguments, serve

PARTIES: Final[tuple[type[Party], ...]] = (VnpayParty, MomoParty, PayosParty, NationalParty, BankParty)


def open_ledger(data: Path) -> Ledger:
    return Ledger(data / "sandbox" / "gateways", SystemClock().now)


def open_parties(data: Path, ledger: Ledger, place: Place) -> Mapping[str, Party]:
    """Those whose account is a sandbox's: where the city has a real one, there is nothing to play."""
    accounts = {kind: read_account(data, kind.key) for kind in PARTIES}
    return {kind.key: kind(account, ledger, place) for kind, account in accounts.items() if account}


def main() -> None:
    options = sandbox_arguments(__doc__)
    own = f"http://127.0.0.1:{options.port}"
    shown = f"https://{options.lan_address}:{options.port}" if options.lan_address else own
    make_accounts(options.data, own, shown)
    place = Place(shown, options.public_url.rstrip("/"))
    ledger = open_ledger(options.data)
    parties = open_parties(options.data, ledger, place)
    app = make_gateways_site(parties, ledger, place)
    Courier(ledger, parties, authority=options.authority).start()
    listeners = [Listener(options.port, app)]
    if options.lan_address:
        files = LanFiles(options.data / "lan")
        listeners.append(
            Listener(options.port, only_pages(app, parties.values()), options.lan_address, (files.chain, files.key))
        )
    serve(*listeners)


if __name__ == "__main__":
    main()
