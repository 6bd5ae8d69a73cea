"""A phone in memory: a `Web` and a `Transport` that keep the contracts of the real ones, and a builder of the app."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from mobile.services.app_services import Surroundings
from mobile.services.dpop import b64url
from mobile.services.queue import HISTORY
from mobile.services.transport import Request, Response, Unreachable
from mobile.services.web import EventListener, Json, KeyName, PublicKey, VaultStatus
from shared_models.clock import FixedClock, to_wire
from shared_models.errors import DomainError
from tests.support.sleeper import Sleeper

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
FREE_TRIES = 4
PUBLIC_KEYS = {"pinned", "settings", "city", "catalogue"}
DELAYS_S = (30, 60, 300, 900, 3600)


class MemoryWeb:
    """What `mobile/web` gives, without a browser; two tabs share one `disk`."""

    def __init__(self, clock: FixedClock, disk: dict[str, Any] | None = None) -> None:
        self.clock = clock
        self.disk = disk if disk is not None else {"vault": None, "public": {}, "keys": {}, "locks": {}}
        self.is_open = False
        self.ops: list[tuple[str, Json]] = []
        self.answers: dict[str, Any] = {}
        self.saved: list[tuple[str, bytes]] = []
        self.paper: Json | None = None
        self.listener: EventListener | None = None
        self.trust: Json = {"version": 3, "as_of_s": int(NOW.timestamp()) - 3600, "lists": []}
        self.trust_failure: str | None = None
        self.trust_comes = asyncio.Event()
        self.trust_comes.set()
        self.history_comes = asyncio.Event()
        self.history_comes.set()
        self.full: bool | set[str] = False
        self.online = True

    # --- vault ---

    async def vault_status(self) -> VaultStatus:
        vault = self.disk["vault"]
        until = vault["until"] if vault else None
        locked = to_wire(until) if until and until > self.clock.now() else None
        return {
            "exists": vault is not None,
            "unlocked": vault is not None and self.is_open,
            "failures": vault["failures"] if vault else 0,
            "locked_until": locked,
            "clock_moved": vault["clock_moved"] if vault else False,
        }

    async def vault_create(self, pin: str) -> None:
        if self.disk["vault"]:
            raise DomainError("vault.exists")
        if not pin.isdigit() or len(pin) != 6:
            raise DomainError("vault.pin_format")
        self._write("vault")
        self.disk["vault"] = {"pin": pin, "failures": 0, "until": None, "clock_moved": False, "values": {}}
        self.is_open = True

    async def vault_unlock(self, pin: str) -> None:
        self._try(pin)
        self.is_open = True

    def _try(self, pin: str) -> None:
        vault = self.disk["vault"]
        if not vault:
            raise DomainError("vault.missing")
        if vault["until"] and vault["until"] > self.clock.now():
            raise DomainError("vault.locked_out")
        if vault["pin"] != pin:
            vault["failures"] += 1
            if vault["failures"] > FREE_TRIES:
                delay_s = DELAYS_S[min(vault["failures"] - FREE_TRIES, len(DELAYS_S)) - 1]
                vault["until"] = self.clock.now() + timedelta(seconds=delay_s)
            raise DomainError("vault.wrong_pin")
        vault["failures"], vault["until"], vault["clock_moved"] = 0, None, False

    async def vault_lock(self) -> None:
        self.is_open = False

    async def vault_change_pin(self, old: str, new: str) -> None:
        self._try(old)
        self.disk["vault"]["pin"] = new

    async def vault_wipe(self, *, keeps_session_key: bool = False) -> None:
        self.disk["vault"] = None
        kept = {"session"} if keeps_session_key else set()
        for name in set(self.disk["keys"]) - kept:
            del self.disk["keys"][name]
        self.disk["public"].clear()
        self.is_open = False

    def _write(self, what: str) -> None:
        """Every write passes here: a full phone refuses it, all or only what is named."""
        if self.full is True or what in (self.full or ()):
            raise DomainError("storage.full")

    @property
    def values(self) -> dict[str, str]:
        if not self.is_open or not self.disk["vault"]:
            raise DomainError("vault.locked")
        values: dict[str, str] = self.disk["vault"]["values"]
        return values

    async def vault_get(self, key: str) -> Json | None:
        text = self.values.get(key)
        return json.loads(text) if text is not None else None

    async def vault_put(self, key: str, value: Json) -> None:
        self._write(key)
        self.values[key] = json.dumps(value)

    async def vault_remove(self, key: str) -> None:
        self.values.pop(key, None)

    async def vault_list(self, prefix: str) -> list[tuple[str, Json]]:
        if prefix == HISTORY:
            await self.history_comes.wait()
        return [(key, json.loads(text)) for key, text in sorted(self.values.items()) if key.startswith(prefix)]

    # --- keys ---

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        if name not in self.disk["keys"]:
            self._write(name)
            self.disk["keys"][name] = ec.generate_private_key(ec.SECP256R1())
        key: ec.EllipticCurvePrivateKey = self.disk["keys"][name]
        return key

    async def key_ensure(self, name: KeyName) -> PublicKey:
        numbers = self._key(name).public_key().public_numbers()
        x, y = b64url(numbers.x.to_bytes(32, "big")), b64url(numbers.y.to_bytes(32, "big"))
        members = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
        return {"x": x, "y": y, "jkt": b64url(sha256(members.encode()).digest())}

    async def key_sign(self, name: KeyName, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key(name).sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    # --- the store without a PIN, trust, codes ---

    async def public_get(self, key: str) -> Json | None:
        assert key in PUBLIC_KEYS, "the page refuses other keys"
        text = self.disk["public"].get(key)
        return json.loads(text) if text is not None else None

    async def public_put(self, key: str, value: Json) -> None:
        assert key in PUBLIC_KEYS
        self._write(key)
        self.disk["public"][key] = json.dumps(value)

    async def public_remove(self, key: str) -> None:
        self.disk["public"].pop(key, None)

    async def trust_update(self) -> Json:
        await self.trust_comes.wait()
        if self.trust_failure:
            raise DomainError(self.trust_failure)
        self._write("trust")
        return self.trust

    async def trust_state(self) -> Json:
        return self.trust

    async def present(self, credential: str, nonce: str | None = None) -> str:
        return f"VN1:{credential}:{int(self.clock.now().timestamp())}:{nonce or ''}"

    async def qr_png(self, text: str, px: int) -> bytes:
        return b"PNG" + text.encode() + str(px).encode()

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        async with self.disk["locks"].setdefault(name, asyncio.Lock()):
            yield

    # --- the page ---

    async def call(self, op: str, args: Json | None = None) -> Any:
        self.ops.append((op, args or {}))
        answer = self.answers.get(op)
        if isinstance(answer, DomainError):
            raise answer
        return answer

    def is_online(self) -> bool:
        return self.online

    async def save_file(self, content: bytes, name: str) -> None:
        self.saved.append((name, content))

    async def show_paper(self, content: bytes, media_type: str, told: Json) -> None:
        self.paper = {**told, "media_type": media_type, "content": content}

    async def hide_paper(self) -> None:
        self.paper = None

    def on_event(self, listener: EventListener) -> None:
        self.listener = listener

    def emit(self, name: str, data: Json | None = None) -> None:
        assert self.listener is not None
        self.listener(name, data or {})


Answer = tuple[int, Any]
Route = Callable[[Any, dict[str, str]], Answer]


class MemoryServer:
    """Answers requests from a table of routes; can be cut off before or after one arrives, or stall (`goes_on`)."""

    origin = "http://localhost"

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.routes: dict[tuple[str, str], Route] = {}
        self.requests: list[Request] = []
        self.is_down, self.loses_answers = False, 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.clock_offset = timedelta()

    def on(self, method: str, path: str, answer: Route | Answer) -> None:
        self.routes[method, path] = answer if callable(answer) else lambda _body, _query: answer

    async def send(self, request: Request) -> Response:
        if self.is_down:
            raise Unreachable("network")
        self.requests.append(request)
        await self.goes_on.wait()
        parts = urlsplit(request.path)
        route = self.routes.get((request.method, parts.path)) or self._any(request.method, parts.path)
        body = request.body if isinstance(request.body, bytes) else json.loads(request.body) if request.body else None
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        status, answer = route(body, query) if route else (404, {"code": "request.unknown_path", "status": 404})
        if self.loses_answers:
            self.loses_answers -= 1
            raise Unreachable("cut")
        headers = {"date": format_datetime(self.clock.now() + self.clock_offset, usegmt=True)}
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode() if answer is not None else b""
        return Response(status, headers, content)

    def _any(self, method: str, path: str) -> Route | None:
        """A path that ends in `*` stands for all that begin so; its route finds the rest in the query as `*`."""
        for (known, pattern), route in self.routes.items():
            if known == method and pattern.endswith("*") and path.startswith(pattern[:-1]):
                rest = path[len(pattern) - 1 :]
                return lambda body, query, route=route: route(body, {**query, "*": rest})  # type: ignore[misc]
        return None

    def asked(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and urlsplit(r.path).path == path]


def counting_bytes() -> Callable[[int], bytes]:
    """Random bytes that a test can rely on: each call gives others."""
    numbers = count(1)
    return lambda length: sha256(str(next(numbers)).encode()).digest()[:length].ljust(length, b"\1")


def surroundings(web: MemoryWeb, server: MemoryServer, clock: FixedClock) -> Surroundings:
    return Surroundings(web, server, clock, counting_bytes(), Sleeper())
