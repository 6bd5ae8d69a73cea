"""What identity needs from outside: somebody who proves who a citizen is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """A person as the identity provider knows them. ``birth_date`` is ``YYYY`` or ``YYYY-MM-DD``, or None.

    ``level``: 1, registered by app; 2, in person with biometrics (NĐ 69/2024/NĐ-CP).
    """

    personal_id: str
    full_name: str
    birth_date: str | None
    level: int


class IdentityProvider(Protocol):
    """Sign-in with an electronic identity, in the manner of OAuth 2.0 (RFC 6749 4.1)."""

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where to send the browser; it comes back to ``redirect_uri`` with ``code`` and the same ``state``."""
        ...

    def identify(self, code: str, redirect_uri: str, encrypt_key: str | None = None) -> VerifiedIdentity:
        """Who signed in. ``encrypt_key``: the wrapped key of an encrypted code, where the provider sends one.

        Raises:
            Unauthenticated: ``identity.code_refused``: the provider does not accept the code.
            Upstream: the provider is out of reach (transient) or answers what cannot be understood.
        """
        ...
