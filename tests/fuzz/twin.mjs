/**
 * The JavaScript hand of tests/support/fuzz/telling.py: reads one JSON request a line from standard input, prints one
 * JSON answer a line. A refusal is told; any other exception is answered as `threw`, which no Python answer equals.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { acceptStatusList, acceptTrustList, ListRefused } from "../../mobile/web/verify/accept.js";
import { fromHex, toHex } from "../../mobile/web/verify/bytes.js";
import { CborError, decodeCbor, Tagged } from "../../mobile/web/verify/cbor.js";
import { readClaims } from "../../mobile/web/verify/claims.js";
import { isWellFormedEs256, parseSign1 } from "../../mobile/web/verify/cose.js";
import { decode } from "../../mobile/web/verify/decode.js";
import { decodeBase45, decodeDigits, LAYOUT } from "../../mobile/web/verify/qr_text.js";
import { parseStatusList } from "../../mobile/web/verify/status_list.js";
import { parseTrustList } from "../../mobile/web/verify/trust_list.js";

const MAX_DIGITS = 9865;
const utf8 = new TextEncoder();
const sha256 = (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

/** @param {*} item decoded CBOR, or a list of such */
function tellItem(item) {
  if (item instanceof Tagged) return `18(${tellItem(item.value)})`;
  if (item instanceof Uint8Array) return `h${toHex(item)}`;
  if (typeof item === "string") return `t${toHex(utf8.encode(item))}`;
  if (Array.isArray(item)) return `[${item.map(tellItem).join(",")}]`;
  if (item instanceof Map) return `{${Array.from(item, ([key, value]) => `${tellItem(key)}:${tellItem(value)}`).join(",")}}`;
  if (item === undefined) throw new Error("undefined was read");
  return String(item);
}

const tellKey = (key) => key && [key.alg, key.x, key.y];

function tellClaims(claims) {
  if (claims === null) return "null";
  return tellItem([
    [claims.number, claims.holder, claims.activity, claims.place, claims.geohash],
    [claims.issuedAtS, claims.notBeforeS, claims.expiresAtS, claims.undated],
    [claims.typeCode, claims.statusIdx, claims.statusUri],
    tellKey(claims.cnf),
  ]);
}

const tellCheck = ({ role, alg, kid, message, signature, key }) =>
  tellItem([role, alg, kid, sha256(message), signature, tellKey(key)]);

function tellDecoded({ kind, carrier, host, problems, checks, presentation, claims }) {
  const shown = presentation ? tellItem([presentation.audience, presentation.issuedAtS, presentation.nonce]) : "null";
  const told = [kind, carrier ?? "null", host ?? "null", [...new Set(problems)].sort().join(",")];
  return [...told, checks.map(tellCheck).join(";"), shown, tellClaims(claims)].join(" ");
}

function tellTrustList({ version, iatS, expS, keys, hosts }) {
  const records = keys.map((record) => [
    record.kid,
    tellKey(record.key),
    record.role,
    [record.issuer.code, record.issuer.name],
    record.types,
    [record.nbfS, record.expS, record.compromisedAtS],
  ]);
  return tellItem([version, iatS, expS, records, hosts]);
}

const tellStatusList = ({ uri, iatS, expS, ttlS, entries }) => tellItem([uri, [iatS, expS, ttlS], sha256(entries)]);

/** What a step gives, or the reason when the bytes are not deterministic CBOR. */
function orRefused(step, reason) {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return reason;
  }
}

/** The code of the refusal, and what was read where that came to the signature. */
async function tellList(accept, parse, tell) {
  let code = "accepted";
  try {
    await accept();
  } catch (error) {
    if (!(error instanceof ListRefused)) throw error;
    code = error.message;
  }
  const isRead = code === "accepted" || code.endsWith(".signature_invalid");
  return isRead ? `${code} ${tell((await parse()).list)}` : code;
}

let world = null;

async function openWorld({ root: { x, y }, trust_list: trustList, uri }) {
  const root = { alg: -7, x: fromHex(x), y: fromHex(y) };
  world = { root, uri, trust: await acceptTrustList(fromHex(trustList), root, null) };
  return "ready";
}

const TARGETS = {
  world: openWorld,
  cbor: ({ bytes }) =>
    [undefined, 0, 1].map((tagDepth) => orRefused(() => tellItem(decodeCbor(bytes, { tagDepth })), "refused")).join("|"),
  base45: ({ text }) => {
    const bytes = decodeBase45(text);
    return bytes ? toHex(bytes) : "refused";
  },
  digits: ({ text }) => {
    const read = decodeDigits(text.slice(0, MAX_DIGITS));
    if (!read) return "format.encoding";
    return read.layout === LAYOUT ? toHex(read.cose) : "format.not_ours";
  },
  cose: ({ bytes }) => {
    const tell = (tagInHeader) => {
      const sign1 = parseSign1(bytes, { tagInHeader });
      if (!sign1) return "format.cose";
      return tellItem([sign1.headers, sign1.payload, sign1.signature, isWellFormedEs256(sign1.signature)]);
    };
    return [false, true].map((tagInHeader) => orRefused(() => tell(tagInHeader), "format.cbor")).join("|");
  },
  claims: ({ bytes }) =>
    orRefused(() => {
      const claims = readClaims(decodeCbor(bytes));
      return claims ? tellClaims(claims) : "format.claims";
    }, "format.cbor"),
  code: ({ text }) => tellDecoded(decode(text)),
  trust_list: ({ bytes }) =>
    tellList(() => acceptTrustList(bytes, world.root, null), () => parseTrustList(bytes), tellTrustList),
  status_list: ({ bytes }) =>
    tellList(() => acceptStatusList(bytes, world.uri, world.trust, null), () => parseStatusList(bytes), tellStatusList),
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { target, hex, ...request } = JSON.parse(line);
  let answer = null;
  try {
    answer = await TARGETS[target]({ ...request, bytes: hex === undefined ? null : fromHex(hex) });
  } catch (error) {
    answer = `threw ${error.stack}`;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
