"""A push service as RFC 8030, 8291 and 8292 want one: a real HTTP server that checks, decrypts and records.

It answers 201 unless it is told what else to do, and keeps the browser's side of each subscription, so that a test can
read what a phone would have shown.
"""

import base64
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

BODY_LIMIT = 4096


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Answer:
    """What to answer once: a status, headers, or no answer at all for ``hang_s`` seconds."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0.0


@dataclass(frozen=True)
class Received:
    """One request that reached the service, decrypted with the subscription's key when it was well formed."""

    path: str
    headers: dict[str, str]
    claims: dict[str, Any]
    payload: dict[str, Any] | None
    size: int


class Subscription:
    """The browser's half: what ``PushSubscription.toJSON()`` gives, and the private key that stays on the phone."""

    def __init__(self, origin: str, name: str) -> None:
        self.path = f"/push/{name}"
        self.endpoint = origin + self.path
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self.auth = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")[:16]
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh = b64url(point)

    def to_json(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": b64url(self.auth)}}

    def decrypt(self, body: bytes) -> bytes:
        return bytes(http_ece.decrypt(body, private_key=self.private_key, auth_secret=self.auth, version="aes128gcm"))


class PushService:
    """Its state, shared with the server's threads. Use ``running_push_service()``."""

    def __init__(self) -> None:
        self.origin = ""
        self.received: list[Received] = []
        self.faults: list[str] = []
        self.subscriptions: dict[str, Subscription] = {}
        self._answers: dict[str, deque[Answer]] = {}
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self.released = threading.Event()

    def subscribe(self, name: str) -> Subscription:
        subscription = Subscription(self.origin, name)
        with self._lock:
            self.subscriptions[subscription.path] = subscription
        return subscription

    def answer(self, subscription: Subscription, *answers: Answer) -> None:
        """What to answer to the next messages for a subscription; after them, 201 again."""
        with self._lock:
            self._answers[subscription.path] = deque(answers)

    def next_answer(self, path: str) -> Answer:
        with self._lock:
            if path not in self.subscriptions:
                return Answer(404)
            queue = self._answers.get(path)
            return queue.popleft() if queue else Answer()

    def record(self, received: Received) -> None:
        with self._changed:
            self.received.append(received)
            self._changed.notify_all()

    def wait_for(self, count: int, timeout_s: float = 10.0) -> list[Received]:
        """The first ``count`` messages, once they are here; fails after the time limit."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, timeout_s), (
                f"{len(self.received)} of {count} messages came"
            )
            return list(self.received)

    def payloads(self) -> list[dict[str, Any]]:
        return [message.payload for message in self.received if message.payload is not None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.service.next_answer(self.path)
        subscription = self.service.subscriptions.get(self.path)
        fault, claims = self._fault(body)
        if fault is not None:
            self.service.faults.append(fault)
            answer = Answer(400)
        payload = None
        if subscription is not None and fault is None:
            payload = json.loads(subscription.decrypt(body))
        self.service.record(Received(self.path, dict(self.headers), claims, payload, len(body)))
        if answer.hang_s:
            self.service.released.wait(answer.hang_s)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _fault(self, body: bytes) -> tuple[str | None, dict[str, Any]]:
        """What a strict service would refuse, and the claims of the token."""
        rules = {
            "no TTL (RFC 8030 5.2)": self.headers.get("TTL", "").isdigit(),
            "not aes128gcm (RFC 8291 4)": self.headers.get("Content-Encoding") == "aes128gcm",
            "no content type": self.headers.get("Content-Type") == "application/octet-stream",
            "more than 4096 bytes (RFC 8030 7.2)": len(body) <= BODY_LIMIT,
        }
        for fault, is_kept in rules.items():
            if not is_kept:
                return fault, {}
        scheme, _, rest = self.headers.get("Authorization", "").partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or not {"t", "k"} <= fields.keys():
            return "no vapid token (RFC 8292 3)", {}
        if not Vapid02.verify(f"vapid t={fields['t']},k={fields['k']}"):
            return "the token's signature does not hold", {}
        claims = json.loads(unb64url(fields["t"].split(".")[1]))
        if claims.get("aud") != self.service.origin:
            return "the token is for another service (RFC 8292 2)", claims
        return None, {**claims, "k": fields["k"]}

    def log_message(self, *_: Any) -> None:
        """Quiet: the test reads ``received``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Dozens of senders connect at once; the default of 5 would make some wait a second for the kernel's second try.
    request_queue_size = 128


@contextmanager
def running_push_service() -> Iterator[PushService]:
    service = PushService()
    handler = type("Handler", (_Handler,), {"service": service})
    server = _Server(("127.0.0.1", 0), handler)
    service.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
