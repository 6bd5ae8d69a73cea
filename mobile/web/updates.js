/**
 * The service worker: registered when the app runs, replaced only when the person says so. A phone without room for the
 * app's files has no worker and no app without a network: that is told (`offline.kept`) and tried again later.
 */

/** @type {ServiceWorkerRegistration|null} */
let registration = null;
/** @type {(name: string, data?: object) => void} */
let tell = () => undefined;
/** Why the worker could not keep its files; it says so itself. */
let failure = null;
let triedAtMs = 0;
const AGAIN_AFTER_MS = 10 * 60_000;
const LAST_WORD_MS = 500;

/**
 * @param {(name: string, data?: object) => void} emit
 */
export async function registerWorker(emit) {
  if (!("serviceWorker" in navigator)) return;
  tell = emit;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kind === "push") emit("push.received", data.data);
    if (data?.kind === "navigate") emit("notification.opened", { url: data.url });
    if (data?.kind === "install.failed") failure = data.full ? "storage.full" : "offline.failed";
  });
  window.addEventListener("online", tryLater);
  document.addEventListener("visibilitychange", tryLater);
  await register();
}

async function register() {
  triedAtMs = Date.now();
  failure = null;
  registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  tellOfUpdate(registration.waiting);
  if (registration.installing) watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
}

/** @param {ServiceWorker|null} worker */
function tellOfUpdate(worker) {
  // Without a controller this is the first installation: nothing that anybody could update.
  if (worker?.state === "installed" && navigator.serviceWorker.controller) tell("update.ready");
}

/** @type {WeakSet<ServiceWorker>} */
const watched = new WeakSet();

/** @param {ServiceWorker} worker being installed */
function watch(worker) {
  if (watched.has(worker)) return;
  watched.add(worker);
  worker.addEventListener("statechange", async () => {
    tellOfUpdate(worker);
    if (worker.state === "activated") tell("offline.kept", { kept: true, code: null });
    if (worker.state !== "redundant" || registration.active) return;
    // Its last message may come after its end.
    await new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS));
    tell("offline.kept", { kept: false, code: failure ?? "offline.failed" });
  });
}

/** Whether the app's files are kept for the time without a network. */
function isKept() {
  return Boolean(registration?.active);
}

async function tryLater() {
  if (document.hidden || isKept() || Date.now() - triedAtMs < AGAIN_AFTER_MS) return;
  await keepOffline();
}

/** Tries to keep the files once more; how it went is told by `offline.kept`. */
export async function keepOffline() {
  if (isKept() || registration?.installing) return;
  try {
    await register();
  } catch (error) {
    console.error(error);
    tell("offline.kept", { kept: false, code: "offline.failed" });
  }
}

/** Lets the waiting worker take over, then starts the page anew. @throws {Error} update.none */
export async function applyUpdate() {
  const waiting = registration?.waiting;
  if (!waiting) throw new Error("update.none");
  const taken = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  waiting.postMessage({ kind: "update.apply" });
  await taken;
  window.location.reload();
}
