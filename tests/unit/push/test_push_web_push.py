"""The web push channel against a strict push service: what goes over the wire, and what each answer means."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from push.channels.port import Attempt, Outcome, Parcel
from push.channels.web_push import PAYLOAD_LIMIT, WebPush
from shared_models.clock import FixedClock, to_epoch_s
from shared_models.outbox import PushTarget, Urgency
from tests.support.push_service import Answer, PushService, Subscription, b64url, running_push_service

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SUBJECT = "mailto:push@congdan.example"


@pytest.fixture
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


@pytest.fixture
def channel() -> WebPush:
    key = ec.generate_private_key(ec.SECP256R1())
    return WebPush(key, SUBJECT, FixedClock(NOW), extra_hosts=("127.0.0.1",), timeout_s=1.0)


def target(subscription: Subscription) -> PushTarget:
    return PushTarget("sub_1", subscription.endpoint, subscription.p256dh, b64url(subscription.auth), NOW)


def parcel(to: PushTarget, payload: bytes = b'{"web_push":8030}') -> Parcel:
    return Parcel(payload, to, 3600, Urgency.HIGH, "lic-1")


def test_a_message_arrives_encrypted_signed_and_labelled(service: PushService, channel: WebPush) -> None:
    subscription = service.subscribe("phone")
    text = json.dumps({"notification": {"title": "Giấy phép của bạn vừa được kiểm tra"}}).encode()
    assert channel.send(parcel(target(subscription), text)) == Attempt(Outcome.DELIVERED)
    (received,) = service.received
    assert service.faults == []
    assert received.payload == json.loads(text)
    assert received.headers["TTL"] == "3600"
    assert received.headers["Urgency"] == "high"
    assert received.headers["Topic"] == "lic-1"
    assert received.claims["sub"] == SUBJECT
    assert received.claims["exp"] == to_epoch_s(NOW + timedelta(hours=12))


def test_two_services_get_tokens_of_their_own(channel: WebPush) -> None:
    with running_push_service() as one, running_push_service() as other:
        for service in (one, other, one):
            assert channel.send(parcel(target(service.subscribe("p")))).outcome is Outcome.DELIVERED
        assert [message.claims["aud"] for message in one.received] == [one.origin] * 2
        assert [message.claims["aud"] for message in other.received] == [other.origin]
        assert one.faults == other.faults == []


def test_the_longest_payload_stays_one_record(service: PushService, channel: WebPush) -> None:
    subscription = service.subscribe("phone")
    text = b'"' + b"x" * (PAYLOAD_LIMIT - 2) + b'"'
    assert channel.send(parcel(target(subscription), text)).outcome is Outcome.DELIVERED
    assert service.received[0].size == PAYLOAD_LIMIT + 103
    refused = channel.send(parcel(target(subscription), text + b" "))
    assert refused == Attempt(Outcome.REFUSED, "payload.too_large")
    assert len(service.received) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200), Attempt(Outcome.DELIVERED)),
        (Answer(202), Attempt(Outcome.DELIVERED)),
        (Answer(404), Attempt(Outcome.GONE, "service.404")),
        (Answer(410), Attempt(Outcome.GONE, "service.410")),
        (Answer(400), Attempt(Outcome.OUR_FAULT, "service.400")),
        (Answer(403), Attempt(Outcome.OUR_FAULT, "service.403")),
        (Answer(413), Attempt(Outcome.REFUSED, "service.413")),
        (Answer(429), Attempt(Outcome.LATER, "service.429")),
        (Answer(429, {"Retry-After": "30"}), Attempt(Outcome.LATER, "service.429", timedelta(seconds=30))),
        (Answer(500), Attempt(Outcome.LATER, "service.500")),
        (Answer(503, {"Retry-After": "7"}), Attempt(Outcome.LATER, "service.503", timedelta(seconds=7))),
    ],
)
def test_each_answer_has_its_meaning(service: PushService, channel: WebPush, answer: Answer, expected: Attempt) -> None:
    subscription = service.subscribe("phone")
    service.answer(subscription, answer)
    assert channel.send(parcel(target(subscription))) == expected


def test_a_redirect_is_not_followed(service: PushService, channel: WebPush) -> None:
    with running_push_service() as inside:
        victim = inside.subscribe("metadata")
        subscription = service.subscribe("phone")
        for status in (301, 302, 307, 308):
            service.answer(subscription, Answer(status, {"Location": victim.endpoint}))
            attempt = channel.send(parcel(target(subscription)))
            assert attempt == Attempt(Outcome.REFUSED, f"service.{status}")
        assert inside.received == []


def test_a_service_that_hangs_is_left_after_the_time_limit(service: PushService, channel: WebPush) -> None:
    subscription = service.subscribe("phone")
    service.answer(subscription, Answer(hang_s=30))
    assert channel.send(parcel(target(subscription))) == Attempt(Outcome.LATER, "service.timeout", hung=True)


def test_a_service_that_is_not_there(service: PushService, channel: WebPush) -> None:
    to = replace(target(service.subscribe("phone")), endpoint="http://127.0.0.1:1/push/phone")
    assert channel.send(parcel(to)) == Attempt(Outcome.LATER, "service.unreachable", hung=True)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/fcm/send/x",
        "https://user:secret@fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil-fcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://169.254.169.254/latest/meta-data",
        "http://localhost/x",
        "http://127.0.0.2/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:bad/x",
        "",
    ],
)
def test_other_addresses_are_never_called(service: PushService, channel: WebPush, endpoint: str) -> None:
    to = replace(target(service.subscribe("phone")), endpoint=endpoint)
    assert channel.send(parcel(to)) == Attempt(Outcome.REFUSED, "endpoint.not_allowed")
    assert service.received == []


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "é"},
        {"p256dh": b64url(b"\x04" + b"\x01" * 64)},
        {"auth": ""},
        {"auth": b64url(b"x" * 15)},
        {"auth": "!" * 22},
    ],
)
def test_a_key_that_is_no_key_drops_the_subscription(
    service: PushService, channel: WebPush, keys: dict[str, str]
) -> None:
    to = replace(target(service.subscribe("phone")), **keys)
    assert channel.send(parcel(to)) == Attempt(Outcome.GONE, "subscription.unusable_key")
    assert service.received == []


def test_netrc_and_proxies_of_the_machine_are_not_used(
    service: PushService, channel: WebPush, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    subscription = service.subscribe("phone")
    assert channel.send(parcel(target(subscription))).outcome is Outcome.DELIVERED
    assert service.faults == []
