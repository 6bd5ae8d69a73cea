"""Which signing keys there are: ``keys.json`` beside the key files (docs/architecture.md, section 7).

``{"demo": bool, "keys": [{"kid", "file", "role", "issuer": {"code", "name"} | null, "types", "nbf", "exp",
"compromised_at"?}]}``; ``kid`` in hex, times in whole seconds. It holds no secret; the private keys lie in the files.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

RECORDS_FILE: Final = "keys.json"


class KeyRole(StrEnum):
    ROOT = "root"
    LICENCE = "licence"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One signing key. ``types``: the licence type codes it may sign; ``nbf`` and ``exp`` bound its use, in seconds."""

    kid: bytes
    file: str
    role: KeyRole
    issuer_code: str
    issuer_name: str
    types: tuple[int, ...]
    nbf: int
    exp: int
    compromised_at: int | None = None

    def is_usable(self, now_s: int) -> bool:
        return self.nbf <= now_s < self.exp and self.compromised_at is None

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = {
            "kid": self.kid.hex(),
            "file": self.file,
            "role": self.role.value,
            "issuer": {"code": self.issuer_code, "name": self.issuer_name},
            "types": list(self.types),
            "nbf": self.nbf,
            "exp": self.exp,
        }
        if self.compromised_at is not None:
            record["compromised_at"] = self.compromised_at
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "KeyRecord":
        return cls(
            kid=bytes.fromhex(record["kid"]),
            file=record["file"],
            role=KeyRole(record["role"]),
            issuer_code=record["issuer"]["code"],
            issuer_name=record["issuer"]["name"],
            types=tuple(record["types"]),
            nbf=record["nbf"],
            exp=record["exp"],
            compromised_at=record.get("compromised_at"),
        )


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All key records of an installation. ``is_demo``: made by itself for a demonstration; production refuses it."""

    records: tuple[KeyRecord, ...]
    is_demo: bool

    @classmethod
    def load(cls, keys_dir: Path) -> "KeyRing":
        """Reads ``keys.json``.

        Raises:
            FileNotFoundError: `congdan keys init` has not run.
            ValueError: it cannot be understood.
        """
        try:
            content = json.loads((keys_dir / RECORDS_FILE).read_text(encoding="utf-8"))
            return cls(tuple(KeyRecord.from_json(record) for record in content["keys"]), bool(content["demo"]))
        except (KeyError, TypeError) as malformed:
            raise ValueError(f"{RECORDS_FILE} lacks {malformed}") from malformed

    def of_role(self, role: KeyRole) -> list[KeyRecord]:
        return [record for record in self.records if record.role is role]

    def licence_key(self, issuer_code: str, type_code: int, now_s: int) -> KeyRecord | None:
        """The newest key with which this agency may sign this licence type now; None when it has none."""
        return self._newest(
            record
            for record in self.of_role(KeyRole.LICENCE)
            if record.issuer_code == issuer_code and type_code in record.types and record.is_usable(now_s)
        )

    def status_key(self, now_s: int) -> KeyRecord | None:
        """The newest key that signs status lists now."""
        return self._newest(record for record in self.of_role(KeyRole.STATUS) if record.is_usable(now_s))

    @staticmethod
    def _newest(records: Any) -> KeyRecord | None:
        return max(records, key=lambda record: record.nbf, default=None)
