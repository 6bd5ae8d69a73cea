/**
 * Room put aside for the day when the phone is full: opening the vault has to write (a try of the PIN is counted before
 * it is made), and a full phone must not keep its owner out.
 */
import { isFull, remove, transaction } from "./store.js";

const STORE = "vault_meta";
const KEY = "reserve";
/** A smaller record frees no page of the browser's database file. */
const SIZE = 65_536;

/** Puts the room aside, unless it is there or there is none. */
export async function keepReserve() {
  try {
    await transaction([STORE], "readwrite", putReserve);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

/**
 * The same as part of every ordinary write: once the room was used it comes back before anything else gets some, or what
 * is written next would keep the owner out. Without a vault there is nobody to keep out.
 *
 * @param {(name: string) => IDBObjectStore} get of a transaction with the store `vault_meta`
 * @param {(request: IDBRequest) => Promise<*>} wait
 */
export async function putReserve(get, wait) {
  const keys = await wait(get(STORE).getAllKeys());
  if (!keys.length || keys.includes(KEY)) return;
  // Random, because browsers compress what they store.
  await wait(get(STORE).put(crypto.getRandomValues(new Uint8Array(SIZE)), KEY));
}

/**
 * An ordinary write of one record.
 *
 * @param {string} store
 * @param {string} key
 * @param {*} value
 * @throws {Error} storage.full
 */
export function writeBesideReserve(store, key, value) {
  return transaction([store, STORE], "readwrite", async (get, wait) => {
    await putReserve(get, wait);
    await wait(get(store).put(value, key));
  });
}

/**
 * Runs a small write; when the phone is full, once more with the room that was put aside.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {Error} storage.full when that was not enough either
 */
export async function withReserve(work) {
  try {
    return await work();
  } catch (error) {
    if (!isFull(error)) throw error;
    await remove(STORE, KEY);
    return work();
  }
}
