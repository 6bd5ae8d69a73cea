"""The sandbox of VNeID: a process of its own that speaks its wire format, for demo citizens only.

    python -m scripts.sandbox_vneid --port 8001 --data data --public-url http://localhost:8000

``/authorize`` is what a citizen sees; ``/codes`` shows the one-time codes that their phones would, and the
passwords and codes of the demo staff.
"""

import hmac
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, abort, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from scripts.lan.authority import LanFiles
from scripts.sandbox.authenticators import codes_now
from scripts.sandbox.seed_data import agency_name, load
from scripts.sandbox.vneid import RelyingParty, Vneid
from scripts.sandbox.web import Listener, make_site, require_own_form, sandbox_arguments, serve


def make_app(vneid: Vneid, accounts_file: Path) -> Flask:
    """The site. ``accounts_file`` has the passwords of the demo staff; the secrets of their codes lie beside it."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(vneid.party.redirect_uri))
    app = make_site("sandbox_vneid", posts_to=(origin,))

    @app.get("/authorize")
    def authorize() -> str:
        request_of(vneid, request.args)
        return render_template("authorize.html", people=load("people"), query=request.args, problem=None, chosen=None)

    @app.post("/authorize")
    def signed_in() -> Response | tuple[str, int] | str:
        query = request_of(vneid, request.form)
        require_own_form()
        if request.form.get("answer") == "cancel":
            return back_to(vneid, {"error": "access_denied", "state": query["state"]})
        personal_id = request.form.get("personal_id", "").strip()
        code = vneid.sign_in(personal_id, request.form.get("one_time_code", ""))
        if code is not None:
            # As the real one does for some clients: the code itself comes sealed.
            sealed, key = vneid.seal(code.encode())
            return back_to(vneid, {"code": sealed, "encrypt_key": key, "state": query["state"]})
        problem = "wait" if vneid.too_many_tries(personal_id) else "wrong"
        page = render_template(
            "authorize.html", people=load("people"), query=query, problem=problem, chosen=personal_id
        )
        return page, 401

    @app.post("/token")
    def token() -> Any:
        form = request.form
        known = (vneid.party.client_id, vneid.party.client_secret, vneid.party.redirect_uri)
        given = (form.get("client_id", ""), form.get("client_secret", ""), form.get("redirect_uri", ""))
        if form.get("grant_type") != "authorization_code":
            return {"error": "unsupported_grant_type"}, 400
        if not all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(known, given, strict=True)):
            return {"error": "invalid_client"}, 401
        access_token = vneid.exchange(form.get("code", ""))
        if access_token is None:
            return {"error": "invalid_grant"}, 400
        return vneid.envelope({"access_token": access_token, "token_type": "Bearer", "expires_in": 300})

    @app.get("/userinfo")
    def userinfo() -> Any:
        scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
        found = vneid.userinfo(access_token) if scheme == "Bearer" else None
        return vneid.envelope(found) if found else ({"error": "invalid_token"}, 401)

    add_code_pages(app, vneid, accounts_file)
    return app


def add_code_pages(app: Flask, vneid: Vneid, accounts_file: Path) -> None:
    secrets_file = accounts_file.with_name("authenticators.json")

    @app.get("/")
    @app.get("/codes")
    def codes() -> str:
        passwords = json.loads(accounts_file.read_text("utf-8")) if accounts_file.exists() else {}
        shown = codes_now(secrets_file)
        return render_template(
            "codes.html",
            people=[{**row, "code": vneid.one_time_code(row["personal_id"])} for row in load("people")],
            staff=[
                {**row, "password": passwords.get(row["username"]), "otp": shown.get(row["username"])}
                for row in load("staff")
            ],
            agency_name=agency_name,
            seconds_left=vneid.seconds_left(),
        )

    @app.get("/codes.json")
    def codes_json() -> dict[str, str]:
        """By personal id for citizens, by user name for staff with a second step."""
        citizens = {personal_id: vneid.one_time_code(personal_id) for personal_id in vneid.accounts}
        return {**citizens, **codes_now(secrets_file)}


def request_of(vneid: Vneid, query: Any) -> Any:
    """The parameters of an authorization request (RFC 6749 4.1.1), or 400: never a redirect to a stranger's address."""
    if query.get("response_type") != "code" or query.get("client_id") != vneid.party.client_id:
        abort(400)
    if query.get("redirect_uri") != vneid.party.redirect_uri or not query.get("state"):
        abort(400)
    return query


def back_to(vneid: Vneid, answer: dict[str, str]) -> Response:
    return redirect(f"{vneid.party.redirect_uri}?{urlencode(answer)}", 303)


def only_sign_in(app: Flask) -> Callable[..., Iterable[bytes]]:
    """What phones in the local network may reach. The codes and passwords are for whoever sits at this computer."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        shown = path in {"/authorize", "/roboto.woff2"} or path.startswith("/static/")
        return (app if shown else NotFound())(environ, start_response)

    return answer


def main() -> None:
    options = sandbox_arguments(__doc__)
    party = RelyingParty.read(options.data / "keys", options.public_url)
    vneid = Vneid(options.data / "sandbox" / "vneid" / "codes.secret", party)
    app = make_app(vneid, options.data / "sandbox" / "accounts.json")
    listeners = [Listener(options.port, app)]
    if options.lan_address:
        files = LanFiles(options.data / "lan")
        listeners.append(Listener(options.port, only_sign_in(app), options.lan_address, (files.chain, files.key)))
    serve(*listeners)


if __name__ == "__main__":
    main()
