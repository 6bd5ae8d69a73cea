"""A phone in a test: a browser context with the app's page, an inspector's camera, and the other side of the bridge."""

import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from typing import Any

import qrcode
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page

from shared_models.credential.claims import Claims
from shared_models.credential.keys import p256_key
from shared_models.credential.mint import mint
from tests.support import credentials as demo
from tests.support.camera import Camera
from tests.web.demo_city import HAI_CHAU, DemoCity

READY = "navigator.serviceWorker.getRegistration().then((r) => r?.active?.state === 'activated')"
REGISTER = "import('/updates.js').then((m) => m.registerWorker((...event) => (globalThis.told ??= []).push(event)))"
ASK_WORKER = """([name, args]) => new Promise((resolve, reject) => {
  globalThis.testWorker ??= new Promise((ready, failed) => {
    const worker = new Worker("/test-worker.js", { type: "module", name: flet.tab });
    worker.addEventListener("message", ({ data }) => data.id === "ready" && ready(worker));
    worker.addEventListener("error", () => failed(new Error("the worker did not load")));
  });
  testWorker.then((worker) => {
    const id = crypto.randomUUID();
    const hear = ({ data }) => {
      if (data.id !== id) return;
      worker.removeEventListener("message", hear);
      if (data.error) reject(new Error(data.error));
      else resolve(data.value ?? null);
    };
    worker.addEventListener("message", hear);
    worker.postMessage({ id, name, args });
  }, reject);
})"""


def qr_png(*texts: str) -> bytes:
    """A picture with one QR beside the other, eight pixels a module."""
    images = []
    for text in texts:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=4, box_size=8)
        code.add_data(text)
        images.append(code.make_image().get_image().convert("RGB"))
    whole = Image.new("RGB", (sum(image.width for image in images), max(image.height for image in images)), "white")
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    encoded = io.BytesIO()
    whole.save(encoded, "PNG")
    return encoded.getvalue()


def blank_png() -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (320, 240), "grey").save(encoded, "PNG")
    return encoded.getvalue()


class Phone:
    """`complaints` collects errors of the page and everything its policy refused; `put_away` insists there are none.

    `expected` is in the words of a complaint that a test brings about: the browser may make it late.
    """

    def __init__(self, browser: Browser, city: DemoCity, camera: Camera, **browser_looks: Any) -> None:
        self.city, self.camera = city, camera
        self.complaints: list[str] = []
        self.expected = ""
        self.context = browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            locale="vi-VN",
            geolocation={"latitude": HAI_CHAU.lat, "longitude": HAI_CHAU.lon},
            permissions=["geolocation", "camera", "notifications"],
            **browser_looks,
        )
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if self.expected and self.expected in message.text:
            return
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.city.origin + path)
        self.until("document.querySelector('script[src*=flutter]') !== null")

    def until(self, condition: str, argument: Any = None, page: Page | None = None) -> None:
        """Waits for a JavaScript condition; `wait_for_function` would need eval, which the page's policy refuses."""
        for _ in range(200):
            if (page or self.page).evaluate(f"async (a) => Boolean(await ({condition}))", argument):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(condition)

    def put_away(self) -> None:
        self.context.close()
        assert self.complaints == []

    def install(self) -> None:
        """Everything the service worker keeps is on the phone; it is in charge from the next start on."""
        self.page.evaluate(REGISTER)
        self.until(READY)

    def cut_network(self) -> None:
        """No request leaves the phone, and nothing is left in the HTTP cache to hide that."""
        self.context.new_cdp_session(self.page).send("Network.clearBrowserCache")
        self.context.set_offline(True)

    def module(self, file: str, call: str, argument: Any = None) -> Any:
        """The value of `m.<call>` of one of the page's modules; `a` is the argument."""
        return self.page.evaluate(f"(a) => import('/{file}').then((m) => m.{call})", argument)

    def python(self, name: str, *arguments: Any) -> Any:
        """What Python gets from `congdan_web`, through a real worker and the real bridge."""
        return self.page.evaluate(ASK_WORKER, [name, list(arguments)])

    def python_json(self, name: str, *arguments: Any) -> Any:
        return json.loads(self.python(name, *arguments))

    def op(self, name: str, **arguments: Any) -> Any:
        return json.loads(self.python("call", name, json.dumps(arguments)))

    def events(self, name: str) -> list[dict[str, Any]]:
        """What Python was told, once there is something; the page hands over what it kept when Python listens."""
        for _ in range(40):
            told = [data for heard, data in self.python("heard") if heard == name]
            if told:
                return told
            self.page.wait_for_timeout(50)
        return []

    # --- the holder

    def bound(self, claims: Claims) -> str:
        """A credential bound to this phone's key, base64url."""
        key = json.loads(self.python("key_ensure", "holder"))
        x, y = (urlsafe_b64decode(f"{key[name]}=") for name in ("x", "y"))
        cose = mint(replace(claims, holder_key=p256_key(x, y)), demo.FOOD.kid, demo.FOOD.sign)
        return urlsafe_b64encode(cose).decode().rstrip("=")

    def pin_licence(self, **changes: Any) -> None:
        claims = self.city.restaurant()
        pinned = {
            "licence_id": "lic_demo",
            "credential": self.bound(claims),
            "type": "food_safety",
            "title": "GCN đủ điều kiện ATTP",
            "number": claims.number,
            "holder_name": claims.holder,
            "place": claims.place,
            "valid_until": "2029-11-20",
            "status": "VALID",
            "synced_at": "2026-11-21T00:40:00Z",
        }
        self.python("public_put", "pinned", json.dumps(pinned | changes))

    def read_screen(self) -> list[str]:
        """The QR codes that somebody else's camera would see on this phone."""
        picture = Image.open(io.BytesIO(self.page.screenshot()))
        return [result.text for result in zxingcpp.read_barcodes(picture)]

    # --- the inspector

    def become_inspector(self) -> None:
        self.python("trust_update")
        self.python("vault_create", "246810")

    def scan(self, *texts: str) -> None:
        """Opens the scanner on a picture of these codes."""
        self.op("scanner.close")
        self.camera.show(qr_png(*texts))
        self.op("scanner.open", purpose="routine")

    def verdict(self) -> str:
        block = self.page.locator(".verdict-block")
        block.wait_for()
        return block.get_attribute("data-outcome") or ""

    def queue(self) -> list[dict[str, Any]]:
        return [entry for _, entry in json.loads(self.python("vault_list", "queue/"))]
