"""A city in one process for browser tests of `mobile/web`: its files as they lie in the tree, a trust list and a status
list signed just now, and the policy that the built site has. No backend, no build.
"""

import hashlib
import json
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from backend.infra.system import SystemClock
from shared_models.clock import to_epoch_s
from shared_models.credential.claims import Claims
from shared_models.credential.constants import UNDATED_TERM_S
from shared_models.credential.mint import mint
from shared_models.credential.presentation import present
from shared_models.credential.qr_text import paper_text
from shared_models.credential.status_list import StatusList, make_status_list
from shared_models.credential.trust_list import TrustList, make_trust_list
from shared_models.place import Point, geohash
from tests.support import credentials as demo

WEB = Path(__file__).resolve().parents[2] / "mobile" / "web"
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; frame-src blob:; object-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'"
)
TOP_FILES = {path.name for path in WEB.iterdir() if path.suffix in {".js", ".html", ".json"}}
SERVED = {"css", "i18n", "icons", "pay", "q", "verify", "vendor"} | TOP_FILES - {
    "package.json",
    "package-lock.json",
    "vendor.json",
}
PAGES = {"/q": "/q/index.html", "/pay/return": "/pay/index.html"}
# Stands where python-worker.js stands: the other side of the bridge, with the same module that Python gets.
TEST_WORKER = b"""
import { pythonModule } from "/python_module.js";
const web = pythonModule(self.name);
const heard = [];
web.on_event((name, json) => heard.push([name, JSON.parse(json)]));
self.onmessage = async ({ data: { id, name, args } }) => {
  try {
    const value = name === "heard" ? heard.slice() : await web[name](...args);
    self.postMessage({ id, value: typeof value === "function" ? null : value });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
self.postMessage({ id: "ready" });
"""
STOPS_WITHIN_S = 0.02
HAI_CHAU = Point(16.0605, 108.2209)


def clock_s() -> int:
    """The browser runs on the real clock, so its city does too."""
    return to_epoch_s(SystemClock().now())


