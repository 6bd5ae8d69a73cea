/** Records that wait to be sent: written into the vault before anybody is told, so that a crash loses none. */
import { vaultList, vaultPut } from "./vault.js";
import { verdictJson } from "./verdict_json.js";
import { toBase64url } from "./verify/bytes.js";

const PREFIX = "queue/";
const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LETTERS = 26; // 130 bits

/**
 * @param {string} prefix `scn`, `ins`
 * @returns {string}
 */
export function newId(prefix) {
  const random = crypto.getRandomValues(new Uint8Array(ID_LETTERS));
  return `${prefix}_${Array.from(random, (byte) => CROCKFORD[byte & 31]).join("")}`;
}

/** @param {number} seconds @returns {string} RFC 3339 in UTC */
export function rfc3339(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * @param {object} scan
 * @param {string} scan.text what was read
 * @param {import("./verify/judge.js").Verdict & {carrier: string|null}} scan.verdict
 * @param {number} scan.nowS
 * @param {Uint8Array|null} scan.nonce that was asked with
 * @param {string|null} scan.purpose
 * @param {{lat: number, lon: number, accuracy_m: number}|null} scan.place
 * @returns {{record: object, verdict: object, state: string, tries: number, last_error: string|null}}
 */
export function scanEntry({ text, verdict, nowS, nonce, purpose, place }) {
  const record = {
    kind: "scan",
    id: newId("scn"),
    scanned_at: rfc3339(nowS),
    outcome: verdict.outcome,
    reasons: verdict.reasons,
    carrier: verdict.carrier,
    code: verdict.outcome === "NOT_OURS" ? null : text,
    nonce: nonce && toBase64url(nonce),
    purpose,
    place,
    status_as_of: verdict.statusAsOfS === null ? null : rfc3339(verdict.statusAsOfS),
  };
  return { record, verdict: verdictJson(verdict), state: "waiting", tries: 0, last_error: null };
}

/**
 * @param {{record: {id: string}}} entry
 * @throws {Error} vault.locked, storage.full
 */
export function enqueue(entry) {
  return vaultPut(PREFIX + entry.record.id, entry);
}

/** @returns {Promise<number>} records that the server has not confirmed */
export async function queueCount() {
  const entries = await vaultList(PREFIX);
  return entries.filter(([, entry]) => entry.state === "waiting" || entry.state === "sending").length;
}
