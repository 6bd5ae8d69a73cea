"""The camera under the scanner: unplugged, refused, hidden, chosen, lit; and photos instead of it."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.phone import Phone, blank_png, qr_png

pytestmark = pytest.mark.browser
# What this machine's fake camera cannot do is put around the real one, track by track.
LENS = """(options) => {
  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);
  globalThis.lens = { asked: [], tracks: [], torch: [], options };
  devices.getUserMedia = async (wanted) => {
    lens.asked.push(wanted.video);
    if (lens.options.failure) throw new DOMException("no", lens.options.failure);
    const { deviceId, ...rest } = wanted.video;
    const isThere = !deviceId || (lens.options.cameras ?? []).includes(deviceId.exact);
    if (!isThere) throw new DOMException("", "OverconstrainedError");
    const stream = await real({ ...wanted, video: rest });
    const [track] = stream.getVideoTracks();
    lens.tracks.push(track);
    const settings = track.getSettings();
    track.getSettings = () => ({ ...settings, deviceId: deviceId?.exact ?? (lens.options.cameras ?? ["one"])[0] });
    track.getCapabilities = () => ({ torch: lens.options.torch === true });
    track.applyConstraints = async ({ advanced: [{ torch }] }) => {
      if (lens.options.torchFails) throw new DOMException("no", "NotReadableError");
      lens.torch.push(torch);
    };
    return stream;
  };
  devices.enumerateDevices = async () => (lens.options.cameras ?? ["one"]).map(
    (deviceId, i) => ({ kind: "videoinput", deviceId, label: i ? `Camera ${deviceId}` : "" }));
  const state = new EventTarget();
  Object.defineProperty(state, "state", { get: () => lens.options.permission ?? "granted" });
  navigator.permissions.query = async () => state;
  globalThis.permission = state;
}"""
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  Object.defineProperty(document, "visibilityState", { value: isHidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def inspector(phone: Phone) -> Phone:
    phone.become_inspector()
    phone.camera.show_nothing()
    return phone


def fit(phone: Phone, **options: Any) -> None:
    phone.page.evaluate(LENS, options)


def change(phone: Phone, **options: Any) -> None:
    phone.page.evaluate("(options) => Object.assign(lens.options, options)", options)


def looking(phone: Phone) -> None:
    phone.page.locator(".scanner-frame").wait_for()


def live(phone: Phone) -> int:
    """Tracks that still film."""
    return int(phone.page.evaluate("lens.tracks.filter((track) => track.readyState === 'live').length"))


def photo(phone: Phone, content: bytes, name: str = "code.png", kind: str = "image/png") -> None:
    phone.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_camera_that_is_unplugged_says_so_and_one_that_comes_back_is_used(inspector: Phone) -> None:
    fit(inspector)
    inspector.op("scanner.open")
    looking(inspector)
    inspector.page.evaluate("lens.tracks.at(-1).dispatchEvent(new Event('ended'))")
    inspector.page.get_by_text("Máy ảnh vừa ngắt kết nối").wait_for()
    inspector.camera.show(qr_png(inspector.city.paper(inspector.city.restaurant())))
    inspector.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"


def test_a_refused_camera_says_so_once_and_starts_when_it_is_allowed(inspector: Phone) -> None:
    fit(inspector, failure="NotAllowedError", permission="denied")
    inspector.op("scanner.open", auto=True)
    inspector.page.get_by_text("Máy chưa cho dùng máy ảnh").wait_for()
    assert inspector.page.get_by_role("alert").inner_text().count("chọn ảnh chụp mã") == 1
    assert inspector.page.evaluate("lens.asked.length") == 1, "it does not go on asking"
    inspector.page.keyboard.press("Escape")
    expect(inspector.page.locator(".scanner-layer")).to_have_count(0)
    inspector.op("scanner.open", auto=True)
    assert inspector.page.locator(".scanner-layer").count() == 0
    inspector.op("scanner.open")
    inspector.page.get_by_text("Máy chưa cho dùng máy ảnh").wait_for()
    change(inspector, failure=None, permission="granted")
    inspector.page.evaluate("permission.dispatchEvent(new Event('change'))")
    looking(inspector)
    inspector.op("scanner.close")
    inspector.op("scanner.open", auto=True)
    looking(inspector)


def test_a_phone_without_a_camera_says_so_once(inspector: Phone) -> None:
    fit(inspector, failure="NotFoundError", cameras=[])
    inspector.op("scanner.open", auto=True)
    inspector.page.get_by_text("Không tìm thấy máy ảnh").wait_for()
    inspector.op("scanner.close")
    inspector.op("scanner.open", auto=True)
    assert inspector.page.locator(".scanner-layer").count() == 0
    change(inspector, failure=None, cameras=["new"])
    inspector.op("scanner.open", auto=True)
    looking(inspector)


def test_a_scanner_that_is_open_is_not_opened_again_by_itself(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()))
    inspector.verdict()
    inspector.op("scanner.open", auto=True)
    assert inspector.page.locator(".verdict-layer").count() == 1


def test_a_hidden_page_gives_the_camera_back_and_takes_it_again(inspector: Phone) -> None:
    fit(inspector, torch=True)
    inspector.op("scanner.open")
    looking(inspector)
    light = inspector.page.get_by_role("button", name="Đèn")
    light.click()
    expect(light).to_have_attribute("aria-pressed", "true")
    inspector.page.evaluate(HIDE, True)
    assert live(inspector) == 0
    inspector.camera.show(qr_png(inspector.city.paper(inspector.city.restaurant())))
    inspector.page.evaluate(HIDE, False)
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"
    expect(light).to_have_attribute("aria-pressed", "false")
    inspector.page.evaluate(HIDE, True)
    inspector.page.evaluate(HIDE, False)
    assert live(inspector) == 0, "nothing is filmed behind a verdict"
    inspector.camera.show(qr_png(inspector.city.presentation(inspector.city.restaurant())))
    inspector.page.get_by_role("button", name="Quét tiếp").click()
    expect(inspector.page.locator(".verdict-block")).to_have_attribute("data-outcome", "VALID_HOLDER_PRESENT")


def test_closing_gives_the_camera_back(inspector: Phone) -> None:
    fit(inspector)
    inspector.op("scanner.open")
    looking(inspector)
    inspector.op("scanner.close")
    assert live(inspector) == 0


def test_the_light_is_there_where_the_camera_has_one_and_says_what_it_does(inspector: Phone) -> None:
    fit(inspector, torch=True)
    inspector.op("scanner.open")
    looking(inspector)
    light = inspector.page.get_by_role("button", name="Đèn")
    for words, pressed in (("Đèn đã bật", "true"), ("Đèn đã tắt", "false")):
        light.click()
        expect(inspector.page.locator(".scanner-top [role=status]")).to_have_text(words)
        expect(light).to_have_attribute("aria-pressed", pressed)
    assert inspector.page.evaluate("lens.torch") == [True, False]
    change(inspector, torchFails=True)
    light.click()
    expect(inspector.page.locator(".scanner-top [role=status]")).to_have_text("Máy chưa bật được đèn.")
    expect(light).to_have_attribute("aria-pressed", "false")
    change(inspector, torch=False)
    inspector.op("scanner.open")
    looking(inspector)
    expect(inspector.page.get_by_role("button", name="Đèn")).to_have_count(0)


def test_a_chosen_camera_is_remembered_and_a_lost_one_forgotten_without_a_word(inspector: Phone) -> None:
    inspector.python("public_put", "settings", '{"lang": "vi"}')
    fit(inspector, cameras=["wide", "near"])
    inspector.op("scanner.open")
    looking(inspector)
    choice = inspector.page.get_by_role("combobox", name="Chọn máy ảnh")
    assert choice.locator("option").all_inner_texts() == ["Máy ảnh 1", "Camera near"]
    choice.select_option("near")
    inspector.until("lens.asked.at(-1).deviceId?.exact === 'near'")
    assert inspector.python_json("public_get", "settings") == {"lang": "vi", "camera": "near"}
    inspector.op("scanner.open")
    looking(inspector)
    assert inspector.page.evaluate("lens.asked.at(-1).deviceId.exact") == "near"
    expect(inspector.page.get_by_role("combobox")).to_have_value("near")
    change(inspector, cameras=["wide"])
    inspector.op("scanner.open")
    looking(inspector)
    assert inspector.page.evaluate("lens.asked.at(-1).facingMode.ideal") == "environment"
    expect(inspector.page.get_by_role("combobox")).to_have_count(0)


def jpeg_of(png: bytes) -> bytes:
    encoded = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(encoded, "JPEG", quality=70)
    return encoded.getvalue()


def large_photo(text: str) -> bytes:
    """Twelve megapixels, with the code in a corner of it, as a phone's camera would write it."""
    whole = Image.new("RGB", (4032, 3024), (120, 124, 118))
    code = Image.open(io.BytesIO(qr_png(text))).resize((1100, 1100))
    whole.paste(code, (2700, 1800))
    encoded = io.BytesIO()
    whole.save(encoded, "JPEG", quality=80)
    return encoded.getvalue()


