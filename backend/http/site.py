"""The built phone app as static files, from the app itself: precompressed, with ETag and CSP, for ever where hashed.

Paths of the app that have no extension get `index.html` (the phone's own routes), ``/q`` the public check page,
``/pay/return`` the page after a payment; a file that is missing is a 404, never the page in its place (OWASP ASVS 5.0,
14.2.5).
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from wsgiref.headers import Headers

from whitenoise import WhiteNoise

from backend.http.headers import API_PAGE_POLICY, page_headers

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_HASHED = re.compile(r"\.[0-9a-f]{8,64}[./]")
_SERVER_PATHS: Final = ("/api/", "/healthz", "/livez", "/city.json", "/trust-root.", "/root-handover.")
_API_PAGE: Final = "/api-docs"
_REVALIDATE: Final = "no-cache"
_MEDIA_TYPES: Final = {
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
}


class Site(WhiteNoise):
    """Answers for the files of ``folder`` and hands everything else to the app inside."""

    def __init__(self, app: Wsgi, folder: Path, policy: str | None) -> None:
        self._headers: Final = page_headers(policy)
        super().__init__(
            app,
            max_age=None,
            allow_all_origins=False,
            mimetypes=_MEDIA_TYPES,
            add_headers_function=self._add_headers,
            immutable_file_test=lambda _path, url: _HASHED.search(url) is not None,
        )
        if folder.is_dir():
            self.add_files(str(folder))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            found = self.files.get(_file_of(environ.get("PATH_INFO", "")))
            if found is not None:
                answer: Iterable[bytes] = self.serve(found, environ, start_response)
                return answer
        return self.application(environ, start_response)

    def _add_headers(self, headers: Headers, path: str, url: str) -> None:
        del path
        for name, value in self._headers.items():
            headers[name] = value
        if url.startswith(_API_PAGE):
            headers["Content-Security-Policy"] = API_PAGE_POLICY
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = _REVALIDATE


def is_built(folder: Path) -> bool:
    """Whether there is an app to serve: its page and the public check page."""
    return (folder / "index.html").is_file() and (folder / "q" / "index.html").is_file()


def policy_of(folder: Path) -> str | None:
    """The Content-Security-Policy that the build wrote, with its hashes; None before the first build."""
    file = folder / "csp.txt"
    return " ".join(file.read_text(encoding="utf-8").split()) if file.is_file() else None


def _file_of(path: str) -> str:
    if path in {"/q", "/q/"}:
        return "/q/index.html"
    if path == "/pay/return" or path.startswith("/pay/return/"):
        return "/pay/index.html"
    if path in {"/api/docs", "/api/docs/"}:
        return f"{_API_PAGE}/index.html"
    if path.startswith(_SERVER_PATHS):
        return ""
    return path if "." in path.rsplit("/", 1)[-1] else "/index.html"
