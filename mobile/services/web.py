"""What the app asks of the browser around it: storage, keys, verification, the page (docs/architecture.md, section 6).

Nothing else in `mobile` touches the browser. `BrowserWeb` speaks to `mobile/web`; tests use an in-memory one that the
same contract suite runs on.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypedDict

# What every write says when the phone has no room; nothing of that write is kept.
FULL = "storage.full"
KeyName = Literal["holder", "session"]
Json = dict[str, Any]
EventListener = Callable[[str, Json], None]


class VaultStatus(TypedDict):
    """`failures`: since it was opened last; `locked_until`: RFC 3339, or null while tries are allowed.

    `clock_moved`: this phone's clock was turned back since then, so that a wait began anew.
    """

    exists: bool
    unlocked: bool
    failures: int
    locked_until: str | None
    clock_moved: bool


class PublicKey(TypedDict):
    """P-256 coordinates and the RFC 7638 thumbprint, base64url."""

    x: str
    y: str
    jkt: str


class Web(Protocol):
    """Failures are `DomainError` with the dotted code of the page (`vault.wrong_pin`, `push.denied`, `op.timeout`)."""

    async def vault_status(self) -> VaultStatus: ...
    async def vault_create(self, pin: str) -> None: ...
    async def vault_unlock(self, pin: str) -> None: ...
    async def vault_lock(self) -> None: ...
    async def vault_change_pin(self, old: str, new: str) -> None: ...
    async def vault_wipe(self, *, keeps_session_key: bool = False) -> None:
        """Forget everything: records, keys and the store without a PIN; at most the session's key stays."""
        ...

    async def vault_get(self, key: str) -> Json | None: ...
    async def vault_put(self, key: str, value: Json) -> None: ...
    async def vault_remove(self, key: str) -> None: ...
    async def vault_list(self, prefix: str) -> list[tuple[str, Json]]: ...

    async def key_ensure(self, name: KeyName) -> PublicKey: ...
    async def key_sign(self, name: KeyName, message: bytes) -> bytes:
        """ES256 over the message: 64 bytes, r then s."""
        ...

    async def public_get(self, key: str) -> Json | None: ...
    async def public_put(self, key: str, value: Json) -> None: ...
    async def public_remove(self, key: str) -> None: ...

    async def trust_update(self) -> Json:
        """Fetch the signed lists that have changed, check and keep them; returns `trust_state` and what was refused."""
        ...

    async def trust_state(self) -> Json: ...
    async def present(self, credential: str, nonce: str | None = None) -> str:
        """Sign a fresh presentation of a credential (base64url COSE); returns the text of its QR."""
        ...

    async def qr_png(self, text: str, px: int) -> bytes: ...

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Hold a lock that all tabs share (`sync`, `session`)."""
        ...

    async def call(self, op: str, args: Json | None = None) -> Any:
        """Ask the page to do something that needs a document."""
        ...

    def is_online(self) -> bool:
        """What the browser thinks; a `True` proves nothing."""
        ...

    async def save_file(self, content: bytes, name: str) -> None:
        """Let the browser keep a file under a name: a PDF, or what its ending says (`xml`, `txt`)."""
        ...

    async def show_paper(self, content: bytes, media_type: str, told: Json) -> None:
        """Draw a PDF or a picture beside the app or over it (`paper.show`; `told`: `{title, name, dock_px}`)."""
        ...

    async def hide_paper(self) -> None:
        """Take it away, and its bytes out of memory."""
        ...

    def on_event(self, listener: EventListener) -> None: ...
