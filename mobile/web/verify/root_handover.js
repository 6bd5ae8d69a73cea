/**
 * A root that hands over to the next one, signed by the old root (docs/credential.md 5): whoever can serve pages but has
 * no root cannot move a phone to a root of their own.
 */
import { equalBytes } from "./bytes.js";
import { isTime } from "./claims.js";
import { ALG_ES256, CLAIM, ROOT_HANDOVER_TYPE } from "./constants.js";
import { isOnCurve } from "./p256.js";
import { kidOf } from "./keys.js";
import { readToken } from "./status_list.js";
import { verifyEs256 } from "./webcrypto.js";

const MEMBER = Object.freeze({ KID: 1, X: 2, Y: 3, ALG: 4 });

/** How many roots a phone follows in one update. */
export const MAX_HANDOVERS = 16;

/**
 * Whether a chain of handovers leads from the root that is held to the one that is named.
 *
 * @param {import("./webcrypto.js").PublicKey} held
 * @param {Uint8Array} wanted kid
 * @param {Uint8Array[]} tokens
 * @returns {Promise<boolean>}
 */
export async function leadsTo(held, wanted, tokens) {
  let root = held;
  for (let step = 0; step < MAX_HANDOVERS; step += 1) {
    if (equalBytes(await kidOf(root), wanted)) return true;
    const next = await successor(root, tokens);
    if (!next) return false;
    root = next;
  }
  return equalBytes(await kidOf(root), wanted);
}

/**
 * @param {import("./webcrypto.js").PublicKey} root
 * @param {Uint8Array[]} tokens
 * @returns {Promise<import("./webcrypto.js").PublicKey|null>}
 */
async function successor(root, tokens) {
  const kid = await kidOf(root);
  for (const token of tokens) {
    const read = readToken(token, ROOT_HANDOVER_TYPE);
    if (!read || read.check.alg !== root.alg || !(read.check.kid instanceof Uint8Array)) continue;
    const key = isTime(read.payload.get(CLAIM.IAT)) ? await readKey(read.payload.get(CLAIM.NEXT_ROOT)) : null;
    const isRoots = key && equalBytes(read.check.kid, kid);
    if (isRoots && (await verifyEs256(root, read.check.message, read.check.signature))) return key;
  }
  return null;
}

/** @param {*} members @returns {Promise<import("./webcrypto.js").PublicKey|null>} */
async function readKey(members) {
  if (!(members instanceof Map)) return null;
  const [kid, x, y, alg] = [MEMBER.KID, MEMBER.X, MEMBER.Y, MEMBER.ALG].map((label) => members.get(label));
  const isWhole = [kid, x, y].every((part) => part instanceof Uint8Array);
  if (!isWhole || alg !== ALG_ES256 || !isOnCurve(x, y)) return null;
  const key = { alg, x, y };
  return equalBytes(kid, await kidOf(key)) ? key : null;
}
