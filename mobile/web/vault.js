/**
 * The vault: JSON values, each encrypted, in IndexedDB. Opened by a PIN; growing delays after wrong ones survive a restart.
 *
 * The page and the Python worker each load this module. The one that unlocks hands the key (a CryptoKey that cannot be
 * read back) to the other: see bridge.js.
 */
import { withLock } from "./locks.js";
import { counted, isLocked, noTries, settled } from "./pin_tries.js";
import { keepReserve, putReserve, withReserve } from "./reserve.js";
import { read, transaction, write } from "./store.js";
import { importDek, makeDeviceKey, seal, unseal, unwrapDek, wrapDek } from "./vault_crypto.js";

const META = "vault";
const PIN = /^[0-9]{6,12}$/;

/** @type {{id: string, dek: CryptoKey}|null} */
let open = null;
/** @type {Set<(key: {id: string, dek: CryptoKey}|null) => void>} */
const listeners = new Set();

/** @param {{id: string, dek: CryptoKey}|null} key */
function setOpen(key) {
  open = key;
  for (const listener of listeners) listener(key);
}

/**
 * @param {(key: {id: string, dek: CryptoKey}|null) => void} listener told when this side locks or unlocks
 */
export function onVaultKey(listener) {
  listeners.add(listener);
}

/** Takes the key that the other side of the bridge unlocked. @param {{id: string, dek: CryptoKey}|null} key */
export function adoptVaultKey(key) {
  open = key;
}

/** @returns {{id: string, dek: CryptoKey}|null} */
export function vaultKey() {
  return open;
}

/**
 * @returns {Promise<{exists: boolean, unlocked: boolean, failures: number, locked_until: string|null, clock_moved: boolean}>}
 */
export async function vaultStatus() {
  let meta = await read("vault_meta", META);
  if (meta && settled(meta, Date.now()) !== meta) meta = await withLock("vault", settleTries);
  const isWaiting = meta !== undefined && isLocked(meta, Date.now());
  return {
    exists: meta !== undefined,
    unlocked: meta !== undefined && open?.id === meta.id,
    failures: meta?.failures ?? 0,
    locked_until: isWaiting ? wholeSecond(meta.lockedUntilMs) : null,
    clock_moved: meta?.clockMoved ?? false,
  };
}

