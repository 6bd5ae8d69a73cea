"""Who the city is to each gateway: files ``KEYS/gateways/<gateway>.json``, for the owner of the process alone.

A file is one JSON object with the fields of the gateway's account class, which may refuse what they say with a
``ValueError``; a gateway without a file is not offered.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Final, get_origin
from urllib.parse import urlsplit

from backend.payments.adapters.bank import BankAccount
from backend.payments.adapters.momo import MomoAccount
from backend.payments.adapters.national import NationalAccount
from backend.payments.adapters.payos import PayosAccount
from backend.payments.adapters.vnpay import VnpayAccount
from shared_models.payment.order import GatewayKey

ACCOUNTS: Final[Mapping[GatewayKey, type[Any]]] = {
    GatewayKey.VNPAY: VnpayAccount,
    GatewayKey.MOMO: MomoAccount,
    GatewayKey.PAYOS: PayosAccount,
    GatewayKey.NATIONAL: NationalAccount,
    GatewayKey.BANK: BankAccount,
}
"""The account class of each gateway; a test holds it equal to `registry.py`."""

PUBLISHED_SECRETS: Final = frozenset(
    {
        "K951B6PE1waDMi640xX08PD3vg6EkVlz",  # MoMo's documents
        "F8BBA842ECF85",
        "RAOEXHYVSDDIIENYWSLDIIZTANXUXZFJ",  # VNPAY's samples
        "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675",  # payOS's documents
    }
)
TEST_HOSTS: Final = frozenset({"sandbox.vnpayment.vn", "test-payment.momo.vn"})
"""Where the gateways themselves let merchants try: money paid there is none."""

_KINDS: Final[Mapping[Any, str]] = {str: "text", int: "a whole number", bool: "true or false", dict: "an object"}


def load_accounts(folder: Path) -> dict[GatewayKey, Any]:
    """The accounts in a folder; without the folder there are none.

    Raises:
        ValueError: everything that is wrong with the files, one fault a line; no value of a file is shown.
    """
    accounts, faults = {}, []
    for file in sorted(folder.glob("*.json")):
        kind = next((kind for key, kind in ACCOUNTS.items() if key.value == file.stem), None)
        if kind is None:
            faults.append(f"{file.name}: no such gateway")
            continue
        content, found = _read(file, kind)
        try:
            accounts[GatewayKey(file.stem)] = None if found else kind(**content)
        except ValueError as fault:
            found.append(str(fault))
        faults += [f"{file.name}: {fault}" for fault in found]
    if faults:
        raise ValueError("\n".join(faults))
    return accounts


def _read(file: Path, kind: type[Any]) -> tuple[Mapping[str, Any], list[str]]:
    try:
        content = json.loads(file.read_bytes())
    except OSError as failure:
        return {}, [f"cannot be read: {type(failure).__name__}"]
    except (ValueError, RecursionError):
        return {}, ["not JSON"]
    if not isinstance(content, dict):
        return {}, ["not an object"]
    known = {field.name: field for field in fields(kind)}
    faults = [f"{name}: no such field" for name in sorted(set(content) - set(known))]
    faults += [fault for field in known.values() for fault in _faults(field, content)]
    return content, faults


def _faults(field: "Field[Any]", content: Mapping[str, Any]) -> list[str]:
    if field.name not in content:
        return [f"{field.name}: missing"] if field.default is MISSING else []
    value, kind = content[field.name], get_origin(field.type) or field.type
    # `type() is`: true is an int to Python, but not in a file of settings.
    if type(value) is not kind:
        return [f"{field.name}: not {_KINDS[kind]}"]
    if isinstance(value, str):
        if not value.strip() or value != value.strip():
            return [f"{field.name}: empty, or with spaces around it"]
        if field.name.endswith("_url") and not _is_address(value):
            return [f"{field.name}: no http or https address"]
    return []


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_reached = bool(parts.hostname) and parts.port != 0  # a port that is none is refused only when it is read
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_reached and not parts.query and not parts.fragment


def production_faults(accounts: Mapping[GatewayKey, Any]) -> list[str]:
    """Why a city must not take money with these accounts, one text each; empty when it may."""
    faults = []
    for key, account in accounts.items():
        held = {field.name: getattr(account, field.name) for field in fields(account)}
        if held.get("sandbox"):
            faults.append(f"{key.value}: a sandbox's account")
        if any(isinstance(value, str) and value in PUBLISHED_SECRETS for value in held.values()):
            faults.append(f"{key.value}: a published test secret")
        for name, value in held.items():
            if not name.endswith("_url"):
                continue
            parts = urlsplit(value)
            if parts.scheme != "https":
                faults.append(f"{key.value}: {name} is not https")
            if parts.hostname in TEST_HOSTS:
                faults.append(f"{key.value}: {name} is the gateway's own test system")
    return faults
