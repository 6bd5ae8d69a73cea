/** The elements of the scanner: what lies over the camera's picture. It knows no camera and no codes. */
import { element } from "./dom.js";
import { momentOf, t } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Actions
 * @property {() => void} close
 * @property {() => void} retry
 * @property {(file: File) => void} photo
 * @property {() => void} torch
 * @property {() => void} nextCamera
 */

/**
 * @param {Actions} actions
 */
export function scannerView(actions) {
  const video = element("video", { playsinline: true, muted: true, autoplay: true, "aria-hidden": "true" });
  video.muted = true; // The attribute alone does not mute an element made by script.
  const view = element("div", { class: "scanner-view" }, video);
  const chips = element("div", { class: "scanner-chips" });
  const torch = button("torch", t("scanner.torch_on"), actions.torch);
  const turn = button("camera_turn", t("scanner.next_camera"), actions.nextCamera);
  const close = button("close", t("close"), actions.close);
  torch.hidden = true;
  turn.hidden = true;
  const top = element("header", { class: "scanner-top" }, close, element("span", { class: "scanner-space" }), torch, turn, chips);
  const aim = element("div", { class: "scanner-aim", "aria-live": "polite" });
  const bottom = element("footer", { class: "scanner-bottom" }, photoButton(actions.photo));
  return { video, view, chips, torch, turn, aim, nodes: [view, top, aim, bottom] };
}

/** @param {string} drawing @param {string} label @param {() => void} onclick */
function button(drawing, label, onclick) {
  return element("button", { class: "icon-button", type: "button", "aria-label": label, title: label, onclick }, icon(drawing));
}

/** @param {(file: File) => void} onFile */
function photoButton(onFile) {
  const input = element("input", {
    type: "file",
    accept: "image/*",
    "aria-label": t("scanner.photo"),
    onchange: ({ target }) => {
      const [file] = target.files;
      target.value = ""; // The same photo can be chosen again.
      if (file) onFile(file);
    },
  });
  return element("label", { class: "button" }, icon("image"), t("scanner.photo"), input);
}

/** @returns {Node[]} what to do, while the camera runs */
export function aimHint() {
  return [
    element("div", { class: "scanner-frame", "aria-hidden": "true" }),
    element("p", {}, element("strong", {}, t("scanner.aim")), element("small", {}, t("scanner.sources"))),
  ];
}

/**
 * @param {string} text what went wrong, and the way on
 * @param {(() => void)|null} retry
 */
export function note(text, retry) {
  const again = retry && element("button", { class: "button button-main", type: "button", onclick: retry }, t("scanner.retry"));
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
 * @param {(index: number) => void} onChoose
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
  const title = element("h2", {}, t("scanner.several", { count: choices.length }));
  return [...marks, element("section", { class: "scanner-choice", role: "group" }, title, ...buttons)];
}
