"""The gateways of this city: one for each account that it has, from an explicit list."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from backend.payments.adapters.bank import Bank
from backend.payments.adapters.http import Http
from backend.payments.adapters.momo import Momo
from backend.payments.adapters.national import National
from backend.payments.adapters.payos import Payos
from backend.payments.adapters.vnpay import Vnpay
from backend.payments.ports import Gateway
from shared_models.clock import Clock
from shared_models.payment.order import GatewayKey

ADAPTERS: Final[Mapping[GatewayKey, Callable[[Any, Http, Clock], Gateway]]] = {
    GatewayKey.VNPAY: Vnpay,
    GatewayKey.MOMO: Momo,
    GatewayKey.PAYOS: Payos,
    GatewayKey.NATIONAL: National,
    GatewayKey.BANK: Bank,
}


def gateways(accounts: Mapping[GatewayKey, Any], http: Http, clock: Clock) -> Mapping[GatewayKey, Gateway]:
    """In the order of the list, which is the order in which citizens see them."""
    return {key: make(accounts[key], http, clock) for key, make in ADAPTERS.items() if key in accounts}
