"""Web push: RFC 8030 (delivery), 8291 (encryption) and 8292 (VAPID) by pywebpush.

pywebpush encrypts and py_vapid signs; the request is our own, because a stored address is chosen by a stranger's
browser: redirects are not followed, proxies and netrc of the machine are not read, the body of an answer is never
read, and only known push hosts are called.
"""

import threading
from base64 import b64decode
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from push.channels.port import Attempt, Outcome, Parcel
from push.retry import retry_after
from shared_models.clock import Clock, to_epoch_s
from shared_models.outbox import PushTarget, is_push_host

PAYLOAD_LIMIT: Final = 2048
"""Bytes before encryption. RFC 8291 allows 3993; some bridges to phones take less, and pywebpush does not check."""
# RFC 8292 2: at most 24 h. Half a day leaves room for a wrong clock on either side.
_TOKEN_LIFE: Final = timedelta(hours=12)
_TAKEN: Final = frozenset({200, 201, 202, 204})
_DEAD_ADDRESS: Final = frozenset({404, 410})
_OUR_FAULT: Final = frozenset({400, 401, 403})
_BUSY: Final = frozenset({408, 425, 429})


class _StraightSession(requests.Session):
    """Asks whom it is told to ask, and nobody else."""

    def __init__(self) -> None:
        super().__init__()
        # netrc would replace our Authorization header, a proxy variable would send the message elsewhere.
        self.trust_env = False

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002  the base class asks with it
        """No answer is a redirect: ``allow_redirects=False`` alone would still read its body and parse its target."""
        return


class WebPush:
    """Sends to browsers' push services. ``extra_hosts`` (tests only) may be called on any port and without TLS."""

    def __init__(
        self,
        key: EllipticCurvePrivateKey,
        subject: str,
        clock: Clock,
        extra_hosts: tuple[str, ...] = (),
        timeout_s: float = 10.0,
    ) -> None:
        self._vapid = Vapid02(private_key=key)
        self._subject = subject
        self._clock = clock
        self._extra_hosts = extra_hosts
        self._timeout_s = timeout_s
        self._of_thread = threading.local()

    def origin(self, to: PushTarget) -> str:
        parts = urlsplit(to.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    def send(self, parcel: Parcel) -> Attempt:
        if not self._may_call(parcel.to.endpoint):
            return Attempt(Outcome.REFUSED, "endpoint.not_allowed")
        if len(parcel.payload) > PAYLOAD_LIMIT:
            return Attempt(Outcome.REFUSED, "payload.too_large")
        try:
            body = self._encrypt(parcel)
        except (WebPushException, ValueError):
            # Nothing can ever be written to a key that is no point on the curve: as good as gone.
            return Attempt(Outcome.GONE, "subscription.unusable_key")
        try:
            answer = self._session().post(
                parcel.to.endpoint,
                data=body,
                headers=self._headers(parcel),
                timeout=self._timeout_s,
                stream=True,
            )
        except requests.Timeout:
            return Attempt(Outcome.LATER, "service.timeout", hung=True)
        except requests.RequestException:
            return Attempt(Outcome.LATER, "service.unreachable", hung=True)
        with answer:
            return self._judge(answer)

    def _may_call(self, endpoint: str) -> bool:
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.username or parts.password or not host:
            return False
        if is_push_host(host):
            return parts.scheme == "https" and port in {None, 443}
        return parts.scheme in {"http", "https"} and host in self._extra_hosts

    def _encrypt(self, parcel: Parcel) -> bytes:
        """One aes128gcm record (RFC 8291 4) with a fresh key pair and salt."""
        if len(_decoded(parcel.to.p256dh)) != 65 or len(_decoded(parcel.to.auth)) != 16:
            raise ValueError("RFC 8291 3.1 wants a point of 65 bytes and a secret of 16")
        keys = {"p256dh": parcel.to.p256dh, "auth": parcel.to.auth}
        sealed = WebPusher({"endpoint": parcel.to.endpoint, "keys": keys}).encode(parcel.payload)
        return bytes(sealed["body"])

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        # The claims are made anew for each message: py_vapid and pywebpush write into what they are given, and one
        # service's token must never reach another.
        claims = {
            "aud": self.origin(parcel.to),
            "exp": to_epoch_s(self._clock.now() + _TOKEN_LIFE),
            "sub": self._subject,
        }
        headers = {
            **self._vapid.sign(claims),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(parcel.ttl_s),
            "Urgency": parcel.urgency.value,
        }
        if parcel.topic:
            headers["Topic"] = parcel.topic
        return headers

    def _session(self) -> requests.Session:
        """This thread's session: connections are kept open, and no thread waits for another's."""
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = _StraightSession()
            self._of_thread.session = session
        return session

    def _judge(self, answer: requests.Response) -> Attempt:
        status = answer.status_code
        if status in _TAKEN:
            return Attempt(Outcome.DELIVERED)
        reason = f"service.{status}"
        if status in _DEAD_ADDRESS:
            return Attempt(Outcome.GONE, reason)
        if status in _OUR_FAULT:
            return Attempt(Outcome.OUR_FAULT, reason)
        if status in _BUSY or status >= 500:
            return Attempt(
                Outcome.LATER, reason, wait=retry_after(answer.headers.get("Retry-After"), self._clock.now())
            )
        # 413, redirects and whatever else: another try would be answered alike.
        return Attempt(Outcome.REFUSED, reason)


def _decoded(text: str) -> bytes:
    """Base64url without padding, strictly. Raises ValueError."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
