"""The app in a phone's browser at the machine's LAN address: a secure context, so that all it needs is there."""

import base64
import io
from pathlib import Path

import pytest
import qrcode
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Error, sync_playwright

from tests.e2e.conftest import SHOTS
from tests.support.browser.chromium import ARGUMENTS, chromium_path
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.camera import Camera
from tests.support.stack import running_lan_city

OWNER = "048201900010"
HERE = SHOTS.with_name("lan")
CAPABILITIES = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const [camera] = stream.getVideoTracks();
  const { readyState } = camera;
  camera.stop();
  return {
    isSecure: window.isSecureContext,
    camera: readyState,
    worker: (await navigator.serviceWorker.ready).active.scriptURL,
    push: "PushManager" in window,
    crypto: typeof crypto.subtle.sign,
  };
}"""


def spki(chain: Path) -> str:
    """The hash by which Chromium can be told to take one public key (there is no store of certificates to add to)."""
    [server, _] = x509.load_pem_x509_certificates(chain.read_bytes())
    key = server.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key)
    return base64.b64encode(digest.finalize()).decode()


@pytest.mark.browser
@pytest.mark.stack
def test_the_app_runs_whole_at_the_lan_address(tmp_path: Path, camera: Camera) -> None:
    with running_lan_city(tmp_path / "data") as city, sync_playwright() as playwright:
        assert city.lan is not None
        codes = f"http://localhost:{city.ports.vneid}/codes"
        arguments = [*ARGUMENTS, "--no-proxy-server", *camera.chromium_args()]
        stranger = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            stranger.new_page().goto(city.origin)
        stranger.close()

        trusting = [*arguments, f"--ignore-certificate-errors-spki-list={spki(city.lan.chain)}"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=trusting)
        phone = Phone.make(browser, city.origin, HERE)
        phone.sign_in_with_vneid(OWNER, codes)
        phone.choose_pin()
        phone.see("wallet.refresh", 30_000)
        phone.wait_for_service_worker()
        assert phone.page.evaluate(CAPABILITIES) == {
            "isSecure": True,
            "camera": "live",
            "worker": f"{city.origin}/sw.js",
            "push": True,
            "crypto": "function",
        }
        phone.lose_network()
        phone.restart()
        phone.enter_pin()
        phone.see("offline.bar", 30_000)
        phone.shoot("01-offline")

        inspector = Phone.make(browser, city.origin, HERE)
        inspector.sign_in_as_staff("thanhtra.attp", codes)
        inspector.choose_pin()
        inspector.close_camera()
        inspector.see("scan.data_age", 30_000)
        scanner = Scanner(inspector, camera)
        assert scanner.scan(_any_code()) == "NOT_OURS"
        inspector.shoot("02-scanner")
        assert phone.errors == inspector.errors == []
        browser.close()


def _any_code() -> bytes:
    """A QR code of somebody else."""
    drawn = io.BytesIO()
    qrcode.make("https://example.org/").save(drawn, "PNG")
    return drawn.getvalue()
