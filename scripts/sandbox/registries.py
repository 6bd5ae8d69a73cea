"""What the national and specialised databases answer in the demonstration: signed, about demo people only."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from backend.dossiers.adapters.registries import ANSWER_TYPE, REQUEST_TYPE
from scripts.sandbox.seed_data import load

ALGORITHMS = ["ES256"]
CLOCKS_APART_S = 300
OURS, THEIRS, THEIR_PUBLIC = "registries-client.pem", "registries.pem", "registries-signer.pem"


def prepare(data: Path) -> None:
    """Make the city's key, the databases' key, and give each the other's public half, once."""
    keys, sandbox = data / "keys", data / "sandbox"
    for folder in (keys, sandbox):
        folder.mkdir(parents=True, exist_ok=True)
    for file in (keys / OURS, sandbox / THEIRS):
        if not file.exists():
            _write(file, ec.generate_private_key(ec.SECP256R1()))
    public = ECKey.import_key((sandbox / THEIRS).read_bytes()).as_pem(private=False)
    if not (keys / THEIR_PUBLIC).exists():
        (keys / THEIR_PUBLIC).write_bytes(public)


def _write(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    file.touch(mode=0o600)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


class Refused(Exception):
    """A question that these databases do not answer: nobody we know asked it, or not in this form."""


@dataclass
class Registries:
    """Answers questions of the one city that it knows. ``seen`` holds ids of questions: each is answered once."""

    url: str
    city: str
    client: ECKey
    signer: ECKey
    seen: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, data: Path, url: str, city: str) -> "Registries":
        client = ECKey.import_key((data / "keys" / OURS).read_bytes())
        return cls(url, city, client, ECKey.import_key((data / "sandbox" / THEIRS).read_bytes()))

    def answer(self, request: str) -> str:
        """The signed answer to a signed question. Raises Refused."""
        asked = self._opened(request)
        found = record_of(asked["registry"], asked["personal_id"], asked["params"].get("record"))
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": self.city,
            "iat": int(datetime.now(UTC).timestamp()),
            "jti": asked["jti"],
            "registry": asked["registry"],
            "found": found is not None,
        }
        if found is not None:
            claims["record"] = {name: found[name] for name in ("id", "label", "values")}
        header = {"alg": "ES256", "typ": ANSWER_TYPE, "kid": self.signer.thumbprint()}
        return jwt.encode(header, claims, self.signer, algorithms=ALGORITHMS)

    def _opened(self, request: str) -> dict[str, Any]:
        try:
            token = jwt.decode(request, self.client, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as forged:
            raise Refused("signature") from forged
        claims, now = token.claims, datetime.now(UTC).timestamp()
        is_whole = all(isinstance(claims.get(name), str) for name in ("iss", "aud", "jti", "registry", "personal_id"))
        is_whole = is_whole and isinstance(claims.get("params"), dict)
        if not is_whole or token.header.get("typ") != REQUEST_TYPE or not isinstance(claims.get("iat"), int):
            raise Refused("form")
        if claims["aud"] != self.url or claims["iss"] != self.city or abs(now - claims["iat"]) > CLOCKS_APART_S:
            raise Refused("time or address")
        with self.lock:
            if claims["jti"] in self.seen:
                raise Refused("repeated")
            self.seen.add(claims["jti"])
        return dict(claims)


def record_of(registry: str, personal_id: str, kind: str | None) -> dict[str, Any] | None:
    """``{registry, personal_id, id, label, values}`` of a demo person; ``kind`` None: whatever the database has."""
    return next(
        (
            row
            for row in load("registries")
            if (row["registry"], row["personal_id"]) == (registry, personal_id)
            and kind in (None, row["values"].get("kind"))
        ),
        None,
    )


def read_request(body: bytes) -> str:
    """The token in a request's body. Raises Refused."""
    try:
        found = json.loads(body)["request"]
    except (ValueError, KeyError, TypeError) as malformed:
        raise Refused("form") from malformed
    if not isinstance(found, str):
        raise Refused("form")
    return found
