/** What Python may ask of the page (docs/architecture.md, section 6): the one list of ops. */
import { openCard } from "./card.js";
import { hasWords, loadWords, t } from "./i18n.js";
import { installPrompt, installState } from "./install.js";
import { currentPlace } from "./place_now.js";
import { publicGet, publicPut } from "./public_store.js";
import { pushCurrent, pushSubscribe } from "./push.js";
import { applyUpdate } from "./updates.js";
import { vaultGet } from "./vault.js";
import { setWakeLock } from "./wake_lock.js";

/** What is open now, so that it can be closed. @type {Record<string, {close: () => Promise<void>}|null>} */
const open = { scanner: null, card: null };

/** @param {"scanner"|"card"} name */
async function close(name) {
  await open[name]?.close();
  open[name] = null;
}

/**
 * @param {string} licenceId
 * @returns {Promise<import("./card.js").Pinned>}
 */
async function cardOf(licenceId) {
  const pinned = await publicGet("pinned");
  if (pinned?.licence_id === licenceId) return pinned;
  const licence = await vaultGet(`wallet/${licenceId}`);
  if (!licence) throw new Error("card.unknown_licence");
  const state = await vaultGet("wallet_state");
  const { id, place, ...rest } = licence;
  const title = t(hasWords(`type.${licence.type}`) ? `type.${licence.type}` : "type.unknown");
  return { ...rest, licence_id: id, title, place: place?.address ?? null, synced_at: state?.synced_at ?? null };
}

/** @param {Partial<object>} change */
async function remember(change) {
  await publicPut("settings", { ...(await publicGet("settings")), ...change });
}

/** @param {string} mode light, dark, or system */
export function setTheme(mode) {
  if (mode === "light" || mode === "dark") document.documentElement.dataset.theme = mode;
  else delete document.documentElement.dataset.theme;
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
    "scanner.open": async ({ purpose = null }) => {
      const { openScanner } = await import("./scanner.js");
      await close("scanner");
      open.scanner = openScanner({ purpose, emit });
    },
    "scanner.close": () => close("scanner"),
    "card.open": async ({ licence_id: licenceId }) => {
      await close("card");
      open.card = openCard(await cardOf(licenceId), { isFirst: false, onClose: () => emit("card.closed") });
    },
    "card.close": () => close("card"),
    "push.subscribe": pushSubscribe,
    "push.current": pushCurrent,
    "install.state": installState,
    "install.prompt": installPrompt,
    "wakelock.set": ({ on }) => setWakeLock("app", on),
    navigate: ({ url }) => window.location.assign(ownUrl(url)),
    download,
    share,
    "place.get": currentPlace,
    "update.apply": applyUpdate,
    "theme.set": async ({ mode }) => {
      setTheme(mode);
      await remember({ theme: mode });
    },
    "language.set": async ({ lang }) => {
      await loadWords(lang);
      await remember({ lang });
    },
  };
}
