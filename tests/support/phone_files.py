"""Files on a phone in a test: what the page does when one is chosen, and a server that takes them in pieces."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Protocol

from tests.support.phone import Json, MemoryWeb

API = "/api/v1"
PIECE = 4


class FilePicker:
    """Stands for `mobile/web/file_pick.js`: the next file chosen, or the code of what is wrong with it."""

    def __init__(self, web: MemoryWeb) -> None:
        self._web = web
        self._page_call = web.call
        self.content: bytes | None = b"%PDF-1.7 x"
        self.refusal: Any = None
        self.wishes: list[Json] = []
        web.call = self._call  # type: ignore[method-assign]

    async def _call(self, op: str, args: Json | None = None) -> Any:
        if op != "file.pick" or args is None:
            return await self._page_call(op, args)
        self.wishes.append(args)
        if self.refusal is not None:
            raise self.refusal
        if self.content is None:
            return None
        pieces = [self.content[at : at + PIECE] for at in range(0, len(self.content), PIECE)]
        for number, piece in enumerate(pieces):
            text = urlsafe_b64encode(piece).decode().rstrip("=")
            await self._web.vault_put(f"piece/{args['id']}/{number:04d}", {"b64": text})
        digest = sha256(self.content).hexdigest()
        whole = {"name": "giay.pdf", "size": len(self.content), "sha256": digest}
        return {**whole, "pieces": len(pieces), "piece_bytes": PIECE}


class Answers(Protocol):
    """Where a server's answers are put: those of a phone in a test, or of the walk through the screens."""

    def on(self, method: str, path: str, answer: Any) -> None: ...


class UploadDesk:
    """`POST /uploads` and `PATCH /uploads/<id>` as the contract has them; `refusals` by the file's content."""

    def __init__(self, server: Answers) -> None:
        self.files: dict[str, Json] = {}
        self.refusals: dict[bytes, str] = {}
        server.on("POST", f"{API}/uploads", lambda body, _query: self._open(body))
        server.on("PATCH", f"{API}/uploads/*", self._append)

    def _open(self, body: Json) -> tuple[int, Json]:
        file = self.files.setdefault(body["id"], {**body, "bytes": b"", "state": "open", "code": None})
        return 201, self._told(file)

    def _append(self, piece: bytes, query: dict[str, str]) -> tuple[int, Json]:
        file = self.files[query["*"]]
        have = len(file["bytes"])
        if int(query["offset"]) != have:
            return 409, {"code": "upload.offset", "status": 409, "params": {"offset": have}}
        file["bytes"] += piece
        if len(file["bytes"]) == file["size"]:
            whole = sha256(file["bytes"]).hexdigest()
            code = self.refusals.get(file["bytes"]) or (None if whole == file["sha256"] else "file.hash_mismatch")
            file["state"], file["code"] = ("refused", code) if code else ("checked", None)
        return 200, self._told(file)

    def _told(self, file: Json) -> Json:
        return {"id": file["id"], "offset": len(file["bytes"]), "state": file["state"], "code": file["code"]}
