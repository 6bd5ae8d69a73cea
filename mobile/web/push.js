/** Web push: asking, subscribing, and telling Python what came. */
import { fromBase64url, toBase64url } from "./verify/bytes.js";

/** @param {PushSubscription|null} subscription */
function asJson(subscription) {
  if (!subscription) return null;
  const [p256dh, auth] = ["p256dh", "auth"].map((name) => toBase64url(new Uint8Array(subscription.getKey(name))));
  return { endpoint: subscription.endpoint, keys: { p256dh, auth } };
}

/** @returns {Promise<ServiceWorkerRegistration>} */
async function registration() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) throw new Error("push.unsupported");
  return navigator.serviceWorker.ready;
}

/**
 * @param {{vapid_public_key: string}} args base64url
 * @returns {Promise<{endpoint: string, keys: {p256dh: string, auth: string}}>}
 * @throws {Error} push.unsupported, push.denied, push.failed
 */
export async function pushSubscribe({ vapid_public_key: vapidKey }) {
  const { pushManager } = await registration();
  if ((await Notification.requestPermission()) !== "granted") throw new Error("push.denied");
  const options = { userVisibleOnly: true, applicationServerKey: fromBase64url(vapidKey) };
  try {
    return asJson(await pushManager.subscribe(options));
  } catch (error) {
    if (error.name === "NotAllowedError") throw new Error("push.denied", { cause: error });
    // InvalidStateError: a subscription under another key of the city; it cannot be used any more.
    if (error.name !== "InvalidStateError") throw new Error("push.failed", { cause: error });
    await (await pushManager.getSubscription())?.unsubscribe();
    return asJson(await pushManager.subscribe(options));
  }
}

/** @returns {Promise<{endpoint: string, keys: {p256dh: string, auth: string}}|null>} */
export async function pushCurrent() {
  const { pushManager } = await registration();
  return asJson(await pushManager.getSubscription());
}