def inline_hashes(page: str) -> str:
    """The CSP sources of the inline scripts of a page."""
    scripts = [part.split("</script>")[0] for part in page.split("<script>")[1:]]
    digests = [urlsafe_b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return " ".join(f"'sha256-{digest.replace('-', '+').replace('_', '/')}'" for digest in digests)


@dataclass
class DemoCity:
    """What the server answers; tests change it between two visits. `hangs`: a path that gets no answer yet."""

    now_s: int = field(default_factory=clock_s)
    requests: list[str] = field(default_factory=list)
    origin: str = ""
    version: str = "one"
    status_key: demo.Key = demo.STATUS
    forged_trust: bytes | None = None
    forged_status: bytes | None = None
    root: demo.Key = demo.ROOT
    handovers: list[bytes] = field(default_factory=list)
    environment: str = "test"
    hangs: str | None = None

    def __post_init__(self) -> None:
        self.trust: TrustList = replace(
            demo.TRUST, issued_at_s=self.now_s - demo.DAY, expires_at_s=self.now_s + 30 * demo.DAY
        )
        self.trust = replace(
            self.trust,
            keys=tuple(
                replace(key, not_before_s=self.now_s - demo.YEAR, expires_at_s=self.now_s + demo.YEAR)
                for key in demo.TRUST.keys
            ),
        )
        self.status: StatusList = self.status_list(age_s=600)

    def status_list(self, age_s: int) -> StatusList:
        issued_at_s = self.now_s - age_s
        return replace(demo.STATUS_LIST, issued_at_s=issued_at_s, expires_at_s=issued_at_s + 7 * demo.DAY)

    # --- credentials

    def restaurant(self, **changes: Any) -> Claims:
        standing = {"issued_at_s": self.now_s - demo.DAY, "expires_at_s": self.end_of_day(1094)}
        return demo.restaurant(**(standing | {"geohash": geohash(HAI_CHAU)} | changes))

    def driver(self, **changes: Any) -> Claims:
        issued_at_s = self.now_s - demo.DAY
        return demo.driver(issued_at_s=issued_at_s, expires_at_s=issued_at_s + UNDATED_TERM_S, **changes)

    def house(self, **changes: Any) -> Claims:
        standing = {"issued_at_s": self.now_s - demo.DAY, "expires_at_s": self.end_of_day(364)}
        return demo.house(**(standing | {"geohash": geohash(HAI_CHAU)} | changes))

    def traveller(self, **changes: Any) -> Claims:
        return demo.traveller(issued_at_s=self.now_s - demo.DAY, expires_at_s=self.end_of_day(5), **changes)

    def household(self, **changes: Any) -> Claims:
        issued_at_s = self.now_s - demo.DAY
        standing = {"issued_at_s": issued_at_s, "expires_at_s": issued_at_s + UNDATED_TERM_S}
        return demo.household(**(standing | {"geohash": geohash(HAI_CHAU)} | changes))

    def end_of_day(self, days: int) -> int:
        """The last second of a day in the city (UTC+7), so many days from now."""
        return (self.now_s + 7 * 3600) // demo.DAY * demo.DAY - 7 * 3600 + (days + 1) * demo.DAY - 1

    def paper(self, claims: Claims, key: demo.Key = demo.FOOD) -> str:
        return paper_text(mint(claims, key.kid, key.sign), self.origin)

    def presentation(self, claims: Claims, age_s: int = 0, key: demo.Key = demo.FOOD) -> str:
        bound = mint(replace(claims, holder_key=demo.PHONE.public), key.kid, key.sign)
        return present(bound, clock_s() - age_s, demo.PHONE.sign)

    # --- answers

    def trust_token(self) -> bytes:
        return make_trust_list(self.trust, self.root.public, self.root.sign)

    def status_token(self) -> bytes:
        return make_status_list(self.status, self.status_key.kid, self.status_key.sign)

    def worker(self) -> bytes:
        """sw.js with its list filled in as the build does it, from the files of the tree."""
        text = (WEB / "sw.js").read_text(encoding="utf-8").replace('["__PRECACHE__"]', _precache())
        return text.replace('"__BUILD_VERSION__"', json.dumps(self.version)).encode()

    def answer(self, path: str) -> tuple[bytes, str] | None:
        """Body and content type of what is not a file of the tree."""
        if path in self.handovers_by_url:
            return self.handovers_by_url[path], "application/cwt"
        if path == self.root_url:
            return self.root_bytes, "application/json"
        answers: dict[str, tuple[Callable[[], bytes], str]] = {
            "/city.json": (self._city, "application/json"),
            "/api/v1/trust": (self._index, "application/json"),
            "/api/v1/trust/keys": (self._trust, "application/cwt"),
            "/api/v1/status/1": (self._status, "application/statuslist+cwt"),
            "/flutter_bootstrap.js": (bytes, "text/javascript"),
            "/sw.js": (self.worker, "text/javascript"),
            "/test-worker.js": (lambda: TEST_WORKER, "text/javascript"),
        }
        if path not in answers:
            return None
        make, content_type = answers[path]
        return make(), content_type

    @property
    def root_bytes(self) -> bytes:
        members = {"kid": self.root.kid.hex(), "x": self.root.public.x.hex(), "y": self.root.public.y.hex()}
        return json.dumps(members).encode()

    @property
    def root_url(self) -> str:
        return f"/trust-root.{_etag(self.root_bytes)}.json"

    @property
    def handovers_by_url(self) -> dict[str, bytes]:
        return {f"/root-handover.{_etag(token)}.cwt": token for token in self.handovers}

    def _city(self) -> bytes:
        named = {"url": self.root_url, "kid": self.root.kid.hex(), "handovers": list(self.handovers_by_url)}
        city = {"name": "Đà Nẵng", "environment": self.environment, "trust_root": named}
        return json.dumps(city).encode()

    def _index(self) -> bytes:
        index = {
            "server_time": datetime.fromtimestamp(self.now_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "trust_list": {"url": "/api/v1/trust/keys", "etag": _etag(self._trust())},
            "status_lists": [{"n": 1, "uri": demo.URI, "url": "/api/v1/status/1", "etag": _etag(self._status())}],
        }
        return json.dumps(index).encode()

    def _trust(self) -> bytes:
        return self.forged_trust or self.trust_token()

    def _status(self) -> bytes:
        return self.forged_status or self.status_token()


@cache
def _precache() -> str:
    """The worker's list: read once, for every city of this process serves the same tree."""
    listed = []
    for path in sorted(WEB.rglob("*")):
        name = path.relative_to(WEB).as_posix()
        if path.is_file() and name.split("/")[0] in SERVED and name != "sw.js":
            url = {"index.html": "/", "q/index.html": "/q", "pay/index.html": "/pay/return"}.get(name, f"/{name}")
            listed.append([url, hashlib.sha256(path.read_bytes()).hexdigest(), "all"])
    listed.append(["/flutter_bootstrap.js", hashlib.sha256(b"").hexdigest(), "all"])
    listed.append(["/test-worker.js", hashlib.sha256(TEST_WORKER).hexdigest(), "all"])
    listed.append(["/not-for-this-browser", "0" * 64, "other"])
    return json.dumps(listed)


@cache
def _policy() -> str:
    return POLICY.format(hashes=inline_hashes((WEB / "index.html").read_text(encoding="utf-8")))


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, city: DemoCity, *arguments: Any) -> None:
        self.city = city
        super().__init__(*arguments, directory=str(WEB))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.city.requests.append(self.path)
        while self.city.hangs == path:
            time.sleep(STOPS_WITHIN_S)
        answer = self.city.answer(path)
        if answer is None:
            self.path = PAGES.get(path, self.path)
            super().do_GET()
            return
        body, content_type = answer
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", _policy())
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Silence: `requests` keeps them."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes while it is being answered is no fault; everything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Server:
    """`with Server(city):` serves it on a free port; `city.origin` is its address."""

    def __init__(self, city: DemoCity) -> None:
        self.http = _Http(("127.0.0.1", 0), partial(_Handler, city))
        port = self.http.server_address[1]
        city.origin = f"http://127.0.0.1:{port}"
        city.trust = replace(city.trust, hosts=(*city.trust.hosts, f"127.0.0.1:{port}"))
        self.thread = threading.Thread(target=self.http.serve_forever, args=(STOPS_WITHIN_S,), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
