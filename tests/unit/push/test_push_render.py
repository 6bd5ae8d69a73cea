import json
from pathlib import Path

import pytest

from push.channels.web_push import PAYLOAD_LIMIT
from push.render import INBOX, LANGUAGES, TEMPLATES_DIR, Renderer, UnknownTemplate
from shared_models.notice import NOTICE_KINDS

URL = "https://congdan.example"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_every_notice_kind_has_a_text_in_every_language(kind: str, lang: str) -> None:
    payload = Renderer(URL).payload(kind, lang, "lic-abc", {})
    assert len(payload) <= PAYLOAD_LIMIT
    document = json.loads(payload)
    assert document["web_push"] == 8030
    notification = document["notification"]
    assert notification["title"]
    assert notification["body"]
    assert notification["lang"] == lang
    assert notification["tag"] == "lic-abc"
    assert notification["navigate"] == f"{URL}/inbox"


def test_languages_have_the_same_keys_and_none_without_a_notice_kind() -> None:
    wanted = {f"push.{kind}.{part}" for kind in NOTICE_KINDS for part in ("title", "body")}
    for lang in LANGUAGES:
        assert set(json.loads((TEMPLATES_DIR / f"{lang}.json").read_text("utf-8"))) == wanted


def test_a_tap_leads_to_a_screen_that_the_app_has() -> None:
    routes = (Path(__file__).resolve().parents[3] / "mobile" / "routes.py").read_text("utf-8")
    assert f'path="{INBOX.removeprefix("/")}"' in routes


def test_texts_have_no_places_to_fill_in() -> None:
    for lang in LANGUAGES:
        text = (TEMPLATES_DIR / f"{lang}.json").read_text("utf-8")
        for value in json.loads(text).values():
            assert not set("{}%$") & set(value)


def test_params_never_reach_the_text() -> None:
    params = {"holder": "Trần Thị Thu Trang", "number": "48/2026/ATTP-CNĐK", "unread": 3}
    payload = Renderer(URL).payload("licence.checked", "vi", None, params).decode()
    assert "Trang" not in payload
    assert "48/2026" not in payload
    notification = json.loads(payload)["notification"]
    assert notification["app_badge"] == 3
    assert notification["tag"] == "licence.checked"


@pytest.mark.parametrize("unread", [-1, True, "3", None, 1.5])
def test_a_badge_that_is_no_count_is_left_out(unread: object) -> None:
    payload = Renderer(URL).payload("licence.checked", "vi", None, {"unread": unread})
    assert "app_badge" not in json.loads(payload)["notification"]


def test_an_unknown_language_is_vietnamese() -> None:
    notification = json.loads(Renderer(URL).payload("licence.checked", "fr", None, {}))["notification"]
    assert notification["lang"] == "vi"
    assert "kiểm tra" in notification["title"]


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(UnknownTemplate):
        Renderer(URL).payload("licence.eaten", "vi", None, {})
