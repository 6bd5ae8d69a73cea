"""The sandbox of the national and specialised databases: a process of its own, with records of demo people only.

    python -m scripts.sandbox_registries --port 8007 --data data --public-url http://localhost:8000

``POST /v1/lookups`` answers signed questions (backend/dossiers/adapters/registries.py has the format).
"""

from typing import Any

from flask import Flask, request

from scripts.sandbox.registries import Refused, Registries, read_request
from scripts.sandbox.web import Listener, make_site, sandbox_arguments, serve


def make_app(registries: Registries) -> Flask:
    app = make_site("sandbox_registries")

    @app.post("/v1/lookups")
    def look_up() -> Any:
        try:
            return {"answer": registries.answer(read_request(request.get_data()))}
        except Refused as refusal:
            return {"error": str(refusal)}, 400

    return app


def main() -> None:
    options = sandbox_arguments(__doc__)
    url = f"http://127.0.0.1:{options.port}"
    serve(Listener(options.port, make_app(Registries.open(options.data, url, options.public_url))))


if __name__ == "__main__":
    main()
