/** One call from a code's text to a verdict, with WebCrypto. */
import { decode } from "./decode.js";
import { judge, keyedChecks } from "./judge.js";
import { runChecks } from "./webcrypto.js";

/**
 * @param {string} text
 * @param {object} held what this device holds
 * @param {import("./trust_list.js").TrustList} held.trust
 * @param {Map<string, import("./status_list.js").StatusList>} held.statusLists
 * @param {number} held.nowS
 * @param {Uint8Array|null} [held.nonce]
 * @returns {Promise<import("./judge.js").Verdict & {carrier: string|null}>}
 */
export async function verifyText(text, { trust, statusLists, nowS, nonce = null }) {
  const decoded = decode(text);
  const results = await runChecks(keyedChecks(decoded, trust));
  return { ...judge({ decoded, results, trust, statusLists, nowS, nonce }), carrier: decoded.carrier };
}
