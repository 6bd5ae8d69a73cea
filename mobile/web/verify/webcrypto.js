/** Runs signature checks with WebCrypto. */
import { concatBytes } from "./bytes.js";
import { ALG_ES256 } from "./constants.js";
import { isWellFormedEs256 } from "./cose.js";
import { isOnCurve } from "./p256.js";

/**
 * @typedef {object} PublicKey
 * @property {number} alg COSE algorithm
 * @property {Uint8Array} x 32 bytes
 * @property {Uint8Array} y 32 bytes
 */

const ECDSA_P256 = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA_SHA256 = { name: "ECDSA", hash: "SHA-256" };
/** Imported keys, so that a camera full of codes imports each once. @type {WeakMap<PublicKey, Promise<CryptoKey>>} */
const imported = new WeakMap();

/**
 * @param {PublicKey} key
 * @returns {Promise<CryptoKey>}
 */
function importKey(key) {
  let ready = imported.get(key);
  if (!ready) {
    const point = concatBytes(Uint8Array.of(4), key.x, key.y);
    ready = crypto.subtle.importKey("raw", point, ECDSA_P256, false, ["verify"]);
    imported.set(key, ready);
  }
  return ready;
}

/**
 * @param {PublicKey} key
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @returns {Promise<boolean>} false for anything but a good ES256 signature, whatever is wrong with it
 */
export async function verifyEs256(key, message, signature) {
  if (key.alg !== ALG_ES256 || !isWellFormedEs256(signature) || !isOnCurve(key.x, key.y)) return false;
  return crypto.subtle.verify(ECDSA_SHA256, await importKey(key), signature, message);
}

/**
 * @param {Array<{key: PublicKey|null, message: Uint8Array, signature: Uint8Array}>} checks
 * @returns {Promise<Map<object, boolean>>} the answer of each check
 */
export async function runChecks(checks) {
  const answers = await Promise.all(
    checks.map(async (check) => [check, check.key !== null && (await verifyEs256(check.key, check.message, check.signature))]),
  );
  return new Map(answers);
}
