"""The browser itself: `congdan_web`, which `mobile/web/python-worker.js` registers, as a `Web`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import congdan_web
from js import URL, Blob, Object, navigator, setTimeout
from pyodide.ffi import JsException, create_proxy, to_js

from mobile.services.web import EventListener, Json, KeyName, PublicKey, VaultStatus
from shared_models.errors import DomainError


async def _ask(promise: Any) -> Any:
    """Await a promise of the page; its failures carry a dotted code as their message."""
    try:
        return await promise
    except JsException as error:
        raise DomainError(str(error.message)) from None


async def _ask_json(promise: Any) -> Any:
    return json.loads(await _ask(promise))


MEDIA_TYPES = {"xml": "application/xml", "txt": "text/plain"}
"""Of files that the browser keeps; whatever else is a PDF."""


class BrowserWeb:
    """See `services/web.py` for what each function promises."""

    def __init__(self) -> None:
        self._proxies: list[Any] = []
        self._paper: str | None = None

    async def vault_status(self) -> VaultStatus:
        status: VaultStatus = await _ask_json(congdan_web.vault_status())
        return status

    async def vault_create(self, pin: str) -> None:
        await _ask(congdan_web.vault_create(pin))

    async def vault_unlock(self, pin: str) -> None:
        await _ask(congdan_web.vault_unlock(pin))

    async def vault_lock(self) -> None:
        await _ask(congdan_web.vault_lock())

    async def vault_change_pin(self, old: str, new: str) -> None:
        await _ask(congdan_web.vault_change_pin(old, new))

    async def vault_wipe(self, *, keeps_session_key: bool = False) -> None:
        await _ask(congdan_web.vault_wipe(keeps_session_key))

    async def vault_get(self, key: str) -> Json | None:
        value: Json | None = await _ask_json(congdan_web.vault_get(key))
        return value

    async def vault_put(self, key: str, value: Json) -> None:
        await _ask(congdan_web.vault_put(key, json.dumps(value)))

    async def vault_remove(self, key: str) -> None:
        await _ask(congdan_web.vault_remove(key))

    async def vault_list(self, prefix: str) -> list[tuple[str, Json]]:
        return [(key, value) for key, value in await _ask_json(congdan_web.vault_list(prefix))]

    async def key_ensure(self, name: KeyName) -> PublicKey:
        key: PublicKey = await _ask_json(congdan_web.key_ensure(name))
        return key

    async def key_sign(self, name: KeyName, message: bytes) -> bytes:
        signature = await _ask(congdan_web.key_sign(name, to_js(message)))
        return bytes(signature.to_bytes())

    async def public_get(self, key: str) -> Json | None:
        value: Json | None = await _ask_json(congdan_web.public_get(key))
        return value

    async def public_put(self, key: str, value: Json) -> None:
        await _ask(congdan_web.public_put(key, json.dumps(value)))

    async def public_remove(self, key: str) -> None:
        await _ask(congdan_web.public_remove(key))

    async def trust_update(self) -> Json:
        state: Json = await _ask_json(congdan_web.trust_update())
        return state

    async def trust_state(self) -> Json:
        state: Json = await _ask_json(congdan_web.trust_state())
        return state

    async def present(self, credential: str, nonce: str | None = None) -> str:
        return str(await _ask(congdan_web.present(credential, nonce)))

    async def qr_png(self, text: str, px: int) -> bytes:
        image = await _ask(congdan_web.qr_png(text, px))
        return bytes(image.to_bytes())

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        release = await _ask(congdan_web.lock(name))
        try:
            yield
        finally:
            release()

    async def call(self, op: str, args: Json | None = None) -> Any:
        return await _ask_json(congdan_web.call(op, json.dumps(args or {})))

    def is_online(self) -> bool:
        return bool(navigator.onLine)

    async def save_file(self, content: bytes, name: str) -> None:
        url = _object_url(content, MEDIA_TYPES.get(name.rpartition(".")[2], "application/pdf"))
        try:
            await self.call("download", {"url": url, "name": name})
        finally:
            # The page has started the download when it answers; a minute later nobody needs the copy in memory.
            setTimeout(URL.revokeObjectURL.bind(URL, url), 60_000)

    async def show_paper(self, content: bytes, media_type: str, told: Json) -> None:
        url = _object_url(content, media_type)
        before, self._paper = self._paper, url
        try:
            await self.call("paper.show", {**told, "url": url, "media_type": media_type})
        finally:
            if before is not None:
                URL.revokeObjectURL(before)

    async def hide_paper(self) -> None:
        before, self._paper = self._paper, None
        if before is not None:
            try:
                await self.call("paper.hide")
            finally:
                URL.revokeObjectURL(before)

    def on_event(self, listener: EventListener) -> None:
        def heard(name: str, data: str) -> None:
            listener(name, json.loads(data) or {})

        # The page keeps calling this for as long as the tab lives, so the proxy must not be collected.
        proxy = create_proxy(heard)
        self._proxies.append(proxy)
        congdan_web.on_event(proxy)


def _object_url(content: bytes, media_type: str) -> str:
    return str(
        URL.createObjectURL(
            Blob.new(to_js([to_js(content)]), to_js({"type": media_type}, dict_converter=Object.fromEntries))
        )
    )
