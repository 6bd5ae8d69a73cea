/**
 * The public check page: what a printed code says, who issued it, whether it holds. It reads the address's fragment,
 * which browsers do not send to any server, and neither does this script.
 */
import { element } from "../dom.js";
import { language, loadWords, momentOf, t } from "../i18n.js";
import { icon } from "../icons.js";
import { trustHeld, trustUpdate } from "../trust_store.js";
import { isVouchedFor, lookOf, rangeWords, typeWords } from "../verdict_words.js";
import { publicName } from "../verify/text.js";
import { licenceType } from "../verify/types.js";
import { verifyText } from "../verify/verify.js";

const box = document.getElementById("verdict");
const button = document.getElementById("language");

/** Lists as fresh as the network allows; what is held serves while it is away. @returns {Promise<object|null>} */
async function lists() {
  try {
    await trustUpdate();
  } catch (error) {
    console.warn(error.message);
  }
  return trustHeld();
}

async function check() {
  const fragment = window.location.hash.slice(1);
  if (!fragment) {
    box.replaceChildren(say("qr_question", "q.empty", "q.empty_how"));
    return;
  }
  const held = (await trustHeld()) ?? (await lists());
  if (!held) {
    box.replaceChildren(say("cloud_off", "q.checking", "q.offline"));
    return;
  }
  const text = `${window.location.origin}/q#${fragment}`;
  show(await verifyText(text, held), held.nowS);
  // What was held spoke at once; newer lists may say more.
  const newer = await lists();
  show(await verifyText(text, newer), newer.nowS);
}

/** @param {import("../icons.js").IconName} drawing @param {string} title @param {string} how */
function say(drawing, title, how) {
  return element("div", { class: "q-say" }, icon(drawing, "q-say-icon"), element("h2", {}, t(title)), element("p", {}, t(how)));
}

/**
 * @param {import("../verify/judge.js").Verdict} verdict
 * @param {number} nowS
 */
function show(verdict, nowS) {
  const { tone, drawing } = lookOf(verdict.outcome);
  const asOf = verdict.statusAsOfS && t("q.fresh", { time: momentOf(verdict.statusAsOfS, nowS) });
  const block = element(
    "section",
    { class: `verdict-block tone-${tone} q-block`, "data-outcome": verdict.outcome },
    element(
      "div",
      { class: "verdict-words" },
      icon(drawing, "verdict-icon"),
      element("h2", { class: "q-verdict" }, t(`outcome.${verdict.outcome}.title`)),
      element("p", { class: "verdict-sub" }, t(`outcome.${verdict.outcome}.sub`)),
      element("p", { class: "verdict-reason" }, reason(verdict)),
    ),
  );
  const ageing = verdict.freshness === "AGEING" || verdict.freshness === "STALE";
  const fresh = asOf && element("p", { class: `q-fresh ${ageing ? "verdict-band" : "soft"}` }, asOf);
  box.replaceChildren(block, ...[fresh, facts(verdict)].filter(Boolean));
}

/** @param {import("../verify/judge.js").Verdict} verdict */
function reason({ outcome, reasons }) {
  return outcome.startsWith("VALID_") ? t("q.NOT_PROVEN.reason") : t(`reason.${reasons[0]}`);
}

/** @param {import("../verify/judge.js").Verdict} verdict */
function facts(verdict) {
  const { claims, issuer } = verdict;
  if (!claims || !isVouchedFor(verdict)) return null;
  // Also for a type this page does not know yet: better a name too short than a person shown to everybody.
  const holder = (licenceType(claims.typeCode)?.naturalPerson ?? true) ? publicName(claims.holder) : claims.holder;
  const rows = [
    [t("verdict.type"), typeWords(claims)],
    [t("verdict.holder"), holder],
    [t("verdict.place"), claims.place],
    [t("verdict.number"), claims.number],
    [t("verdict.activity"), claims.activity],
    [t("verdict.issuer"), issuer.name],
    [t("verdict.dates"), rangeWords(claims)],
  ].filter(([, value]) => value);
  const cells = rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  const note = holder !== claims.holder && element("p", { class: "soft" }, t("q.masked"));
  return element("section", { class: "verdict-facts q-facts" }, element("dl", {}, ...cells), note);
}

/** @param {string} lang */
async function speak(lang) {
  await loadWords(lang);
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
  button.textContent = t("q.other_language");
  button.lang = language() === "vi" ? "en" : "vi";
  document.title = `${t("q.title")} – ${t("app.name")} ${t("app.city")}`;
  await check();
}

button.addEventListener("click", () => speak(button.lang));
window.addEventListener("hashchange", check);
speak(navigator.language.startsWith("vi") || !navigator.language.startsWith("en") ? "vi" : "en");