/** Never a moment before the wait is over. @param {number} ms */
function wholeSecond(ms) {
  return new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Notes that the clock was turned back, so that the wait that begins anew also ends. Under the lock. */
async function settleTries() {
  const meta = await read("vault_meta", META);
  if (!meta) return undefined;
  const now = settled(meta, Date.now());
  if (now !== meta) await putMeta(now);
  return now;
}

/** @param {string} pin */
function checkPin(pin) {
  if (!PIN.test(pin)) throw new Error("vault.pin_format");
}

/**
 * @param {string} pin 6 to 12 digits
 * @throws {Error} vault.exists, vault.pin_format, storage.full
 */
export function vaultCreate(pin) {
  return withLock("vault", async () => {
    checkPin(pin);
    if (await read("vault_meta", META)) throw new Error("vault.exists");
    const raw = crypto.getRandomValues(new Uint8Array(32));
    const deviceKey = await makeDeviceKey();
    const meta = { id: crypto.randomUUID(), deviceKey, wrapped: await wrapDek(raw, pin, deviceKey), ...noTries(Date.now()) };
    await transaction(["vault", "vault_meta"], "readwrite", async (get, wait) => {
      await wait(get("vault").clear());
      await wait(get("vault_meta").put(meta, META));
    });
    setOpen({ id: meta.id, dek: await importDek(raw) });
    raw.fill(0);
    await keepReserve();
  });
}

/**
 * @param {string} pin
 * @throws {Error} vault.missing, vault.locked_out, vault.wrong_pin, vault.damaged, storage.full
 */
export function vaultUnlock(pin) {
  return withLock("vault", async () => {
    const { meta, raw } = await tryPin(pin);
    setOpen({ id: meta.id, dek: await importDek(raw) });
    raw.fill(0);
    await keepReserve();
  });
}

/**
 * @param {string} oldPin
 * @param {string} newPin
 * @throws {Error} as vaultUnlock, and vault.pin_format
 */
export function vaultChangePin(oldPin, newPin) {
  return withLock("vault", async () => {
    checkPin(newPin);
    const { meta, raw } = await tryPin(oldPin);
    await putMeta({ ...meta, wrapped: await wrapDek(raw, newPin, meta.deviceKey) });
    raw.fill(0);
  });
}

/**
 * A try is counted before it is made, so that killing the app at the right moment gives no free one.
 *
 * @param {string} pin
 */
async function tryPin(pin) {
  const meta = await settleTries();
  if (!meta) throw new Error("vault.missing");
  if (isLocked(meta, Date.now())) throw new Error("vault.locked_out");
  await putMeta(counted(meta, Date.now()));
  const raw = await unwrapDek(meta.wrapped, pin, meta.deviceKey);
  if (!raw) throw new Error("vault.wrong_pin");
  const cleared = { ...meta, ...noTries(Date.now()) };
  await putMeta(cleared);
  return { meta: cleared, raw };
}

/** @param {object} meta */
function putMeta(meta) {
  return withReserve(() => write("vault_meta", META, meta));
}

export function vaultLock() {
  setOpen(null);
}

/** Forgets everything of the person: records, keys, and the store without a PIN. The signed lists stay. */
export function vaultWipe(keepsSessionKey = false) {
  return withLock("vault", async () => {
    await transaction(["vault", "vault_meta", "keys", "public"], "readwrite", (get, wait) => {
      const keys = keepsSessionKey ? get("keys").delete("holder") : get("keys").clear();
      return Promise.all([...["vault", "vault_meta", "public"].map((store) => get(store).clear()), keys].map(wait));
    });
    setOpen(null);
  });
}

/** @throws {Error} vault.locked */
function key() {
  if (!open) throw new Error("vault.locked");
  return open;
}

/** @param {string} id @param {string} name */
const context = (id, name) => `congdan.vault:${id}:${name}`;

/**
 * @param {string} name
 * @returns {Promise<*>} null when absent
 * @throws {Error} vault.locked, vault.damaged
 */
export async function vaultGet(name) {
  const { id, dek } = key();
  const sealed = await read("vault", name);
  return sealed === undefined ? null : openValue({ id, dek }, name, sealed);
}

/**
 * @param {{id: string, dek: CryptoKey}} holder
 * @param {string} name
 * @param {{iv: Uint8Array, data: Uint8Array}} sealed
 */
async function openValue({ id, dek }, name, sealed) {
  const plain = await unseal(dek, sealed, context(id, name));
  if (!plain) throw new Error("vault.damaged");
  return JSON.parse(new TextDecoder().decode(plain));
}

/**
 * @param {string} name
 * @param {*} value anything that JSON can say
 * @throws {Error} vault.locked, storage.full
 */
export async function vaultPut(name, value) {
  const { id, dek } = key();
  const sealed = await seal(dek, new TextEncoder().encode(JSON.stringify(value)), context(id, name));
  await transaction(["vault", "vault_meta"], "readwrite", async (get, wait) => {
    const meta = await wait(get("vault_meta").get(META));
    // Another tab may have wiped the vault: what this one writes could never be opened again.
    if (meta?.id !== id) throw new Error("vault.locked");
    await putReserve(get, wait);
    await wait(get("vault").put(sealed, name));
  });
}

/** @param {string} name */
export async function vaultRemove(name) {
  key();
  await transaction(["vault"], "readwrite", (get, wait) => wait(get("vault").delete(name)));
}

/**
 * @param {string} prefix
 * @returns {Promise<Array<[string, *]>>} in the order of the keys
 */
export async function vaultList(prefix) {
  const holder = key();
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const [names, values] = await transaction(["vault"], "readonly", (get, wait) =>
    Promise.all([wait(get("vault").getAllKeys(range)), wait(get("vault").getAll(range))]),
  );
  return Promise.all(names.map(async (name, i) => [name, await openValue(holder, name, values[i])]));
}
