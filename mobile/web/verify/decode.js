/**
 * From the text of a QR code to claims and the signature checks to run. Never throws on bad input: what is wrong is a
 * list of problems. The twin of shared_models/credential/decode.py, profile VN1.
 */
import { CborError, decodeCbor, MAX_BYTES } from "./cbor.js";
import { isTime, CLAIM, readClaims, textsOf } from "./claims.js";
import { ALG_ES256, HEADER, isWellFormedEs256, KID_BYTES, readSign1, sigStructure } from "./cose.js";
import { decodeBase45, decodeDigits, SCREEN_PREFIX } from "./qr_text.js";
import { isCredentialText } from "./text.js";

export const KIND = Object.freeze({ PAPER: "PAPER", BOUND: "BOUND", PRESENTATION: "PRESENTATION", NONE: "NONE" });
export const CARRIER = Object.freeze({ SCREEN: "SCREEN", PAPER: "PAPER" });
export const CONTENT_TYPE_KCWT = 294;
export const AUDIENCE = "inspector";
const PAPER_LAYOUT = 0x01;
const CNONCE_BYTES = 8;
// 4,096 bytes in base45, and in decimal digits.
const MAX_SCREEN_BODY = 6144;
const MAX_PAPER_BODY = 9870;
const PAPER = /^https?:\/\/([^/?#@\s\\]+)\/q#(.*)$/s;

/**
 * @typedef {object} SignatureCheck
 * @property {"issuer"|"holder"} role
 * @property {number} alg
 * @property {Uint8Array|null} kid
 * @property {Uint8Array} message
 * @property {Uint8Array} signature
 * @property {import("./webcrypto.js").PublicKey|null} key the holder's; the issuer's is found by kid
 */

/**
 * @typedef {object} Decoded
 * @property {string} kind
 * @property {import("./claims.js").Claims|null} claims
 * @property {{audience: string|null, issuedAtS: number, nonce: Uint8Array|null}|null} presentation
 * @property {SignatureCheck[]} checks
 * @property {Array<{outcome: string, reason: string}>} problems
 * @property {string|null} carrier
 * @property {string|null} host
 */

/** @param {string} reason */
const invalid = (reason) => ({ outcome: "INVALID", reason });

/** Why decoding stopped. */
class Refused extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * @param {string} text what the reader of the code gave, unchanged
 * @returns {Decoded}
 */
export function decode(text) {
  const decoded = { kind: KIND.NONE, claims: null, presentation: null, checks: [], problems: [], carrier: null, host: null };
  const opened = open(text);
  if (!opened) {
    decoded.problems.push({ outcome: "NOT_OURS", reason: "format.not_ours" });
    return decoded;
  }
  decoded.carrier = opened.carrier;
  decoded.host = opened.host;
  try {
    readOuter(opened.cose(), decoded);
  } catch (error) {
    if (error instanceof CborError) decoded.problems.push(invalid("format.cbor"));
    else if (error instanceof Refused) decoded.problems.push(invalid(error.reason));
    else throw error;
  }
  return decoded;
}

/**
 * @param {string} text
 * @returns {{carrier: string, host: string|null, cose: () => Uint8Array}|null} null when the text is not ours
 */
function open(text) {
  if (text.startsWith(SCREEN_PREFIX)) {
    const body = text.slice(SCREEN_PREFIX.length);
    return { carrier: CARRIER.SCREEN, host: null, cose: () => screenBytes(body) };
  }
  const paper = PAPER.exec(text);
  if (!paper) return null;
  const [, host, body] = paper;
  return { carrier: CARRIER.PAPER, host, cose: () => paperBytes(body) };
}

/** @param {string} body */
function screenBytes(body) {
  if (body.length > MAX_SCREEN_BODY) throw new Refused("format.too_long");
  const bytes = decodeBase45(body);
  if (!bytes) throw new Refused("format.encoding");
  return bytes;
}

/** @param {string} body */
function paperBytes(body) {
  if (body.length > MAX_PAPER_BODY) throw new Refused("format.too_long");
  const read = decodeDigits(body);
  if (!read || read.layout !== PAPER_LAYOUT) throw new Refused("format.encoding");
  return read.cose;
}

/**
 * @param {Uint8Array} cose
 * @param {Decoded} decoded filled in
 */
function readOuter(cose, decoded) {
  if (cose.length > MAX_BYTES) throw new Refused("format.too_long");
  const outer = readSign1(decodeCbor(cose));
  if (!outer) throw new Refused("format.cose");
  if (!outer.headers.has(HEADER.KCWT)) {
    readCredential(outer, decoded);
    decoded.kind = decoded.claims.cnf ? KIND.BOUND : KIND.PAPER;
    return;
  }
  const { headers } = outer;
  if (headers.size !== 3 || headers.get(HEADER.ALG) !== ALG_ES256 || headers.get(HEADER.TYPE) !== CONTENT_TYPE_KCWT) {
    throw new Refused("format.cose");
  }
  const inner = readSign1(headers.get(HEADER.KCWT));
  // A presentation of a presentation is none: depth one.
  if (!inner || inner.headers.has(HEADER.KCWT)) throw new Refused("format.cose");
  readCredential(inner, decoded);
  if (!decoded.claims.cnf) throw new Refused("format.claims");
  readPresentation(outer, decoded);
  decoded.kind = KIND.PRESENTATION;
}

/**
 * @param {import("./cose.js").Sign1} sign1
 * @param {Decoded} decoded
 */
function readCredential(sign1, decoded) {
  const { headers } = sign1;
  const kid = headers.get(HEADER.KID);
  const known = headers.size === 2 && kid instanceof Uint8Array && kid.length === KID_BYTES;
  if (!known || !Number.isSafeInteger(headers.get(HEADER.ALG))) throw new Refused("format.cose");
  const claims = readClaims(decodeCbor(sign1.payload));
  if (!claims) throw new Refused("format.claims");
  decoded.claims = claims;
  if (!textsOf(claims).every(isCredentialText)) decoded.problems.push(invalid("format.text"));
  addCheck(sign1, { role: "issuer", kid, key: null }, decoded);
}

/**
 * @param {import("./cose.js").Sign1} sign1
 * @param {Decoded} decoded
 */
function readPresentation(sign1, decoded) {
  const payload = decodeCbor(sign1.payload);
  const [audience, issuedAtS] = payload instanceof Map ? [payload.get(CLAIM.AUD), payload.get(CLAIM.IAT)] : [];
  const nonce = payload instanceof Map ? payload.get(CLAIM.CNONCE) : undefined;
  if (!isTime(issuedAtS)) throw new Refused("format.claims");
  if (nonce !== undefined && !(nonce instanceof Uint8Array && nonce.length === CNONCE_BYTES)) {
    throw new Refused("format.claims");
  }
  if (audience !== AUDIENCE) decoded.problems.push(invalid("holder.wrong_audience"));
  decoded.presentation = { audience: typeof audience === "string" ? audience : null, issuedAtS, nonce: nonce ?? null };
  addCheck(sign1, { role: "holder", kid: null, key: decoded.claims.cnf }, decoded);
}

/**
 * @param {import("./cose.js").Sign1} sign1
 * @param {{role: "issuer"|"holder", kid: Uint8Array|null, key: import("./webcrypto.js").PublicKey|null}} signer
 * @param {Decoded} decoded
 */
function addCheck(sign1, signer, decoded) {
  const alg = sign1.headers.get(HEADER.ALG);
  if (!isWellFormedEs256(sign1.signature)) decoded.problems.push(invalid("signature.malformed"));
  decoded.checks.push({ ...signer, alg, message: sigStructure(sign1), signature: sign1.signature });
}
