"""A thousand notices of payment through kill -9, and how many a second beside the database's bare transactions.

``python -m scripts.benches.payments``; docs/performance.md says what is measured and how.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from backend.infra.mongo import Database, Session
from backend.infra.system import SystemClock
from backend.payments.adapters.vnpay_signing import HASH, sign_string, signature, to_time
from scripts.benches._load import Load, run_each
from scripts.supervise.city import City
from shared_models.payment.order import GatewayKey
from tests.support.story.caller import API
from tests.support.story.city import fault_city
from tests.support.story.notices import Storm, Tale

ROUNDS: Final = 5
CONNECTIONS: Final = 8
BARE: Final = 400
MOST_BUSY_SHARE: Final = 0.5
_NUMBERS: Final = count(10_000_000)


def measure() -> dict[str, float | int]:
    """What the storm left of 600 orders, and the rates of `rates`."""
    with tempfile.TemporaryDirectory() as name, fault_city(Path(name)) as city:
        storm = Storm(city, Random(1))
        try:
            storm.begin()
            storm.rage()
            figures = storm.figures()
        finally:
            storm.close()
        return figures | rates(city)


def rates(city: City) -> dict[str, float | int]:
    """``notices_per_s``, ``bare_txn_per_s`` and the one as a share of the other, medians of `ROUNDS` in turns.

    The same mix of notices at the speed of the city: signed before, over kept connections, each answered after its
    commit. A bare transaction inserts one document of the same database and does nothing else.
    """
    storm = Storm(city, Random(2), gateways=(GatewayKey.VNPAY,))
    try:
        storm.begin()
        account = json.loads((city.data / "keys" / "gateways" / "vnpay.json").read_text("utf-8"))
        taken: list[float] = []
        bare: list[float] = []
        for turn in range(ROUNDS):
            told = [notice for tale in storm.tales[turn::ROUNDS] for notice in _notices(city, account, tale)]
            load = run_each(city.ports.app, told, CONNECTIONS)
            _check(load, len(told))
            taken.append(load.per_s)
            bare.append(_bare(storm.container.database))
        if storm.with_one_outcome() != 1.0:
            raise RuntimeError("an order came to something else than its gateway says")
    finally:
        storm.close()
    notices_per_s, bare_txn_per_s = statistics.median(taken), statistics.median(bare)
    return {
        "notices_per_s": round(notices_per_s),
        "bare_txn_per_s": round(bare_txn_per_s),
        "notices_vs_bare_txn": round(notices_per_s / bare_txn_per_s, 3),
    }


def _check(load: Load, sent: int) -> None:
    if load.answers != sent or load.faults:
        raise RuntimeError(f"{load.answers} of {sent} answered, {load.faults} with a fault")
    if load.busy_share > MOST_BUSY_SHARE:
        raise RuntimeError("the client is what was measured")


def _notices(city: City, account: dict[str, str], tale: Tale) -> Iterator[bytes]:
    """What VNPAY tells of a payment, as HTTP requests in the order in which it tells them."""
    number = next(_NUMBERS)
    paid = _notice(city, account, tale, number)
    for told in tale.behaviours:
        if told == "forged":
            yield _notice(city, {**account, "secret": "somebody-else"}, tale, number)
            continue
        yield paid if tale.outcome == "paid" else _notice(city, account, tale, 0)
        if told == "twice":
            yield paid
        elif told == "failure_after":
            yield _notice(city, account, tale, 0)


def _notice(city: City, account: dict[str, str], tale: Tale, number: int) -> bytes:
    """``number``: VNPAY's own of what was paid; 0: cancelled."""
    pairs = {
        "vnp_Amount": str(tale.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": "Thanh toan",
        "vnp_PayDate": to_time(SystemClock().now()),
        "vnp_ResponseCode": "00" if number else "24",
        "vnp_TmnCode": account["tmn_code"],
        "vnp_TransactionNo": str(number),
        "vnp_TransactionStatus": "00" if number else "02",
        "vnp_TxnRef": tale.code,
    }
    text = sign_string(pairs.items())
    query = f"{text}&{HASH}={signature(account['secret'], text)}"
    lines = [
        f"GET {API}/gateways/vnpay/notice?{query} HTTP/1.1",
        f"Host: {city.origin.partition('://')[2]}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _bare(database: Database) -> float:
    """Transactions a second of one insert each, from as many threads as the notices have connections."""
    rows = database.collection("bench_bare")
    rows.insert_one({})

    def insert(_: int) -> None:
        def work(session: Session) -> None:
            rows.insert_one({"at": 0}, session=session)

        database.transaction(work)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(insert, range(BARE)))
        return BARE / (time.perf_counter() - began)


if __name__ == "__main__":
    print(measure())
