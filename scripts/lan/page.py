"""The page that helps a phone in the local network to trust the city's certificate, over plain HTTP.

    python -m scripts.lan.page --port 8006 --data data --public-url https://192.168.1.7:8000 --lan-address 192.168.1.7

It shows nothing that is not public. Whoever stands between could hand out another certificate, so it says what to
compare, and the terminal prints the same line.
"""

import base64
import io
import json
import re
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import qrcode
from cryptography import x509
from flask import Flask, Response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from qrcode.image.svg import SvgPathImage

from scripts.lan.authority import LanFiles, fingerprint, root_of
from scripts.lan.hand_over import CRT_TYPE, PROFILE_TYPE, der, profile
from scripts.sandbox.web import Listener, make_site, sandbox_arguments, serve

HERE = Path(__file__).parent
WORDS = {lang: json.loads((HERE / "words" / f"{lang}.json").read_text("utf-8")) for lang in ("vi", "en")}
CRT, PROFILE = "congdan-demo.crt", "congdan-demo.mobileconfig"
ANDROID = {"name": "android", "file": CRT}
IOS = {"name": "ios", "file": PROFILE}


def make_app(certificate: x509.Certificate, public_url: str, here: str) -> Flask:
    """The site of one certificate; ``here`` is its own address, for the QR that leads other phones to it."""
    app = make_site("lan_page")
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE / "templates")])  # type: ignore[list-item]
    codes_port = (urlsplit(public_url).port or 443) + 1

    @app.get("/")
    def page() -> str:
        lang = _language()
        is_apple = re.search(r"iPhone|iPad|iPod|Macintosh", request.headers.get("User-Agent", "")) is not None
        return render_template(
            "certificate.html",
            w=WORDS[lang],
            lang=lang,
            systems=[IOS, ANDROID] if is_apple else [ANDROID, IOS],
            networks=" + ".join(_reach(certificate)),
            until=certificate.not_valid_after_utc.strftime("%d/%m/%Y"),
            fingerprint=fingerprint(certificate).replace(":", " "),
            app=public_url,
            codes=f"http://localhost:{codes_port}/codes",
            here=here,
            qr=_qr(here),
        )

    @app.get(f"/{CRT}")
    def crt() -> Response:
        saved_as = {"Content-Disposition": f'attachment; filename="{CRT}"'}
        return Response(der(certificate), content_type=CRT_TYPE, headers=saved_as)

    @app.get(f"/{PROFILE}")
    def ios_profile() -> Response:
        # Not as an attachment: Safari would put it among the downloads instead of offering it to Settings.
        return Response(profile(certificate, WORDS[_language()]["profile"]), content_type=PROFILE_TYPE)

    return app


def _language() -> str:
    asked = request.args.get("lang") or request.accept_languages.best_match(list(WORDS)) or "vi"
    return asked if asked in WORDS else "vi"


def _reach(certificate: x509.Certificate) -> list[str]:
    """What the certificate may speak for."""
    trees = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    values: list[Any] = [tree.value for tree in trees]
    return sorted(str(value) for value in values if isinstance(value, IPv4Network | str))


def _qr(text: str) -> str:
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    drawn = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"


def main() -> None:
    options = sandbox_arguments(__doc__)
    here = f"http://{options.lan_address}:{options.port}"
    app = make_app(root_of(LanFiles(options.data / "lan")), options.public_url, here)
    serve(Listener(options.port, app, options.lan_address))


if __name__ == "__main__":
    main()
