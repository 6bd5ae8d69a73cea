/**
 * From the text of a QR code to claims and the signature checks to run. Never throws on bad input: what is wrong is a
 * list of problems. The twin of shared_models/credential/decode.py, profile VN1.
 */
import { CborError, decodeCbor, encodeCbor, Tagged } from "./cbor.js";
import { isNonce, isTime, readClaims, textsOf } from "./claims.js";
import { ALG_ES256, CLAIM, HEADER, KBT_AUDIENCE, KBT_TYPE, KID_BYTES, MAX_TOKEN_BYTES } from "./constants.js";
import { isWellFormedEs256, parseSign1, sigStructure } from "./cose.js";
import { decodeBase45, decodeDigits, isBase45, LAYOUT, SCREEN_PREFIX } from "./qr_text.js";
import { FormatError } from "./reasons.js";
import { isCredentialText } from "./text.js";

export const KIND = Object.freeze({ PAPER: "PAPER", BOUND: "BOUND", PRESENTATION: "PRESENTATION", NONE: "NONE" });
export const CARRIER = Object.freeze({ SCREEN: "SCREEN", PAPER: "PAPER" });
// 4,096 bytes in base45; 0x01 and 4,096 bytes of 0xff in digits.
const MAX_BASE45 = 6144;
const MAX_DIGITS = 9865;
const PAPER = /^https?:\/\/([a-z0-9.-]+(?::[0-9]{1,5})?)\/q#(.*)$/s;

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
 * @property {{audience: *, issuedAtS: number, nonce: Uint8Array|null}|null} presentation
 * @property {SignatureCheck[]} checks of signatures of the right size and range
 * @property {string[]} problems reasons
 * @property {string|null} carrier
 * @property {string|null} host with its port, of a paper text
 */

const NOTHING = Object.freeze({ kind: KIND.NONE, claims: null, presentation: null, checks: [] });

/**
 * @param {string} text what the reader of the code gave, unchanged
 * @returns {Decoded}
 */
export function decode(text) {
  const frame = unframe(text);
  if (!frame) return { ...NOTHING, problems: ["format.not_ours"], carrier: null, host: null };
  const { carrier, host } = frame;
  try {
    return { ...read(unwrap(frame)), carrier, host };
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof CborError)) throw error;
    const reason = error instanceof CborError ? "format.cbor" : error.reason;
    const ours = reason !== "format.not_ours";
    return { ...NOTHING, problems: [reason], carrier: ours ? carrier : null, host: ours ? host : null };
  }
}

/**
 * @param {string} text
 * @returns {{carrier: string, host: string|null, body: string}|null} null when the frame is not ours
 */
function unframe(text) {
  if (text.startsWith(SCREEN_PREFIX)) {
    return { carrier: CARRIER.SCREEN, host: null, body: text.slice(SCREEN_PREFIX.length) };
  }
  const paper = PAPER.exec(text);
  return paper && { carrier: CARRIER.PAPER, host: paper[1], body: paper[2] };
}

/** @param {{carrier: string, body: string}} frame */
function unwrap({ carrier, body }) {
  const bytes = carrier === CARRIER.SCREEN ? unwrapBase45(body) : unwrapDigits(body);
  if (!bytes) throw new FormatError("format.encoding");
  if (bytes.length > MAX_TOKEN_BYTES) throw new FormatError("format.too_long");
  return bytes;
}

/** @param {string} body */
function unwrapBase45(body) {
  if (body.length > MAX_BASE45 && isBase45(body)) throw new FormatError("format.too_long");
  return decodeBase45(body);
}

/** @param {string} body */
function unwrapDigits(body) {
  if (body.length > MAX_DIGITS && /^[1-9][0-9]*$/.test(body)) throw new FormatError("format.too_long");
  const digits = decodeDigits(body);
  if (digits && digits.layout !== LAYOUT) throw new FormatError("format.not_ours");
  return digits && digits.cose;
}

/**
 * @param {Uint8Array} token
 * @returns {Omit<Decoded, "carrier"|"host">}
 */
function read(token) {
  const outer = parseSign1(token, { tagInHeader: true });
  if (!outer) throw new FormatError("format.cose");
  const tagged = [...outer.headers].filter(([, value]) => value instanceof Tagged).map(([label]) => label);
  if (tagged.length && !(tagged.length === 1 && tagged[0] === HEADER.KCWT)) throw new FormatError("format.cose");
  if (!tagged.length) {
    const credential = readCredential(outer);
    return { ...credential, kind: credential.claims.cnf ? KIND.BOUND : KIND.PAPER, presentation: null };
  }
  const presentation = readPresentation(outer);
  const inner = parseSign1(encodeCbor(outer.headers.get(HEADER.KCWT)));
  if (!inner) throw new FormatError("format.cose");
  const { claims, checks, problems } = readCredential(inner);
  if (presentation.audience !== KBT_AUDIENCE) problems.push("holder.wrong_audience");
  if (!claims.cnf || !isWellFormedEs256(outer.signature)) problems.push("holder.signature_invalid");
  else checks.push(checkOf(outer, { role: "holder", kid: null, key: claims.cnf }));
  return { kind: KIND.PRESENTATION, claims, presentation, checks, problems };
}

/** @param {import("./cose.js").Sign1} sign1 */
function readPresentation({ headers, payload }) {
  if (headers.get(HEADER.ALG) !== ALG_ES256 || headers.get(HEADER.TYPE) !== KBT_TYPE) throw new FormatError("format.cose");
  const claims = decodeCbor(payload);
  if (!(claims instanceof Map) || !isTime(claims.get(CLAIM.IAT))) throw new FormatError("format.claims");
  const nonce = claims.get(CLAIM.CNONCE) ?? null;
  if (claims.has(CLAIM.CNONCE) && !isNonce(nonce)) throw new FormatError("format.claims");
  return { audience: claims.get(CLAIM.AUD) ?? null, issuedAtS: claims.get(CLAIM.IAT), nonce };
}

/** @param {import("./cose.js").Sign1} sign1 */
function readCredential(sign1) {
  const { headers, payload, signature } = sign1;
  const kid = headers.get(HEADER.KID);
  const isNamed = kid instanceof Uint8Array && kid.length === KID_BYTES;
  if (!isNamed || headers.has(HEADER.TYPE) || headers.has(HEADER.KCWT)) throw new FormatError("format.cose");
  const claims = readClaims(decodeCbor(payload));
  if (!claims) throw new FormatError("format.claims");
  const problems = textsOf(claims).every(isCredentialText) ? [] : ["format.text"];
  if (isWellFormedEs256(signature)) return { claims, problems, checks: [checkOf(sign1, { role: "issuer", kid, key: null })] };
  return { claims, problems: ["signature.malformed", ...problems], checks: [] };
}

/**
 * @param {import("./cose.js").Sign1} sign1
 * @param {{role: "issuer"|"holder", kid: Uint8Array|null, key: import("./webcrypto.js").PublicKey|null}} signer
 * @returns {SignatureCheck}
 */
function checkOf(sign1, signer) {
  const { headers, signature } = sign1;
  return { ...signer, alg: headers.get(HEADER.ALG), message: sigStructure(sign1), signature };
}
