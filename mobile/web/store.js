/**
 * The one database on the phone. Only the files beside this one open it.
 *
 * Stores: `vault` (encrypted), `vault_meta` (how to open it), `keys` (non-extractable CryptoKeys), `public` (needs no
 * PIN), `trust` (signed lists).
 */

const NAME = "congdan";
const VERSION = 1;
const FULL = "storage.full";
const STORES = ["vault", "vault_meta", "keys", "public", "trust"];

/** Storage failed. The message is a dotted code. */
export class StoreError extends Error {}

/** @type {Promise<IDBDatabase>|null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onerror = () => reject(asStoreError(request.error));
    request.onsuccess = () => {
      const db = request.result;
      // A newer page wants to upgrade, or the browser took the storage away: open again at the next use.
      db.onversionchange = () => {
        db.close();
        opening = null;
      };
      db.onclose = () => {
        opening = null;
      };
      resolve(db);
    };
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

/**
 * Runs requests in one transaction. `work` must not await anything but the requests it is given.
 *
 * @template T
 * @param {string[]} stores
 * @param {"readonly"|"readwrite"} mode
 * @param {(get: (name: string) => IDBObjectStore, wait: (request: IDBRequest) => Promise<*>) => Promise<T>} work
 * @returns {Promise<T>} once the transaction is on disk
 * @throws {StoreError} storage.full, storage.unavailable
 */
export async function transaction(stores, mode, work) {
  const db = await database();
  const tx = db.transaction(stores, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve(undefined);
    tx.onabort = () => reject(asStoreError(tx.error));
  });
  const wait = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      // When the whole transaction was aborted, the request only says so; why is said by the transaction.
      request.onerror = () => reject(asStoreError(tx.error ?? request.error));
    });
  try {
    const value = await work((name) => tx.objectStore(name), wait);
    await done;
    return value;
  } catch (error) {
    done.catch(() => undefined); // The first error is the one to tell.
    abort(tx);
    throw error;
  }
}

/** @param {IDBTransaction} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error; // It had ended by itself.
  }
}

/** @param {DOMException|null} error */
function asStoreError(error) {
  const full = error?.name === "QuotaExceededError";
  return new StoreError(full ? FULL : "storage.unavailable", { cause: error });
}

/** @param {*} error @returns {boolean} whether there was no room to write: nothing of the transaction was kept */
export function isFull(error) {
  return error?.message === FULL;
}

/**
 * @param {string} store
 * @param {IDBValidKey} key
 * @returns {Promise<*>} undefined when absent
 */
export function read(store, key) {
  return transaction([store], "readonly", (get, wait) => wait(get(store).get(key)));
}

/**
 * @param {string} store
 * @param {IDBValidKey} key
 * @param {*} value
 */
export async function write(store, key, value) {
  await transaction([store], "readwrite", (get, wait) => wait(get(store).put(value, key)));
}

/**
 * @param {string} store
 * @param {IDBValidKey} key
 */
export async function remove(store, key) {
  await transaction([store], "readwrite", (get, wait) => wait(get(store).delete(key)));
}
