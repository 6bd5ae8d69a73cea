/**
 * The keys of this device: P-256, made here, never extractable. "holder" signs presentations, "session" signs DPoP
 * proofs. A copy of the browser's files does not give them away; a script in this page could use them, hence the CSP.
 */
import { read, transaction } from "./store.js";
import { toBase64url } from "./verify/bytes.js";

const NAMES = new Set(["holder", "session"]);
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

/** @param {string} name */
function known(name) {
  if (!NAMES.has(name)) throw new Error("key.unknown_name");
  return name;
}

/**
 * Makes the key when there is none; two tabs that ask at once get the same one.
 *
 * @param {string} name
 * @returns {Promise<{x: string, y: string, jkt: string}>} coordinates in base64url and the RFC 7638 thumbprint
 */
export async function keyEnsure(name) {
  let pair = await read("keys", known(name));
  if (!pair) {
    const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
    pair = await transaction(["keys"], "readwrite", async (get, wait) => {
      const earlier = await wait(get("keys").get(name));
      if (earlier) return earlier;
      await wait(get("keys").put(fresh, name));
      return fresh;
    });
  }
  const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { x, y, jkt: await thumbprint(x, y) };
}

/**
 * @param {string} name
 * @param {Uint8Array} message
 * @returns {Promise<Uint8Array>} ES256, r || s, 64 bytes
 * @throws {Error} key.missing
 */
export async function keySign(name, message) {
  const pair = await read("keys", known(name));
  if (!pair) throw new Error("key.missing");
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message));
}

/**
 * RFC 7638 3: the members in this order, nothing between them.
 *
 * @param {string} x
 * @param {string} y
 */
async function thumbprint(x, y) {
  const members = new TextEncoder().encode(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`);
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", members)));
}
