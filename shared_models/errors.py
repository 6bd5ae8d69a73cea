"""The one tree of errors.

A ``DomainError`` carries a stable dotted code (``result.already_delivered``) that is also the key of its sentence in
the message catalogues, and the values that the sentence names. It knows nothing of HTTP: `backend/http/problems.py`
has the table of statuses. A failed verification of a credential is not an error but a verdict (`credential/judge.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any


class DomainError(Exception):
    """Something the user or the calling system can understand and act upon."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Invalid(DomainError):
    """The input cannot be. ``fields`` names where: ``{"holder.personal_id": ["person.id_malformed"]}``."""

    def __init__(self, code: str, fields: Mapping[str, Sequence[str]] | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.fields = {path: list(codes) for path, codes in (fields or {}).items()}


class Unauthenticated(DomainError):
    """Nobody, or not provably somebody, is asking."""


class Forbidden(DomainError):
    """Somebody is asking who may not."""


class NotFound(DomainError):
    """There is no such thing, or none that this actor may know of."""


class Gone(DomainError):
    """There was such a thing."""


class Conflict(DomainError):
    """The thing is in a state that does not allow this."""


class Stale(DomainError):
    """The thing has changed since the caller read it."""


class TooLarge(DomainError):
    """The input is larger than its limit."""


class RateLimited(DomainError):
    """Too often. ``retry_after_s`` says when to come back, in seconds."""

    def __init__(self, code: str, retry_after_s: int, **params: Any) -> None:
        super().__init__(code, retry_after_s=retry_after_s, **params)
        self.retry_after_s = retry_after_s


class Upstream(DomainError):
    """A party outside failed. ``transient`` says whether trying again may help."""

    def __init__(self, code: str, *, transient: bool, **params: Any) -> None:
        super().__init__(code, **params)
        self.transient = transient
