"""The sandbox's accounts of the city: both sides read ``DATA/keys/gateways/<gateway>.json``."""

import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final


def _secret() -> str:
    return secrets.token_hex(24)


def _vnpay(own: str, page: str) -> dict[str, Any]:
    return {
        "tmn_code": secrets.token_hex(4).upper(),
        "secret": _secret(),
        "pay_url": f"{page}/vnpay/paymentv2/vpcpay.html",
        "api_url": f"{own}/vnpay/merchant_webapi/api/transaction",
    }


def _momo(own: str, _page: str) -> dict[str, Any]:
    return {
        "partner_code": f"MOMO{secrets.token_hex(4).upper()}",
        "access_key": secrets.token_hex(8),
        "secret": _secret(),
        "create_url": f"{own}/momo/v2/gateway/api/create",
        "query_url": f"{own}/momo/v2/gateway/api/query",
        "refund_url": f"{own}/momo/v2/gateway/api/refund",
    }


def _payos(own: str, page: str) -> dict[str, Any]:
    return {
        "api_url": f"{own}/payos",
        "checkout_url": f"{page}/payos/web",
        "client_id": str(uuid.uuid4()),
        "api_key": str(uuid.uuid4()),
        "checksum_key": secrets.token_hex(32),
        "description_chars": 25,
    }


def _national(own: str, _page: str) -> dict[str, Any]:
    payee = {"agency": "H17", "account": "3511010932190", "bank": "970436", "holder": "KHO BAC NHA NUOC THU NGHIEM"}
    return {
        "init_url": f"{own}/national/init",
        "query_url": f"{own}/national/query",
        "partner": f"H17-{secrets.token_hex(3).upper()}",
        "secret": _secret(),
        "payees": {"*": payee},
    }


def _bank(own: str, _page: str) -> dict[str, Any]:
    payee = {"bin": "970436", "account": "0011001234567", "holder": "THANH PHO THU NGHIEM"}
    return {"lookup_url": f"{own}/bank/lookup", "secret": _secret(), "payees": {"*": payee}}


ACCOUNTS: Final[Mapping[str, Callable[[str, str], dict[str, Any]]]] = {
    "vnpay": _vnpay,
    "momo": _momo,
    "payos": _payos,
    "national": _national,
    "bank": _bank,
}
"""How each account is made: ``own`` is the sandbox as the city reaches it, ``page`` as a citizen's browser does."""


def accounts_folder(data: Path) -> Path:
    return data / "keys" / "gateways"


def make_accounts(data: Path, gateway_url: str, page_url: str | None = None) -> None:
    """Writes each account that is missing; of one that is there and a sandbox's, only the addresses are renewed.

    ``page_url``: the sandbox as a citizen's browser reaches it, where that is another address (a phone in the LAN).
    """
    for key, make in ACCOUNTS.items():
        file = accounts_folder(data) / f"{key}.json"
        fresh = {**make(gateway_url, page_url or gateway_url), "sandbox": True}
        if file.exists():
            kept = json.loads(file.read_text("utf-8"))
            if not kept.get("sandbox"):
                continue  # somebody's real account: theirs to change
            # Fields that an account has no more go, and new ones come: an old DATA starts with the code of today.
            fresh = {name: value if name.endswith("_url") else kept.get(name, value) for name, value in fresh.items()}
        _write(file, fresh)


def read_account(data: Path, key: str) -> dict[str, Any] | None:
    """A gateway's sandbox account; None for a real one, which the sandbox has no business with.

    Raises:
        FileNotFoundError: there is none.
    """
    account: dict[str, Any] = json.loads((accounts_folder(data) / f"{key}.json").read_text("utf-8"))
    return account if account.get("sandbox") is True else None


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    fresh.replace(file)
