/**
 * Room put aside for the day when the phone is full: opening the vault has to write (a try of the PIN is counted before
 * it is made), and a full phone must not keep its owner out.
 */
import { isFull, read, remove, write } from "./store.js";

const STORE = "vault_meta";
const KEY = "reserve";
/** A smaller record frees no page of the browser's database file. */
const SIZE = 65_536;

/** Puts the room aside, unless it is there or there is none. */
export async function keepReserve() {
  if ((await read(STORE, KEY)) !== undefined) return;
  try {
    // Random, because browsers compress what they store.
    await write(STORE, KEY, crypto.getRandomValues(new Uint8Array(SIZE)));
  } catch (error) {
    if (!isFull(error)) throw error;
  }
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
