"""The keys of a desk in a real browser: told where nobody types, and never anywhere else."""

import pytest

from tests.web.phone import Phone

SHOW = """() => {
  document.body.insertAdjacentHTML("beforeend", `
    <main id="desk">
      <input id="box"><textarea id="area"></textarea><select id="list"><option>j</option></select>
      <p id="written" contenteditable="true"></p><button id="button">Nhận</button><div id="shadow"></div>
    </main>`);
  const root = document.getElementById("shadow").attachShadow({ mode: "open" });
  root.innerHTML = "<input>";
  root.firstChild.id = "inner";
  globalThis.passed = [];
  document.addEventListener("keydown", (event) => passed.push(event.key));
  document.getElementById("button").addEventListener("click", () => passed.push("clicked"));
}"""
FOCUS = """(id) => {
  const inner = document.getElementById("shadow").shadowRoot.getElementById(id);
  (document.getElementById(id) ?? inner).focus();
}"""
DESK = "document.activeElement?.blur()"


@pytest.fixture
def desk(phone: Phone) -> Phone:
    phone.page.evaluate(SHOW)
    phone.op("keys.listen", on=True)
    return phone


def pressed(desk: Phone, *keys: str) -> list[str]:
    """What Python was told after these and one `x` at the end, which is told without a focus."""
    for key in keys:
        desk.page.keyboard.press(key)
    desk.page.evaluate(DESK)
    desk.page.keyboard.press("x")
    told: list[str] = []
    while "x" not in told:
        told = [event["key"] for event in desk.events("key")]
    return told


def test_letters_digits_and_arrows_are_told_in_lower_case(desk: Phone) -> None:
    assert pressed(desk, "j", "K", "3", "?", "ArrowDown", "ArrowUp", "Enter", "Escape") == [
        *("j", "k", "3", "?", "ArrowDown", "ArrowUp", "Enter", "Escape", "x")
    ]


@pytest.mark.parametrize("field", ["box", "area", "list", "written", "inner"])
def test_nothing_that_is_typed_into_a_field_is_told(desk: Phone, field: str) -> None:
    desk.page.evaluate(FOCUS, field)
    assert pressed(desk, "j", "/", "a", "Enter", "ArrowDown") == ["x"]


@pytest.mark.parametrize("key", ["Control+j", "Alt+j", "Meta+j", "Tab", "Shift", "F5", "Home"])
def test_what_the_browser_means_by_a_key_stays_the_browsers(desk: Phone, key: str) -> None:
    desk.page.evaluate("addEventListener('keydown', (event) => event.key === 'F5' && event.preventDefault())")
    assert pressed(desk, key) == ["x"]


def test_enter_presses_what_tab_has_reached_and_is_told_again_after_a_letter(desk: Phone) -> None:
    desk.page.evaluate(FOCUS, "area")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Tab")
    desk.page.evaluate(FOCUS, "button")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("passed").count("clicked") == 1
    assert pressed(desk, "j", "Enter") == ["j", "Enter", "x"]
    assert desk.page.evaluate("passed").count("clicked") == 1


def test_what_the_desk_takes_does_not_reach_flutter_as_well(desk: Phone) -> None:
    pressed(desk, "ArrowDown", "ArrowUp", "Enter", "/", "j")
    assert desk.page.evaluate("passed") == ["j", "x"]


def test_a_layer_over_the_app_keeps_its_keys(desk: Phone) -> None:
    desk.page.evaluate(
        "import('/layer.js').then((m) => { globalThis.over = m.openLayer({ label: 'x', className: 'x' }); })"
    )
    desk.page.keyboard.press("j")
    desk.page.evaluate("over.close(true)")
    desk.until("!document.querySelector('.layer')")
    assert pressed(desk) == ["x"]


def test_nobody_is_listened_to_until_asked_and_after_it_is_over(phone: Phone) -> None:
    phone.page.keyboard.press("j")
    phone.op("keys.listen", on=True)
    phone.page.keyboard.press("k")
    phone.op("keys.listen", on=False)
    phone.page.keyboard.press("r")
    assert [event["key"] for event in phone.events("key")] == ["k"]
