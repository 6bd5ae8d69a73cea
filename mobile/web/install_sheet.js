/** The sheet that shows how to put the app on the home screen, with pictures of what there is to tap. */
import { element, svg } from "./dom.js";
import { t } from "./i18n.js";
import { installPrompt, isApple } from "./install.js";
import { openLayer } from "./layer.js";

const STYLES = "/css/install.css";
const STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
const GLYPHS = {
  share: `<path ${STROKE} d="M12 15V3.6M8.2 7.2 12 3.4l3.8 3.8M7.6 10.4H5.6v10.2h12.8V10.4h-2"/>`,
  add: `<rect ${STROKE} x="3.6" y="3.6" width="16.8" height="16.8" rx="4"/><path ${STROKE} d="M12 8.2v7.6M8.2 12h7.6"/>`,
  dots_across: '<circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="12" r="2"/>',
  dots_down: '<circle cx="12" cy="5" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="12" cy="19" r="2"/>',
  phone_down: `<rect ${STROKE} x="6" y="2.6" width="12" height="18.8" rx="3"/><path ${STROKE} d="M12 7v7M9.2 11.4 12 14.2l2.8-2.8"/>`,
};

/** @param {keyof typeof GLYPHS} name */
function glyph(name) {
  return svg(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="currentColor">${GLYPHS[name]}</svg>`, "icon");
}

/** A browser's bar with the one button that counts. @param {keyof typeof GLYPHS} name @param {"top"|"bottom"} edge */
function bar(name, edge) {
  const here = element("span", { class: "install-tap" }, glyph(name));
  return element("div", { class: `install-picture install-bar install-${edge}` }, element("span", { class: "install-address" }), here);
}

/** A line of a menu. @param {keyof typeof GLYPHS} name @param {string} label */
function line(name, label) {
  return element("div", { class: "install-picture" }, element("div", { class: "install-line" }, element("span", {}, label), glyph(name)));
}

/** The icon as it will stand on the home screen. */
function icon() {
  const picture = element("img", { src: "/icons/icon-192.png", alt: "", width: "52", height: "52" });
  return element("div", { class: "install-picture install-icon" }, picture, element("span", {}, t("app.name")));
}

/** @typedef {{picture: HTMLElement, words: string}} Step */

/** @returns {Record<string, () => Step[]>} */
const STEPS = {
  ios: () => [
    { picture: bar("share", "bottom"), words: t("install.ios.tap") },
    { picture: line("add", t("install.ios.add")), words: t("install.ios.choose") },
    { picture: icon(), words: t("install.ios.confirm") },
  ],
  menu: () => [
    { picture: bar("dots_down", "top"), words: t("install.menu.tap") },
    { picture: line("phone_down", t("install.menu.add")), words: t("install.menu.choose") },
    { picture: icon(), words: t("install.menu.confirm") },
  ],
  in_app: () => [
    { picture: bar(isApple() ? "dots_across" : "dots_down", "top"), words: t("install.in_app.tap") },
    { picture: line("share", t("install.in_app.open", { browser: browser() })), words: t("install.in_app.choose", { browser: browser() }) },
  ],
  prompt: () => [{ picture: icon(), words: t("install.prompt.beside") }],
};

function browser() {
  return isApple() ? "Safari" : "Chrome";
}

/** @param {Step} step @param {number} at */
function row({ picture, words }, at, all) {
  picture.setAttribute("aria-hidden", "true");
  const number = all.length > 1 && element("span", { class: "install-number", "aria-hidden": "true" }, String(at + 1));
  return element("li", { class: "install-step" }, picture, element("p", {}, number, words));
}

/** The sheet's styles, before it is seen. @returns {Promise<void>} */
function dress() {
  if (document.querySelector(`link[href="${STYLES}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    // Unstyled it can still be read.
    const done = () => resolve();
    document.head.append(element("link", { rel: "stylesheet", href: STYLES, onload: done, onerror: done }));
  });
}

/**
 * @param {"in_app"|"prompt"|"ios"|"menu"} way
 */
export async function openInstallSheet(way) {
  await dress();
  const title = way === "in_app" ? t("install.in_app.title", { browser: browser() }) : t("install.title");
  const layer = openLayer({ label: title, className: "install-layer" });
  const why = way === "in_app" ? "install.in_app.why" : isApple() ? "install.why_ios" : "install.why";
  const steps = STEPS[way]().map(row);
  layer.root.append(
    element(
      "div",
      { class: "install-sheet" },
      element("h1", {}, title),
      element("p", { class: "soft" }, t(why)),
      element("ol", { class: "install-steps" }, ...steps),
      element("div", { class: "install-buttons" }, ...buttons(way, layer)),
    ),
  );
}

/** @param {string} way @param {import("./layer.js").Layer} layer */
function buttons(way, layer) {
  const close = (key, main) =>
    element("button", { type: "button", class: main ? "button button-main" : "button", onclick: () => layer.close() }, t(key));
  if (way === "prompt") {
    const install = async () => {
      await layer.close();
      await installPrompt();
    };
    return [element("button", { type: "button", class: "button button-main", onclick: install }, t("install.do")), close("install.later", false)];
  }
  if (way === "in_app") return [...copyButton(), close("install.in_app.stay", false)];
  return [element("p", { class: "soft install-again" }, t("install.again")), close("install.done", true)];
}

/** The address, for those whose app has no such menu; what came of it is also heard. */
function copyButton() {
  const said = element("p", { class: "soft install-again", role: "status" });
  const copy = async () => {
    const address = window.location.origin;
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = t("install.in_app.copied", { browser: browser() });
    } catch {
      said.textContent = address; // Such browsers may forbid it; an address can still be typed.
    }
  };
  const button = element("button", { type: "button", class: "button button-main", onclick: copy }, t("install.in_app.copy"));
  return [said, button];
}
