/**
 * What needs no PIN: the pinned licence of the instant card, settings, the city,
 * the list of procedures. Never a token, never a name list.
 */
import { putReserve, writeBesideReserve } from "./reserve.js";
import { read, remove, transaction } from "./store.js";

const KEYS = new Set(["pinned", "settings", "city", "catalogue"]);

/** @param {string} key */
function known(key) {
  if (!KEYS.has(key)) throw new Error("public.unknown_key");
  return key;
}

/**
 * @param {string} key
 * @returns {Promise<*>} null when absent
 */
export async function publicGet(key) {
  return (await read("public", known(key))) ?? null;
}

/**
 * @param {string} key
 * @param {*} value anything that JSON can say
 */
export async function publicPut(key, value) {
  await writeBesideReserve("public", known(key), value);
}

/** @param {string} key */
export async function publicRemove(key) {
  await remove("public", known(key));
}

/**
 * Changes some members of a record and leaves the others, in one transaction: the page and Python both write settings.
 *
 * @param {string} key
 * @param {Record<string, *>} changes
 */
export async function publicMerge(key, changes) {
  const wanted = known(key);
  await transaction(["public", "vault_meta"], "readwrite", async (get, wait) => {
    const before = await wait(get("public").get(wanted));
    await putReserve(get, wait);
    await wait(get("public").put({ ...before, ...changes }, wanted));
  });
}
