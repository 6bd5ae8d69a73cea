/**
 * Deterministic CBOR (RFC 8949 4.2.1) and nothing else.
 *
 * Refused: indefinite lengths, heads longer than needed, unsorted or repeated keys, floats, simple values other than
 * false, true and null, tags other than 18 and 18 where the caller does not expect it, more than one item, invalid UTF-8,
 * more than 8 arrays and maps in each other, more bytes than the caller allows. What is decoded therefore encodes to the same bytes.
 */
import { compareBytes, concatBytes } from "./bytes.js";
import { MAX_DEPTH, MAX_TOKEN_BYTES, TAG_COSE_SIGN1 } from "./constants.js";

const NO_TAG = -1;

/** The input is not deterministic CBOR. The message says which rule it broke. */
export class CborError extends Error {}

/** A tagged item. */
export class Tagged {
  /**
   * @param {number} tag
   * @param {*} value
   */
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {object} [limits]
 * @param {number} [limits.maxBytes]
 * @param {number} [limits.tagDepth] how many arrays and maps lie around the one place where tag 18 is admitted
 * @returns {*} number (bigint when not exact), Uint8Array, string, boolean, null, Array, Map or Tagged
 * @throws {CborError}
 */
export function decodeCbor(bytes, { maxBytes = MAX_TOKEN_BYTES, tagDepth = NO_TAG } = {}) {
  if (bytes.length > maxBytes) throw new CborError("too long");
  const reader = new Reader(bytes);
  const value = reader.item(0, tagDepth);
  if (reader.at !== bytes.length) throw new CborError("trailing bytes");
  return value;
}

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /**
   * @param {number} size
   * @returns {Uint8Array}
   */
  take(size) {
    if (size > this.bytes.length - this.at) throw new CborError("cut short");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** @returns {{major: number, info: number, argument: number|bigint}} */
  head() {
    const [first] = this.take(1);
    const info = first & 31;
    if (info < 24) return { major: first >> 5, info, argument: info };
    if (info > 27) throw new CborError("indefinite or reserved length");
    const size = 1 << (info - 24);
    let argument = 0n;
    for (const byte of this.take(size)) argument = (argument << 8n) | BigInt(byte);
    // Major type 7 carries floats here, not a number with a shortest form; simple() refuses them all.
    const least = info === 24 ? 24n : 1n << BigInt(size * 4);
    if (argument < least) throw new CborError("head not shortest");
    return { major: first >> 5, info, argument: argument <= Number.MAX_SAFE_INTEGER ? Number(argument) : argument };
  }

  /**
   * @param {number} depth arrays and maps around the item
   * @param {number} tagDepth
   * @returns {*}
   */
  item(depth, tagDepth) {
    if ((this.bytes[this.at] ?? 0) >> 5 === 7) return this.simple();
    const { major, argument } = this.head();
    if (major === 0) return argument;
    if (major === 1) return negative(argument);
    if (major === 6) return this.tagged(argument, depth, tagDepth);
    if (typeof argument === "bigint") throw new CborError("cut short");
    if (major === 2) return this.take(argument).slice();
    if (major === 3) return this.text(argument);
    if (depth === MAX_DEPTH) throw new CborError("too deep");
    return major === 4 ? this.list(argument, depth + 1, tagDepth) : this.map(argument, depth + 1, tagDepth);
  }

  /**
   * @param {number|bigint} tag
   * @param {number} depth
   * @param {number} tagDepth
   */
  tagged(tag, depth, tagDepth) {
    if (tag !== TAG_COSE_SIGN1 || depth !== tagDepth) throw new CborError("tag not allowed");
    return new Tagged(tag, this.item(depth, NO_TAG));
  }

  simple() {
    const [first] = this.take(1);
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    throw new CborError("float or unknown simple value");
  }

  /** @param {number} size */
  text(size) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(size));
    } catch (error) {
      if (error instanceof CborError) throw error;
      throw new CborError("not UTF-8", { cause: error });
    }
  }

  /**
   * @param {number} size
   * @param {number} depth
   * @param {number} tagDepth
   */
  list(size, depth, tagDepth) {
    if (size > this.bytes.length - this.at) throw new CborError("cut short");
    const items = [];
    for (let i = 0; i < size; i += 1) items.push(this.item(depth, tagDepth));
    return items;
  }

  /**
   * @param {number} size pairs
   * @param {number} depth
   * @param {number} tagDepth
   */
  map(size, depth, tagDepth) {
    if (size * 2 > this.bytes.length - this.at) throw new CborError("cut short");
    const map = new Map();
    let previous = null;
    for (let i = 0; i < size; i += 1) {
      const start = this.at;
      const key = this.item(depth, NO_TAG);
      if (typeof key === "object" || typeof key === "boolean") throw new CborError("key is not a number or a text");
      const encoded = this.bytes.subarray(start, this.at);
      if (previous && compareBytes(previous, encoded) >= 0) throw new CborError("keys unsorted or repeated");
      previous = encoded;
      map.set(key, this.item(depth, tagDepth));
    }
    return map;
  }
}

/** @param {number|bigint} argument */
function negative(argument) {
  const value = -1n - BigInt(argument);
  return value >= Number.MIN_SAFE_INTEGER ? Number(value) : value;
}

/**
 * @param {*} value what decodeCbor returns
 * @returns {Uint8Array}
 */
export function encodeCbor(value) {
  if (value === false) return Uint8Array.of(0xf4);
  if (value === true) return Uint8Array.of(0xf5);
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return encodeInteger(BigInt(value));
  if (typeof value === "string") return withHead(3, new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return withHead(2, value);
  if (value instanceof Tagged) return concatBytes(encodeHead(6, BigInt(value.tag)), encodeCbor(value.value));
  if (Array.isArray(value)) return concatBytes(encodeHead(4, BigInt(value.length)), ...value.map(encodeCbor));
  if (value instanceof Map) return encodeMap(value);
  throw new TypeError("no CBOR form");
}

/** @param {bigint} value */
function encodeInteger(value) {
  return value < 0n ? encodeHead(1, -1n - value) : encodeHead(0, value);
}

/** @param {Map<*, *>} map */
function encodeMap(map) {
  const pairs = Array.from(map, ([key, value]) => [encodeCbor(key), encodeCbor(value)]);
  pairs.sort(([left], [right]) => compareBytes(left, right));
  return concatBytes(encodeHead(5, BigInt(map.size)), ...pairs.flat());
}

/**
 * @param {number} major
 * @param {Uint8Array} content
 */
function withHead(major, content) {
  return concatBytes(encodeHead(major, BigInt(content.length)), content);
}

/**
 * @param {number} major
 * @param {bigint} argument
 * @returns {Uint8Array}
 */
function encodeHead(major, argument) {
  if (argument < 24n) return Uint8Array.of((major << 5) | Number(argument));
  const size = [1, 2, 4, 8].find((bytes) => argument < 1n << BigInt(bytes * 8));
  if (!size) throw new TypeError("number over 64 bits");
  const head = new Uint8Array(1 + size);
  head[0] = (major << 5) | (24 + Math.log2(size));
  for (let i = size; i > 0; i -= 1) head[i] = Number((argument >> BigInt(8 * (size - i))) & 255n);
  return head;
}
