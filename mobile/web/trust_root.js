/**
 * The city's root key on this device. The first one comes from the server of this page and is as trustworthy as that;
 * from then on a phone of a production city follows only a root that the one before has named.
 */
import { fromHex, toHex } from "./verify/bytes.js";
import { ALG_ES256 } from "./verify/constants.js";
import { kidOf } from "./verify/keys.js";
import { isOnCurve } from "./verify/p256.js";

const PRODUCTION = "production";

/**
 * @typedef {object} Root
 * @property {string} kid hexadecimal, as x and y
 * @property {string} x
 * @property {string} y
 * @property {boolean} [strict] a city for citizens: no other root without a handover
 */

/**
 * @typedef {object} City what `/city.json` says
 * @property {string} [environment]
 * @property {{url: string, kid: string, handovers?: string[]}} trust_root
 */

/** @param {Root} root @returns {import("./verify/webcrypto.js").PublicKey} */
export function rootKey(root) {
  return { alg: ALG_ES256, x: fromHex(root.x), y: fromHex(root.y) };
}

/**
 * The root that counts now. `follows` is false where nothing that was held under the old root can be kept: a trial city
 * that was set up anew.
 *
 * @param {Root|null} held
 * @param {City} city
 * @param {(url: string) => Promise<Uint8Array>} getBytes
 * @returns {Promise<{root: Root, follows: boolean}>}
 * @throws {Error} trust.no_root; trust.root_changed: no word of the old root for the new one
 */
export async function currentRoot(held, city, getBytes) {
  const named = city.trust_root;
  const strict = city.environment === PRODUCTION;
  if (held && held.kid === named.kid) return { root: { ...held, strict: held.strict || strict }, follows: true };
  const root = await fetchRoot(named, getBytes);
  if (!held) return { root: { ...root, strict }, follows: false };
  const tokens = await Promise.all((named.handovers ?? []).map(getBytes));
  // Asked for on the day that the root changes, and on no other.
  const { leadsTo } = await import("./verify/root_handover.js");
  const follows = await leadsTo(rootKey(held), fromHex(root.kid), tokens);
  if (!follows && held.strict) throw new Error("trust.root_changed");
  return { root: { ...root, strict: strict || (follows && held.strict === true) }, follows };
}

/**
 * Its file's name carries its hash, its kid is its thumbprint: a mix-up of files is noticed.
 *
 * @param {{url: string, kid: string}} named
 * @param {(url: string) => Promise<Uint8Array>} getBytes
 * @returns {Promise<Root>}
 */
async function fetchRoot(named, getBytes) {
  const bytes = await getBytes(named.url);
  const root = JSON.parse(new TextDecoder().decode(bytes));
  const hash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const inName = /\.([0-9a-f]{8,64})\.json$/.exec(named.url)?.[1];
  const key = rootKey(root);
  const isWhole = inName !== undefined && hash.startsWith(inName) && isOnCurve(key.x, key.y);
  if (!isWhole || root.kid !== named.kid || toHex(await kidOf(key)) !== root.kid) throw new Error("trust.no_root");
  return { kid: root.kid, x: root.x, y: root.y };
}
