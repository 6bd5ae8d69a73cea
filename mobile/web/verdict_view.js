/** The verdict screen: the block of fixed height, then what an inspector compares, then two buttons. */
import { ask } from "./ask.js";
import { element } from "./dom.js";
import { distanceWords, t, timeOf } from "./i18n.js";
import { icon } from "./icons.js";
import { openLayer } from "./layer.js";
import { distanceM, geohashCentre } from "./verify/place.js";
import { licenceType } from "./verify/types.js";
import { asOfWords, isVouchedFor, lookOf, meaningLine, rangeWords, reasonLine, typeWords } from "./verdict_words.js";

/**
 * @param {object} scan
 * @param {import("./verify/judge.js").Verdict} scan.verdict
 * @param {number} scan.nowS
 * @param {boolean} scan.isAnswer whether a nonce was asked for
 * @param {{lat: number, lon: number, accuracy_m: number}|null} scan.place where the inspector stands
 * @param {string|null} scan.unsaved a sentence, when the scan could not be saved
 * @param {object} actions
 * @param {() => void} actions.record
 * @param {() => void} actions.next
 * @param {() => Promise<string|null>} actions.save tries once more; a sentence when that failed too
 * @param {() => void} actions.ask the holder, with a nonce
 * @returns {import("./layer.js").Layer}
 */
export function openVerdict(scan, actions) {
  const { verdict, nowS } = scan;
  let answer = actions.next;
  const layer = openLayer({
    label: t("verdict.label"),
    className: "verdict-layer",
    onClose: (isForced) => isForced || answer(),
    mayClose: async () => !unsaved || unsaved.isSafe() || ask(t("scanner.lose"), { yes: t("scanner.lose_yes"), no: t("scanner.lose_no") }),
  });
  const unsaved = scan.unsaved === null ? null : unsavedBand(scan.unsaved, actions.save);
  const record = async () => {
    // A record names its scan: there is none without it.
    if (unsaved && !(await unsaved.save())) return;
    answer = actions.record;
    layer.close();
  };
  const question = async () => {
    answer = actions.ask;
    await layer.close();
    answer = actions.next; // When the user stayed after all.
  };
  const isAgeing = verdict.reasons.includes("status.ageing");
  layer.root.append(
    block(scan, () => layer.close()),
    ...(isAgeing ? [element("p", { class: "verdict-band" }, t("verdict.ageing_band", { time: asOfWords(verdict, nowS) }))] : []),
    ...(unsaved ? [unsaved.node] : []),
    ...(canBeAsked(verdict) ? [askBand(scan, question)] : []),
    facts(scan),
    element(
      "footer",
      { class: "verdict-actions" },
      element("button", { class: "button", type: "button", onclick: () => layer.close() }, t("verdict.next")),
      verdict.claims && element("button", { class: "button button-main", type: "button", onclick: record }, t("verdict.record")),
    ),
  );
  return layer;
}

/** Whether an answer to a nonce could prove what is missing: the licence holds, and its holder has it on a phone. */
function canBeAsked({ outcome, kind }) {
  return outcome === "VALID_HOLDER_NOT_PROVEN" && kind !== "PAPER";
}

/** @param {{isAnswer: boolean}} scan @param {() => void} question */
function askBand({ isAnswer }, question) {
  const button = element("button", { class: "button", type: "button", onclick: question }, t(isAnswer ? "question.again" : "question.ask"));
  return element("section", { class: "verdict-band verdict-ask" }, element("p", {}, t("question.why")), button);
}

/**
 * That the scan is only on the screen, why, and a button to save it after all.
 *
 * @param {string} sentence
 * @param {() => Promise<string|null>} save
 * @returns {{node: HTMLElement, isSafe: () => boolean, save: () => Promise<boolean>}} `save` answers whether the scan is safe now
 */