def webp_of(png: bytes) -> bytes:
    encoded = io.BytesIO()
    Image.open(io.BytesIO(png)).save(encoded, "WEBP", quality=80)
    return encoded.getvalue()


@pytest.mark.parametrize("make", [jpeg_of, webp_of, None], ids=["jpeg", "webp", "12 megapixels"])
def test_a_photo_of_any_kind_the_browser_draws_is_read(inspector: Phone, make: Any) -> None:
    inspector.op("scanner.open")
    looking(inspector)
    text = inspector.city.presentation(inspector.city.restaurant())
    photo(inspector, make(qr_png(text)) if make else large_photo(text))
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(400)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEIC, "không đọc được ảnh HEIC"),
        (qr_png("VN1:")[:200], "bị hỏng hoặc không phải ảnh"),
        (b"%PDF-1.7 not a picture", "bị hỏng hoặc không phải ảnh"),
        (b"", "bị hỏng hoặc không phải ảnh"),
        (blank_png(), "Không thấy mã QR trong ảnh này"),
    ],
    ids=["heic", "cut", "pdf", "empty", "no code"],
)
def test_a_photo_that_gives_nothing_says_what_to_do(inspector: Phone, content: bytes, sentence: str) -> None:
    inspector.op("scanner.open")
    looking(inspector)
    photo(inspector, content)
    inspector.page.get_by_text(sentence).wait_for()
    assert inspector.queue() == []
    inspector.page.get_by_role("button", name="Thử lại").click()
    looking(inspector)


