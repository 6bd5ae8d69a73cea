"""This phone as a holder of credentials, and the owner's other phones."""

import base64
from dataclasses import dataclass

from mobile.services.api_client import ApiClient
from mobile.services.dpop import b64url
from mobile.services.web import Web
from mobile.state.records import Device
from shared_models.clock import from_wire


@dataclass(frozen=True, slots=True)
class Registration:
    """What the server calls this phone, and the key that it knows it by."""

    device_id: str
    jkt: str


class Devices:
    """Registers the holder key and lists or blocks phones."""

    def __init__(self, web: Web, api: ApiClient) -> None:
        self._web = web
        self._api = api

    async def register(self, label: str) -> Registration:
        """Register the holder key of this phone (the same key again gives the same device). Raises DomainError.

        `label` is what its owner reads where the browser does not tell what it runs on.
        """
        label = await self._web.call("device.name") or label
        key = await self._web.key_ensure("holder")
        challenge = (await self._api.call("POST", "/wallet/devices/challenges", repeatable=True))["challenge"]
        message = f"congdan-device-v1|{challenge}|{key['x']}|{key['y']}".encode("ascii")
        proof = b64url(await self._web.key_sign("holder", message))
        body = {"x": key["x"], "y": key["y"], "label": label, "challenge": challenge, "proof": proof}
        device = await self._api.call("POST", "/wallet/devices", body, repeatable=True)
        return Registration(device["id"], key["jkt"])

    async def fetch(self, this_id: str | None) -> list[Device]:
        answer = await self._api.call("GET", "/wallet/devices")
        return [
            Device(item["id"], item["label"], from_wire(item["created_at"]), item["id"] == this_id)
            for item in answer["items"]
        ]

    async def block(self, device_id: str) -> None:
        """Block a lost phone: the credentials that were made for it are revoked."""
        await self._api.call("DELETE", f"/wallet/devices/{device_id}", repeatable=True)

    async def sign_off(self, device_id: str) -> None:
        """The same for the phone in hand, whose owner signs out: only what they are told differs."""
        await self._api.call("DELETE", f"/wallet/devices/{device_id}?reason=signed_out", repeatable=True)


def unpadded(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
