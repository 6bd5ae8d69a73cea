/**
 * How the vault's key is wrapped: AES-GCM under a key from the PIN, and that under a key which this device cannot give
 * away. Someone with a copy of the storage needs the device; someone with the device needs the PIN.
 */

export const PBKDF2_ITERATIONS = 600_000; // OWASP, PBKDF2-HMAC-SHA256
const IV_BYTES = 12;

/** @returns {Promise<CryptoKey>} */
export function makeDeviceKey() {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * @param {string} pin
 * @param {Uint8Array} salt
 * @param {number} iterations
 * @returns {Promise<CryptoKey>}
 */
async function pinKey(pin, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const kdf = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(kdf, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * @param {CryptoKey} key
 * @param {Uint8Array} plain
 * @param {string} context what the bytes are; decrypting them as something else fails
 * @returns {Promise<{iv: Uint8Array, data: Uint8Array}>}
 */
export async function seal(key, plain, context) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const additionalData = new TextEncoder().encode(context);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain);
  return { iv, data: new Uint8Array(data) };
}

/**
 * @param {CryptoKey} key
 * @param {{iv: Uint8Array, data: Uint8Array}} sealed
 * @param {string} context
 * @returns {Promise<Uint8Array|null>} null when key, context or bytes are not the ones they were sealed with
 */
export async function unseal(key, { iv, data }, context) {
  const additionalData = new TextEncoder().encode(context);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, data));
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

/**
 * @param {Uint8Array} dek 32 bytes
 * @param {string} pin
 * @param {CryptoKey} deviceKey
 * @returns {Promise<{salt: Uint8Array, iterations: number, iv: Uint8Array, outer: {iv: Uint8Array, data: Uint8Array}}>}
 */
export async function wrapDek(dek, pin, deviceKey) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const inner = await seal(await pinKey(pin, salt, PBKDF2_ITERATIONS), dek, "congdan.dek");
  return { salt, iterations: PBKDF2_ITERATIONS, iv: inner.iv, outer: await seal(deviceKey, inner.data, "congdan.wrap") };
}

/**
 * @param {{salt: Uint8Array, iterations: number, iv: Uint8Array, outer: {iv: Uint8Array, data: Uint8Array}}} wrapped
 * @param {string} pin
 * @param {CryptoKey} deviceKey
 * @returns {Promise<Uint8Array|null>} null for a wrong PIN
 * @throws {Error} vault.damaged
 */
export async function unwrapDek(wrapped, pin, deviceKey) {
  const data = await unseal(deviceKey, wrapped.outer, "congdan.wrap");
  if (!data) throw new Error("vault.damaged");
  return unseal(await pinKey(pin, wrapped.salt, wrapped.iterations), { iv: wrapped.iv, data }, "congdan.dek");
}

/**
 * @param {Uint8Array} dek
 * @returns {Promise<CryptoKey>} the form in which the key works from now on: it cannot be read back
 */
export function importDek(dek) {
  return crypto.subtle.importKey("raw", dek, "AES-GCM", false, ["encrypt", "decrypt"]);
}