def test_a_photo_that_is_too_large_is_not_even_opened(inspector: Phone, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(40_000_001)
    inspector.op("scanner.open")
    looking(inspector)
    inspector.page.locator("input[type=file]").set_input_files(huge)
    inspector.page.get_by_text("lớn hơn 40 MB").wait_for()
    assert inspector.queue() == []


def test_a_decoder_that_does_not_load_says_so_and_is_loaded_later(inspector: Phone) -> None:
    inspector.page.route("**/zxing_reader.wasm", lambda route: route.abort())
    inspector.camera.show(qr_png(inspector.city.paper(inspector.city.restaurant())))
    inspector.op("scanner.open")
    inspector.page.get_by_text("Chưa tải được bộ đọc mã").wait_for()
    inspector.complaints.clear()
    inspector.page.unroute("**/zxing_reader.wasm")
    inspector.page.get_by_role("button", name="Thử lại").click()
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"


def test_of_several_codes_none_can_be_chosen_and_all_targets_are_large(inspector: Phone) -> None:
    inspector.scan(inspector.city.paper(inspector.city.restaurant()), "https://example.com/menu")
    inspector.page.locator("button.choice").first.wait_for()
    sizes = inspector.page.locator(".scanner-layer button:visible").evaluate_all(
        "(all) => all.map((b) => [b.offsetWidth, b.offsetHeight])"
    )
    assert sizes
    assert all(min(size) >= 48 for size in sizes)
    inspector.camera.show_nothing()
    inspector.page.get_by_role("button", name="Quét lại").click()
    expect(inspector.page.locator("button.choice")).to_have_count(0)
    assert inspector.queue() == []


def test_the_way_back_of_an_unkept_page_is_asked_about_and_not_taken(phone: Phone) -> None:
    phone.page.evaluate("history.pushState({ serial: 2 }, '', '/records/scn_1')")
    phone.op("leave.guard", on=True)
    phone.page.evaluate("history.back()")
    assert phone.events("leave.asked") == [{}]
    phone.until("location.pathname === '/records/scn_1' && history.state.serial === 2")
    phone.op("leave.guard", on=False)
    phone.page.go_back()
    phone.until("location.pathname === '/'")
