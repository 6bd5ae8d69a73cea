/** What Python may ask of the page (docs/architecture.md, section 6): the one list of ops. */
import { deviceName } from "./device_name.js";
import { loadWords } from "./i18n.js";
import { installSheet, installState } from "./install.js";
import { listenForKeys } from "./keys.js";
import { guardLeaving } from "./leave_guard.js";
import { currentPlace } from "./place_now.js";
import { pushCurrent, pushSubscribe } from "./push.js";
import { applyUpdate, keepOffline } from "./updates.js";
import { setWakeLock } from "./wake_lock.js";

/** The scanner and the holder's answer that are open now, so that they can be closed. */
let scanner = null;
let answer = null;

async function closeScanner() {
  await scanner?.close();
  scanner = null;
}

/**
 * The user's looks for all that the page draws itself; Python keeps the settings.
 *
 * @param {{lang?: string, theme?: string, text_size?: number}} settings theme: light, dark, or system; text_size in percent
 */
export async function setLooks({ lang, theme, text_size: textSize = 100 } = {}) {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  root.style.setProperty("--text", `${textSize / 100}rem`);
  await loadWords(lang);
}

/** @param {string} url of this site */
function ownUrl(url) {
  const target = new URL(url, window.location.origin);
  if (target.origin !== window.location.origin) throw new Error("navigate.foreign");
  return target.href;
}

/** @param {{url: string, name: string}} args blob: and data: addresses are the app's own bytes */
function download({ url, name }) {
  const link = document.createElement("a");
  link.href = /^(blob|data):/.test(url) ? url : ownUrl(url);
  link.download = name;
  link.click();
}

/** @param {{title?: string, text?: string, url?: string}} args @returns {Promise<{shared: boolean}>} */
async function share({ title, text, url }) {
  const content = { title, text, ...(url && { url: ownUrl(url) }) };
  try {
    if (navigator.share) await navigator.share(content);
    else await navigator.clipboard.writeText([title, text, content.url].filter(Boolean).join("\n"));
    return { shared: Boolean(navigator.share) };
  } catch (error) {
    if (error.name === "AbortError") return { shared: false };
    throw new Error("share.failed", { cause: error });
  }
}

/**
 * @param {(name: string, data?: object) => void} emit
 * @returns {Record<string, (args: object) => *>}
 */
export function pageOps(emit) {
  return {
    // Loaded when first used: a citizen never needs the scanner.
    // `auto`: nobody tapped for it, so it neither replaces one that is open nor repeats why there is no camera.
    "scanner.open": async ({ purpose = null, auto = false }) => {
      const [{ openScanner }, { mayOpenByItself }] = await Promise.all([import("./scanner.js"), import("./camera.js")]);
      if (auto && (scanner?.isOpen() || !(await mayOpenByItself()))) return;
      await closeScanner();
      scanner = openScanner({ purpose, emit });
    },
    "scanner.close": closeScanner,
    "answer.open": async (licence) => {
      const { openAnswer } = await import("./answer.js");
      await answer?.close();
      answer = openAnswer(licence);
    },
    "paper.show": async (args) => (await import("./paper.js")).showPaper(args, emit),
    "paper.hide": async () => (await import("./paper.js")).hidePaper(),
    "push.subscribe": pushSubscribe,
    "push.current": pushCurrent,
    "device.name": deviceName,
    "file.pick": async (args) => (await import("./file_pick.js")).pickFile(args),
    "file.piece": async (args) => (await import("./file_pick.js")).passingPiece(args),
    "file.forget": async (args) => (await import("./file_pick.js")).forgetPassing(args),
    "code.read": async () => (await import("./code_once.js")).readOneCode(),
    "install.state": installState,
    "install.sheet": installSheet,
    "leave.guard": ({ on }) => guardLeaving(on, emit),
    "keys.listen": ({ on }) => listenForKeys(on, emit),
    "pay.open": async (args) => (await import("./pay.js")).openPayment(args),
    "wakelock.set": ({ on }) => setWakeLock("app", on),
    navigate: ({ url }) => window.location.assign(ownUrl(url)),
    download,
    share,
    "place.get": currentPlace,
    "update.apply": applyUpdate,
    "offline.keep": keepOffline,
    "looks.set": setLooks,
  };
}
