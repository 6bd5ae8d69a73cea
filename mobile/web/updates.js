/** The service worker: registered when the app runs, replaced only when the person says so. */

/** @type {ServiceWorkerRegistration|null} */
let registration = null;

/**
 * @param {(name: string, data?: object) => void} emit
 */
export async function registerWorker(emit) {
  if (!("serviceWorker" in navigator)) return;
  registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const tell = (worker) => {
    // Without a controller this is the first installation: nothing that anybody could update.
    if (worker?.state === "installed" && navigator.serviceWorker.controller) emit("update.ready");
  };
  tell(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", () => tell(installing));
  });
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kind === "push") emit("push.received", data.data);
    if (data?.kind === "navigate") emit("notification.opened", { url: data.url });
  });
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
