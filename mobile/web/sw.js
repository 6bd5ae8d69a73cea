/*
 * The service worker: keeps the app's files for the time without network, and shows what is pushed.
 *
 * /api/ is never touched: signed lists are kept by trust_store.js, everything else must come from the server. A new
 * version waits until the person applies it (updates.js): no file changes under a running scan.
 */

const VERSION = "__BUILD_VERSION__";
/** [url, sha256, engine]; the build fills it in. */
const FILES = ["__PRECACHE__"];
const PREFIX = "congdan-";
const CACHE = PREFIX + VERSION;
const REVISION = "x-congdan-sha256";
const PARALLEL = 6;

/** Flutter asks for the Chromium CanvasKit by these features (ImageDecoder cannot be seen from here). */
const ENGINE = typeof Intl.v8BreakIterator !== "undefined" && typeof Intl.Segmenter !== "undefined" ? "chromium" : "other";

function wanted() {
  return FILES.filter(([, , engine]) => engine === "all" || engine === ENGINE);
}

async function install() {
  try {
    await keepAll();
  } catch (error) {
    const full = error.name === "QuotaExceededError";
    // The little room there is belongs to the wallet. After a cut line, what has been kept stays for the next try.
    if (full) await caches.delete(CACHE);
    // The page can say it, nothing else would.
    await tellPages({ kind: "install.failed", full });
    throw error;
  }
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  const queue = wanted();
  const work = async () => {
    try {
      for (let file = queue.shift(); file; file = queue.shift()) await keep(cache, file);
    } catch (error) {
      queue.length = 0; // The others stop too.
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

/** Takes a file from an older cache when it has not changed, else from the network (or the HTTP cache, revalidated). */
async function keep(cache, [url, sha]) {
  if (await cache.match(url)) return;
  const old = await caches.match(url);
  if (old?.headers.get(REVISION) === sha) {
    await cache.put(url, old);
    return;
  }
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url}`);
  const headers = new Headers(response.headers);
  headers.set(REVISION, sha);
  // The body has been unpacked; a redirected response would be refused for a navigation.
  headers.delete("content-encoding");
  headers.delete("content-length");
  await cache.put(url, new Response(response.body, { headers }));
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {FetchEvent} event */
function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/") || url.pathname === "/city.json") return;
  event.respondWith(fromCache(request, pathOf(request, url)));
}

/** Every address of the app is index.html; the check page and the way back from a payment are the other pages. */
function pathOf(request, url) {
  if (request.mode !== "navigate") return url.pathname;
  if (url.pathname === "/q" || url.pathname.startsWith("/q/")) return "/q";
  if (url.pathname === "/pay/return" || url.pathname.startsWith("/pay/return/")) return "/pay/return";
  // A file with an ending (a PDF, say) is what its name says.
  return /\.[a-z0-9]+$/i.test(url.pathname) ? url.pathname : "/";
}

async function fromCache(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** The Declarative Web Push shape. Always something visible: silent pushes cost the subscription on some phones. */
async function showPush(data) {
  let notification = {};
  try {
    notification = data?.json()?.notification ?? {};
  } catch {
    notification = {}; // Not ours, or damaged: the words below still say that there is something to see.
  }
  const { title = "Công Dân Đà Nẵng", body = "Bạn có thông báo mới.", navigate = "/", lang = "vi", tag } = notification;
  await self.registration.showNotification(title, {
    body,
    lang,
    tag,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge.png",
    data: { navigate },
  });
  if (notification.app_badge !== undefined) await self.navigator.setAppBadge?.(Number(notification.app_badge));
  await tellPages({ kind: "push", data: { navigate, tag: tag ?? null } });
}

async function tellPages(message) {
  for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    client.postMessage(message);
  }
}

/** Only addresses of this site are opened, whatever the message says. */
async function openTarget(notification) {
  notification.close();
  const target = new URL(notification.data?.navigate ?? "/", self.location.origin);
  const url = target.origin === self.location.origin ? target.href : self.location.origin;
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) {
    await self.clients.openWindow(url);
    return;
  }
  page.postMessage({ kind: "navigate", url: new URL(url).pathname });
  await page.focus();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", answer);
self.addEventListener("push", (event) => event.waitUntil(showPush(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(openTarget(event.notification)));
// The app sends its subscription to the server at every start; this only makes it come sooner.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(tellPages({ kind: "push", data: { changed: true } })));
self.addEventListener("message", (event) => {
  if (event.data?.kind === "update.apply") self.skipWaiting();
});
