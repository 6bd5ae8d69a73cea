/**
 * The page's start: first the instant card or the words "đang mở ví", then Flutter; Python is already on its way
 * (python.js, in <head>).
 */
import { servePage } from "./bridge.js";
import { openCard } from "./card.js";
import { t } from "./i18n.js";
import { warnInApp } from "./install.js";
import { pageOps, setLooks } from "./page_ops.js";
import { publicGet } from "./public_store.js";
import { registerWorker } from "./updates.js";

/** Events before the bridge exists do not happen: it is made before anything else. */
const bridge = servePage(flet.tab, pageOps((name, data) => bridge.emit(name, data)));

async function start() {
  const [settings, pinned] = await Promise.all([publicGet("settings"), publicGet("pinned")]);
  await setLooks(settings ?? {});
  showWords();
  if (pinned && isPlainStart()) await showCard(pinned);
  tellSignIn();
  loadFlutter();
  warnInApp().catch((error) => console.error(error));
}

/** A notification, a shortcut or a sign-in leads elsewhere than to the card. */
function isPlainStart() {
  return window.location.pathname === "/" && window.location.search === "";
}

/** @param {import("./card.js").Pinned} pinned */
async function showCard(pinned) {
  await openCard(pinned);
  performance.mark("card");
  // One frame on the screen before Flutter's 9 MB of script take the thread.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** The splash in the person's language. */
function showWords() {
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
}

/** VNeID sends back to /?signin=…&state=…: the code goes to Python and out of the address bar. */
function tellSignIn() {
  const query = new URLSearchParams(window.location.search);
  const state = query.get("state");
  if (query.has("signin")) bridge.emit("signin", { code: query.get("signin"), state });
  else if (query.has("signin_error")) bridge.emit("signin.failed", { code: query.get("signin_error"), state });
  else return;
  window.history.replaceState(window.history.state, "", "/");
}

function loadFlutter() {
  const script = document.createElement("script");
  script.src = "/flutter_bootstrap.js";
  script.onerror = showFailure;
  document.body.append(script);
}

/** Neither Flutter nor Python can say it any more: plain HTML does. */
function showFailure() {
  const opening = document.querySelector("#loading .opening");
  if (!opening) return;
  const retry = document.createElement("button");
  retry.className = "button button-main";
  retry.type = "button";
  retry.textContent = t("app.retry");
  retry.addEventListener("click", () => window.location.reload());
  const words = document.createElement("p");
  words.setAttribute("role", "alert");
  words.textContent = t("app.failed");
  opening.replaceWith(words, retry);
}

/** Screen readers get the app's tree from the first frame on, not after finding a hidden button. */
function turnOnSemantics() {
  const press = () => document.querySelector("flt-semantics-placeholder")?.click();
  press();
  setTimeout(press, 500);
}

window.addEventListener("flutter-first-frame", () => {
  performance.mark("flutter");
  turnOnSemantics();
});
document.addEventListener("python-ready", () => {
  performance.mark("python");
  // Only now: the worker's downloads come out of the HTTP cache instead of competing with the first start.
  registerWorker(bridge.emit).catch((error) => console.error(error));
});
document.addEventListener("python-failed", showFailure);
window.addEventListener("online", () => bridge.emit("online", { on: true }));
window.addEventListener("offline", () => bridge.emit("online", { on: false }));
document.addEventListener("visibilitychange", () => bridge.emit("visible", { on: !document.hidden }));
// WebKit restores a Flutter page from its back/forward cache with frames that never come again: only a new start helps.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && navigator.vendor.startsWith("Apple")) window.location.reload();
});

start().catch((error) => {
  console.error(error);
  loadFlutter();
});
