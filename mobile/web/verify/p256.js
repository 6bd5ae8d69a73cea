/**
 * The curve's equation, to read a compressed point: WebCrypto imports uncompressed ones only. No signature is made or
 * checked here.
 *
 * Source: SEC 1 2.3.4; SP 800-186 3.2.1.3.
 */
import { fromBigInt, toBigInt } from "./bytes.js";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** @param {bigint} value */
function modulo(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/**
 * @param {bigint} base
 * @param {bigint} exponent
 */
function power(base, exponent) {
  let result = 1n;
  let square = modulo(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

/** @param {bigint} x */
function rightSide(x) {
  return modulo(x * x * x - 3n * x + B);
}

/**
 * @param {Uint8Array} x 32 bytes
 * @param {boolean} odd whether y is odd
 * @returns {Uint8Array|null} y, 32 bytes; null when no point of the curve has this x
 */
export function decompress(x, odd) {
  const abscissa = toBigInt(x);
  if (x.length !== 32 || abscissa >= P) return null;
  const square = rightSide(abscissa);
  const root = power(square, (P + 1n) / 4n);
  if (modulo(root * root) !== square) return null;
  return fromBigInt(((root & 1n) === 1n) === odd ? root : P - root, 32);
}

/**
 * @param {Uint8Array} x 32 bytes
 * @param {Uint8Array} y 32 bytes
 * @returns {boolean}
 */
export function isOnCurve(x, y) {
  const [abscissa, ordinate] = [toBigInt(x), toBigInt(y)];
  if (x.length !== 32 || y.length !== 32 || abscissa >= P || ordinate >= P) return false;
  return modulo(ordinate * ordinate) === rightSide(abscissa);
}