function unsavedBand(sentence, save) {
  const words = element("p", { role: "alert" }, sentence);
  const node = element("section", { class: "verdict-band verdict-unsaved" }, words);
  let isSafe = false;
  const tryAgain = async () => {
    again.disabled = true;
    const problem = isSafe ? null : await save();
    isSafe = problem === null;
    again.disabled = false;
    words.textContent = problem ?? t("scanner.saved");
    again.hidden = isSafe;
    return isSafe;
  };
  const again = element("button", { class: "button", type: "button", onclick: tryAgain }, t("scanner.save_again"));
  node.append(again);
  return { node, isSafe: () => isSafe, save: tryAgain };
}

/**
 * @param {{verdict: import("./verify/judge.js").Verdict, nowS: number, isAnswer: boolean}} scan
 * @param {() => void} close
 */
function block({ verdict, nowS, isAnswer }, close) {
  const { tone, drawing } = lookOf(verdict.outcome);
  const asOf = asOfWords(verdict, nowS);
  const times = [t("verdict.at", { time: timeOf(nowS) }), asOf && t("verdict.as_of", { time: asOf })];
  return element(
    "section",
    { class: `verdict-block tone-${tone}`, "data-outcome": verdict.outcome },
    element(
      "div",
      { class: "verdict-top" },
      element("button", { class: "icon-button", type: "button", "aria-label": t("close"), onclick: close }, icon("close")),
      element("span", {}, times.filter(Boolean).join(" · ")),
    ),
    element(
      "div",
      { class: "verdict-words", role: "alert", "aria-live": "assertive" },
      icon(drawing, "verdict-icon"),
      element("h1", {}, t(`outcome.${verdict.outcome}.title`)),
      element("p", { class: "verdict-sub" }, meaningLine(verdict)),
      element("p", { class: "verdict-reason" }, reasonLine(verdict, isAnswer)),
    ),
  );
}

/** @param {{verdict: import("./verify/judge.js").Verdict, place: *}} scan */
function facts({ verdict, place }) {
  const { claims, issuer } = verdict;
  const more = verdict.reasons.slice(1).filter((reason) => reason !== "status.ageing");
  const box = element("section", { class: "verdict-facts" });
  if (more.length) box.append(element("ul", { class: "verdict-more" }, ...more.map((reason) => element("li", {}, t(`reason.${reason}`)))));
  if (!claims) return box;
  if (!isVouchedFor(verdict)) box.append(element("p", { class: "verdict-where" }, t("verdict.unproven_claims")));
  const isPlaceBound = licenceType(claims.typeCode)?.placeBound && claims.place;
  if (isPlaceBound) box.append(element("h2", { class: "verdict-place" }, claims.place), where(verdict, place));
  const rows = [
    [t("verdict.holder"), claims.holder, "strong"],
    [t("verdict.type"), typeWords(claims)],
    [t("verdict.number"), claims.number],
    [t("verdict.activity"), claims.activity],
    [t("verdict.place"), isPlaceBound ? null : claims.place],
    [t("verdict.issuer"), issuer?.name],
    [t("verdict.dates"), rangeWords(claims)],
  ];
  const cells = rows
    .filter(([, value]) => value)
    .flatMap(([name, value, strong]) => [element("dt", {}, name), element("dd", { class: strong }, value)]);
  box.append(element("dl", {}, ...cells));
  return box;
}

/**
 * How far the inspector stands from the place on the licence. A geohash of six letters is a cell of 1.2 km by 0.6 km, so
 * nearer than that the only honest word is "in the area".
 *
 * @param {import("./verify/judge.js").Verdict} verdict
 * @param {{lat: number, lon: number, accuracy_m: number}|null} place
 */
function where({ claims, outcome }, place) {
  const cell = claims.geohash && geohashCentre(claims.geohash);
  const line = element("p", { class: "verdict-where" });
  if (cell && place) {
    const apart = distanceM(cell, place);
    const isNear = apart <= cell.reachM + place.accuracy_m;
    const words = isNear ? t("verdict.near") : t("verdict.far", { distance: distanceWords(apart) });
    // Green beside a red verdict would say two things at once.
    const tone = outcome.startsWith("VALID_") ? (isNear ? "" : "chip-amber") : "chip-plain";
    line.append(element("span", { class: `chip ${tone}` }, icon("pin"), words));
    if (isNear) return line;
  }
  line.append(element("span", {}, t("verdict.place_note")));
  return line;
}
