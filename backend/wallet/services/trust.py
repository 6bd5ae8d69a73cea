"""The published trust list: its bytes for verifiers, its content for ourselves.

`congdan keys publish` writes it beside ``city.json``, which names the file of the root key. Files are read again when
they change, so that publishing needs no restart, and nothing is used whose signature does not hold.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from backend.infra.verify import run_checks
from shared_models.credential.keys import PublicKey, p256_key
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from shared_models.errors import Invalid, Upstream
from shared_models.schemas.wire import to_base64url

_TOKEN_FILE: Final = "trust-list.cwt"  # noqa: S105 - the name of a file
_CITY_FILE: Final = "city.json"


@dataclass(frozen=True, slots=True)
class PublishedTrust:
    token: bytes
    etag: str
    trust: TrustList


class TrustStore:
    def __init__(self, public_dir: Path) -> None:
        self._public_dir: Final = public_dir
        self._held: tuple[tuple[int, int], PublishedTrust] | None = None

    def current(self) -> PublishedTrust:
        """The trust list as published now.

        Raises:
            Upstream: ``trust.unavailable`` when none is published or the published one does not hold.
        """
        try:
            found = (self._public_dir / _TOKEN_FILE).stat()
            mark = (found.st_mtime_ns, found.st_size)
            if self._held is None or self._held[0] != mark:
                self._held = (mark, self._read())
        except (OSError, ValueError, KeyError, Invalid) as fault:
            raise Upstream("trust.unavailable", transient=True) from fault
        return self._held[1]

    def _read(self) -> PublishedTrust:
        token = (self._public_dir / _TOKEN_FILE).read_bytes()
        draft = parse_trust_list(token, self._root())
        trust = accept_trust_list(draft, run_checks([draft.check]), None)
        return PublishedTrust(token, to_base64url(hashlib.sha256(token).digest()[:16]), trust)

    def _root(self) -> PublicKey:
        city = json.loads((self._public_dir / _CITY_FILE).read_text(encoding="utf-8"))
        name = PurePosixPath(city["trust_root"]["url"]).name
        root = json.loads((self._public_dir / name).read_text(encoding="utf-8"))
        return p256_key(bytes.fromhex(root["x"]), bytes.fromhex(root["y"]))
