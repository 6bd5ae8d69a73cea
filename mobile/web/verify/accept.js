/**
 * Taking a signed list in place of the one that is held (docs/credential.md 5). What is broken, foreign, forged or older
 * is refused, and what is held stays.
 */
import { equalBytes } from "./bytes.js";
import { kidOf } from "./keys.js";
import { parseStatusList } from "./status_list.js";
import { listSigners, parseTrustList } from "./trust_list.js";
import { verifyEs256 } from "./webcrypto.js";

/** A list that must not be used. The message is a dotted code. */
export class ListRefused extends Error {}

/**
 * @param {Uint8Array} token
 * @param {import("./webcrypto.js").PublicKey} root the city's
 * @param {import("./trust_list.js").TrustList|null} held
 * @returns {Promise<import("./trust_list.js").TrustList>}
 * @throws {ListRefused} trust_list.malformed, .unknown_root, .signature_invalid, .rolled_back
 */
export async function acceptTrustList(token, root, held) {
  const draft = parseTrustList(token);
  if (!draft || draft.check.alg !== root.alg) throw new ListRefused("trust_list.malformed");
  const { list, check } = draft;
  const isRoots = check.kid instanceof Uint8Array && equalBytes(check.kid, await kidOf(root));
  if (!isRoots) throw new ListRefused("trust_list.unknown_root");
  if (!(await verifyEs256(root, check.message, check.signature))) throw new ListRefused("trust_list.signature_invalid");
  if (held && (list.version < held.version || list.iatS < held.iatS)) throw new ListRefused("trust_list.rolled_back");
  return list;
}

/**
 * @param {Uint8Array} token
 * @param {string} uri the name of the list that was asked for
 * @param {import("./trust_list.js").TrustList} trust
 * @param {{iatS: number}|null} held under the same name
 * @returns {Promise<import("./status_list.js").StatusList>}
 * @throws {ListRefused} status_list.malformed, .other_uri, .signature_invalid, .rolled_back
 */
export async function acceptStatusList(token, uri, trust, held) {
  const draft = await parseStatusList(token);
  if (!draft) throw new ListRefused("status_list.malformed");
  const { list, check } = draft;
  if (list.uri !== uri) throw new ListRefused("status_list.other_uri");
  const signers = listSigners(trust, check, list.iatS);
  const answers = await Promise.all(signers.map(({ key }) => verifyEs256(key, check.message, check.signature)));
  if (!answers.includes(true)) throw new ListRefused("status_list.signature_invalid");
  if (held && list.iatS < held.iatS) throw new ListRefused("status_list.rolled_back");
  return list;
}
