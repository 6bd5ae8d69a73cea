/** The elements of the viewfinder: what lies over the camera's picture. It knows no camera and no codes. */
import { element } from "./dom.js";
import { momentOf, t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Actions
 * @property {() => void} close
 * @property {((file: File) => void)|false} photo false where a photo is of no use
 * @property {() => void} torch
 * @property {(id: string) => void} choose another camera
 */

/**
 * @param {Actions} actions
 */
export function viewfinderView(actions) {
  const video = element("video", { playsinline: true, muted: true, autoplay: true, "aria-hidden": "true" });
  video.muted = true; // The attribute alone does not mute an element made by script.
  const view = element("div", { class: "scanner-view" }, video);
  const chips = element("div", { class: "scanner-chips" });
  const close = iconButton("close", t("close"), actions.close);
  const torch = iconButton("torch", t("scanner.torch"), actions.torch);
  const said = element("span", { class: "only-heard", role: "status" });
  const select = element("select", { "aria-label": t("scanner.cameras"), onchange: () => actions.choose(select.value) });
  const choice = element("label", { class: "icon-button scanner-cameras" }, icon("camera_turn"), select);
  const space = element("span", { class: "scanner-space" });
  const top = element("header", { class: "scanner-top" }, close, space, torch, choice, said, chips);
  const aim = element("div", { class: "scanner-aim", "aria-live": "polite" });
  const bottom = element("footer", { class: "scanner-bottom" }, actions.photo && photoButton(actions.photo));
  torch.hidden = true;
  choice.hidden = true;
  return {
    video,
    view,
    chips,
    torch,
    aim,
    bottom,
    nodes: [view, top, aim, bottom],
    /** @param {boolean} isOn @param {string} [words] what happened, for who does not see the light */
    showTorch(isOn, words = "") {
      torch.setAttribute("aria-pressed", isOn);
      said.textContent = words;
    },
    /** @param {Array<{id: string, name: string}>} cameras @param {string|undefined} current */
    showCameras(cameras, current) {
      choice.hidden = cameras.length < 2;
      const option = ({ id, name }, i) =>
        element("option", { value: id, selected: id === current }, name || t("scanner.camera_number", { number: i + 1 }));
      select.replaceChildren(...cameras.map(option));
    },
  };
}

/** @param {string} drawing @param {string} label @param {() => void} onclick */
export function iconButton(drawing, label, onclick) {
  return element("button", { class: "icon-button", type: "button", "aria-label": label, title: label, onclick }, icon(drawing));
}

/** @param {string} words @param {() => void} onclick @param {string} [kind] a class */
export function textButton(words, onclick, kind = "") {
  return element("button", { class: `button ${kind}`, type: "button", onclick }, words);
}

/** @param {(file: File) => void} onFile */
function photoButton(onFile) {
  const input = element("input", {
    type: "file",
    accept: "image/*",
    "aria-label": t("scanner.photo"),
    onchange: ({ target }) => {
      const [file] = target.files;
      if (file) onFile(file);
      target.value = ""; // The same photo can be chosen again.
    },
  });
  return element("label", { class: "button" }, icon("image"), t("scanner.photo"), input);
}

/** @param {string} title @param {string} detail @returns {Node[]} what to do, while the camera runs */
export function aimHint(title, detail) {
  return [
    element("div", { class: "scanner-frame", "aria-hidden": "true" }),
    element("p", {}, element("strong", {}, title), element("small", {}, detail)),
  ];
}

/**
 * @param {string} text what went wrong, and the way on
 * @param {() => void} retry
 */
export function note(text, retry) {
  const again = textButton(t("scanner.retry"), retry, "button-main");
  return element("div", { class: "scanner-note", role: "alert" }, element("p", {}, text), again);
}

/**
 * How old the data is and how much waits to be sent: always in sight.
 *
 * @param {{asOfS: number|null, nowS: number, count: number|null}} state
 * @returns {HTMLElement[]}
 */
export function dataChips({ asOfS, nowS, count }) {
  const data = asOfS === null ? t("scanner.no_data") : t("scanner.data", { time: momentOf(asOfS, nowS) });
  const chips = [element("span", { class: "chip" }, icon("sync"), data)];
  if (count !== null) {
    const words = count ? t("scanner.queue", { count }) : t("scanner.queue_empty");
    chips.push(element("span", { class: `chip ${count ? "chip-wait" : ""}` }, icon("cloud_up"), words));
  }
  return chips;
}

/**
 * Asks which of several codes is meant, with numbers on the picture and in the list.
 *
 * @param {Array<{label: string, detail: string, spot: {left: number, top: number}|null}>} choices spot in percent of the view
 * @param {(index: number|null) => void} onChoose null for none of them
 */
export function choiceSheet(choices, onChoose) {
  const marks = choices.flatMap(({ spot }, i) =>
    spot ? [element("span", { class: "scanner-mark", style: `left:${spot.left}%;top:${spot.top}%`, "aria-hidden": "true" }, String(i + 1))] : [],
  );
  const buttons = choices.map(({ label, detail }, i) =>
    element(
      "button",
      { class: "choice", type: "button", onclick: () => onChoose(i) },
      element("span", { class: "choice-number", "aria-hidden": "true" }, String(i + 1)),
      element("span", { class: "choice-text" }, label, element("small", {}, detail)),
    ),
  );
  const title = t("scanner.several", { count: choices.length });
  const none = textButton(t("scanner.again"), () => onChoose(null));
  const sheet = element("section", { class: "scanner-choice", role: "group", "aria-label": title }, element("h2", {}, title), ...buttons, none);
  return [...marks, sheet];
}
