/**
 * The instant card: a licence's live QR before Flet has started. It needs no PIN: the pinned licence lies in the public
 * store, and the holder's key signs without showing itself. No way back leads from it, but one into the wallet.
 */
import { element, svg } from "./dom.js";
import { holderPresentation, problemKey } from "./holder_code.js";
import { dateOf, momentOf, t } from "./i18n.js";
import { icon } from "./icons.js";
import { openLayer } from "./layer.js";
import { qrSvg } from "./qr.js";
import { setWakeLock } from "./wake_lock.js";

const PERIOD_MS = 15_000;
const CHIPS = {
  VALID: ["", "check"],
  SUSPENDED: ["chip-amber", "pause"],
  REVOKED: ["chip-red", "octagon_cross"],
  EXPIRED: ["chip-red", "octagon_cross"],
  UNKNOWN: ["chip-plain", "cloud_off"],
};

/**
 * @typedef {object} Pinned
 * @property {string} licence_id
 * @property {string|null} credential base64url
 * @property {string} type
 * @property {string} title
 * @property {string} number
 * @property {string} holder_name
 * @property {string|null} place
 * @property {string|null} valid_until date
 * @property {string} status
 * @property {string|null} synced_at RFC 3339
 */

/**
 * @param {Pinned} licence
 * @returns {Promise<void>} once the code is on the screen
 */
export function openCard(licence) {
  const closed = new AbortController();
  const layer = openLayer({
    label: t("card.label"),
    className: "card-layer",
    history: false,
    onClose: () => {
      closed.abort();
      setWakeLock("card", false);
    },
  });
  const code = liveCode(licence, closed.signal);
  layer.root.append(
    element("header", { class: "card-bar" }, element("h1", {}, licence.title)),
    element("div", { class: "card-body" }, code.node, facts(licence, layer.close)),
    foot(licence, closed.signal),
  );
  setWakeLock("card", true);
  return code.start();
}

/** @param {Pinned} licence */
function statusOf({ status, valid_until: until }) {
  const isOver = until && Date.now() >= Date.parse(`${until}T23:59:59+07:00`) + 1000;
  const said = String(status).toUpperCase();
  // A status that this version does not know must never look like a valid one.
  const known = said in CHIPS ? said : "UNKNOWN";
  return known === "VALID" && isOver ? "EXPIRED" : known;
}

/**
 * @param {Pinned} licence
 * @param {() => void} openWallet
 */
function facts(licence, openWallet) {
  const status = statusOf(licence);
  const [tone, drawing] = CHIPS[status];
  const until = licence.valid_until
    ? t("card.until", { date: dateOf(Date.parse(`${licence.valid_until}T12:00:00+07:00`) / 1000) })
    : t("card.no_end");
  return element(
    "section",
    { class: "card-facts" },
    element(
      "div",
      { class: "card-status" },
      element("span", { class: `chip ${tone}` }, icon(drawing), t(`status.${status}`)),
      element("span", { class: "soft" }, until),
    ),
    element("h2", {}, licence.holder_name),
    licence.place && element("p", { class: "soft" }, licence.place),
    element("dl", {}, element("dt", {}, t("card.number")), element("dd", {}, licence.number)),
    element(
      "div",
      { class: "card-actions" },
      element("button", { class: "button button-main", type: "button", onclick: openWallet }, t("card.open_wallet")),
      licence.credential && element("button", { class: "button", type: "button", onclick: () => answer(licence) }, t("answer.label")),
    ),
  );
}

/** Only when an inspector asks: the camera and its decoder are no part of the card's start. @param {Pinned} licence */
async function answer(licence) {
  const { openAnswer } = await import("./answer.js");
  openAnswer(licence);
}

/**
 * How old the status is, and that no network is no harm.
 *
 * @param {Pinned} licence
 * @param {AbortSignal} closed
 */
function foot({ synced_at: syncedAt }, closed) {
  const node = element("footer", { class: "card-foot", "aria-live": "polite" });
  const asOf = syncedAt ? t("card.as_of", { time: momentOf(Date.parse(syncedAt) / 1000, Date.now() / 1000) }) : "";
  const draw = () => {
    const words = [navigator.onLine ? "" : t("card.offline"), asOf].filter(Boolean).join(" · ");
    node.replaceChildren(icon(navigator.onLine ? "sync" : "cloud_off"), element("span", {}, words));
  };
  draw();
  window.addEventListener("online", draw, { signal: closed });
  window.addEventListener("offline", draw, { signal: closed });
  return node;
}

/**
 * The code with its ring. Signs anew every 15 s and at once when the page comes back to view.
 *
 * @param {Pinned} licence
 * @param {AbortSignal} closed
 */
function liveCode(licence, closed) {
  const qr = element("div", { class: "card-qr", role: "img", "aria-label": t("card.qr_label", { number: licence.number }) });
  const ring = svg(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><circle cx="18" cy="18" r="15.9"/><circle class="card-ring-left" cx="18" cy="18" r="15.9" pathLength="100"/></svg>',
    "card-ring",
  );
  const hint = element("span", {}, element("strong", {}, t("card.hint")), element("small", {}, t("card.changes")));
  const node = element("section", { class: "card-code" }, qr, element("div", { class: "card-ring-row" }, ring, hint));
  let timer = 0;
  const draw = async () => {
    clearTimeout(timer);
    const text = await holderPresentation(licence.credential);
    qr.replaceChildren(svg(qrSvg(text), ""));
    ring.classList.remove("runs");
    ring.getBoundingClientRect(); // Starts the animation again from the beginning.
    ring.classList.add("runs");
    if (!closed.aborted) timer = setTimeout(guardedDraw, PERIOD_MS);
  };
  const say = (error) => element("p", { class: "card-problem", role: "alert" }, t(problemKey(error)));
  const guardedDraw = () => draw().catch((error) => node.replaceChildren(say(error)));
  const onVisible = () => document.visibilityState === "visible" && guardedDraw();
  document.addEventListener("visibilitychange", onVisible, { signal: closed });
  closed.addEventListener("abort", () => clearTimeout(timer));
  return { node, start: guardedDraw };
}
