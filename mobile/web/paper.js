/**
 * A paper of a dossier beside the app, or over it: the picture or PDF that an officer has opened. The app keeps its right
 * edge free for it; on a narrow screen it is a layer. One at a time; its bytes are an object URL of this page's worker.
 */
import { element } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { openLayer } from "./layer.js";

const STYLES = "/css/paper.css";
/** @typedef {{url: string, media_type: string, title: string, name: string, dock_px: number|null}} Paper */

/** What is shown now. @type {{paper: Paper, take: () => Promise<void>}|null} */
let shown = null;

/** @returns {Promise<void>} */
function dress() {
  if (document.querySelector(`link[href="${STYLES}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => resolve(); // Unstyled it can still be read.
    document.head.append(element("link", { rel: "stylesheet", href: STYLES, onload: done, onerror: done }));
  });
}

/**
 * @param {Paper} paper `url`: a blob of this page; `dock_px`: its width at the right edge, null for a layer
 * @param {(name: string, data?: object) => void} emit told `paper.closed` when its reader has closed it
 */
export async function showPaper(paper, emit) {
  if (!paper.url.startsWith("blob:")) throw new Error("navigate.foreign");
  await dress();
  await hidePaper();
  const closed = () => {
    shown = null;
    emit("paper.closed", {});
  };
  shown = { paper, take: paper.dock_px ? dock(paper, closed) : layer(paper, closed) };
}

/** Takes it away without telling anybody: the app asked for it. */
export async function hidePaper() {
  const { take } = shown ?? {};
  shown = null;
  await take?.();
}

/** @param {Paper} paper @param {() => void} closed @returns {() => Promise<void>} */
function layer(paper, closed) {
  let isTaken = false;
  const over = openLayer({ label: paper.title, className: "paper-layer", onClose: () => isTaken || closed() });
  over.root.append(head(paper, [button("close", "close", () => over.close())]), content(paper));
  return async () => {
    isTaken = true;
    await over.close(true);
  };
}

/** @param {Paper} paper @param {() => void} closed @returns {() => Promise<void>} */
function dock(paper, closed) {
  const take = async () => root.remove();
  const close = () => {
    root.remove();
    closed();
  };
  // The same paper over the whole window; behind it the dock waits.
  const enlarge = () => layer({ ...paper, dock_px: null }, () => undefined);
  const root = element(
    "aside",
    { class: "paper-dock", "aria-label": paper.title, style: `width: ${Math.round(paper.dock_px)}px` },
    head(paper, [button("expand", "paper.larger", enlarge), button("close", "close", close)]),
    content(paper),
  );
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // Flutter listens on window and would act on it too.
    if (event.key === "Escape") close();
  });
  document.body.append(root);
  return take;
}

/** @param {Paper} paper @param {HTMLElement[]} buttons */
function head(paper, buttons) {
  const save = button("save", "paper.save", () => element("a", { href: paper.url, download: paper.name }).click());
  return element("header", { class: "paper-head" }, element("h2", {}, paper.title), save, ...buttons);
}

/** @param {string} name @param {string} words @param {() => void} onclick */
function button(name, words, onclick) {
  return element("button", { type: "button", class: "icon-button", "aria-label": t(words), title: t(words), onclick }, icon(name));
}

/** @param {Paper} paper */
function content({ url, media_type: type, title, name }) {
  if (type.startsWith("image/")) return picture(url, title);
  if (navigator.pdfViewerEnabled) return element("iframe", { class: "paper-body", src: `${url}#view=FitH&navpanes=0`, title });
  const save = element("a", { class: "button button-main", href: url, download: name }, t("paper.save"));
  return element("div", { class: "paper-body paper-none" }, element("p", {}, t("paper.no_viewer")), save);
}

/** As wide as its place; a press shows it in its own size. @param {string} url @param {string} alt */
function picture(url, alt) {
  const image = element("img", { src: url, alt });
  const frame = element("button", { type: "button", class: "paper-body paper-picture", "aria-label": t("paper.zoom"), "aria-pressed": "false" }, image);
  frame.addEventListener("click", () => frame.setAttribute("aria-pressed", String(frame.classList.toggle("is-large"))));
  return frame;
}
