"""Where push may be sent, and the registry of notices."""

import re

import pytest

from backend.notices.rules import check_browser_key, check_endpoint, topic
from shared_models.errors import Invalid
from shared_models.notice import NOTICE_KINDS
from shared_models.outbox import TOPIC_LIMIT


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:443/wp/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://db5p.notify.windows.com/w/?token=x",
        "http://127.0.0.1:9999/x",
        "https://push.test:8443/x",
    ],
)
def test_known_push_services_and_added_hosts_are_allowed(endpoint: str) -> None:
    check_endpoint(endpoint, ("127.0.0.1", "push.test"))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://user:pass@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://notify.windows.com/x",
        "https://evil.example/fcm.googleapis.com",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://fcm.googleapis.com:99999/x",
        "https://fcm.googleapis.com/x#fragment",
        "ftp://127.0.0.1/x",
        "https://127.0.0.2/x",
    ],
)
def test_everything_else_is_refused(endpoint: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_endpoint(endpoint, ("127.0.0.1",))
    assert refused.value.fields == {"endpoint": ["push.endpoint_not_allowed"]}


def test_extra_hosts_are_extra() -> None:
    with pytest.raises(Invalid):
        check_endpoint("http://127.0.0.1:9999/x", ())


@pytest.mark.parametrize("key", [b"", b"\x04" * 65, b"\x02" + b"\x01" * 64, b"\x04" + b"\xff" * 64])
def test_what_is_no_point_is_no_browser_key(key: bytes) -> None:
    with pytest.raises(Invalid):
        check_browser_key(key)


def test_a_topic_fits_and_tells_kinds_and_things_apart() -> None:
    topics = {topic(kind, thing) for kind in NOTICE_KINDS for thing in ("lic_1", "lic_2")}
    assert len(topics) == 2 * len(NOTICE_KINDS)
    assert all(len(text) <= TOPIC_LIMIT and re.fullmatch(r"[A-Za-z0-9_-]+", text) for text in topics)


def test_every_kind_has_its_own_keys() -> None:
    for name, kind in NOTICE_KINDS.items():
        assert kind.name == name
        assert (kind.title_key, kind.body_key) == (f"notice.{name}.title", f"notice.{name}.body")
        assert kind.ttl.total_seconds() > 0
