/**
 * The signed lists on this device: trust list and status lists, fetched with their ETags, checked, and swapped in one
 * write. Older ones are never taken back. What is held stays usable without network.
 */
import { withLock } from "./locks.js";
import { writeBesideReserve } from "./reserve.js";
import { read } from "./store.js";
import { currentRoot, rootKey } from "./trust_root.js";
import { parseStatusList } from "./verify/status_list.js";
import { parseTrustList } from "./verify/trust_list.js";
import { acceptStatusList, acceptTrustList, ListRefused } from "./verify/accept.js";

const RECORD = "bundle";
const JSON_WITHIN_MS = 15_000;
/** A list of a million entries on the slowest line that is worth waiting for. */
const LIST_WITHIN_MS = 60_000;
const EMPTY = Object.freeze({ generation: 0, root: null, trust: null, lists: [], serverTimeS: 0, syncedAtS: null });

/**
 * @typedef {object} Held
 * @property {number} generation
 * @property {import("./verify/trust_list.js").TrustList} trust
 * @property {Map<string, import("./verify/status_list.js").StatusList>} statusLists
 * @property {number[]} numbers n of each status list, in the order of the map
 */

/** @type {Held|null} */
let loaded = null;

/** @returns {number} seconds: the device's clock, but never behind the last time the server said */
async function clockS() {
  const record = (await read("trust", RECORD)) ?? EMPTY;
  return Math.max(Math.floor(Date.now() / 1000), record.serverTimeS);
}

/**
 * What is needed to judge a code, now. Reads the database again only when another tab or the worker has changed it.
 *
 * @returns {Promise<{trust: import("./verify/trust_list.js").TrustList, statusLists: Map<string, import("./verify/status_list.js").StatusList>, nowS: number}|null>} null before the first update
 */
export async function trustHeld() {
  const record = await read("trust", RECORD);
  if (!record?.trust) return null;
  if (loaded?.generation !== record.generation) loaded = await load(record);
  return { trust: loaded.trust, statusLists: loaded.statusLists, nowS: await clockS() };
}

/** The bytes were checked before they were stored. @param {object} record @returns {Promise<Held>} */
async function load(record) {
  const { list: trust } = parseTrustList(record.trust.token);
  const read = await Promise.all(record.lists.map(({ token }) => parseStatusList(token)));
  const statusLists = new Map(read.map(({ list }) => [list.uri, list]));
  return { generation: record.generation, trust, statusLists, numbers: record.lists.map(({ n }) => n) };
}

/**
 * @returns {Promise<{version: number|null, as_of_s: number|null, synced_at_s: number|null, clock_behind_s: number, lists: Array<{n: number, iat_s: number}>}>}
 *   `as_of_s` is the time of the oldest status list held
 */
export async function trustState() {
  const record = (await read("trust", RECORD)) ?? EMPTY;
  const held = record.trust ? await trustHeld() : null;
  const lists = held ? Array.from(held.statusLists.values(), ({ iatS }, i) => ({ n: loaded.numbers[i], iat_s: iatS })) : [];
  const floorS = Math.max(record.serverTimeS, held?.trust.iatS ?? 0, ...lists.map((list) => list.iat_s));
  return {
    version: held?.trust.version ?? null,
    as_of_s: lists.length ? Math.min(...lists.map((list) => list.iat_s)) : null,
    synced_at_s: record.syncedAtS,
    clock_behind_s: Math.max(0, floorS - Math.floor(Date.now() / 1000)),
    lists,
  };
}

/**
 * Fetches what has changed. One list that fails does not hold the others; the old one stays.
 *
 * @returns {Promise<object>} trustState with `changed` (number) and `refused` ([{what, code}])
 * @throws {Error} trust.offline, trust.no_root, trust.root_changed, trust_list.*
 */
export function trustUpdate() {
  return withLock("trust", async () => {
    const before = (await read("trust", RECORD)) ?? EMPTY;
    const { root, follows } = await currentRoot(before.root, await getJson("/city.json"), getBytes);
    // Under a root that nobody named nothing that is held can be checked any more: a city that was set up anew.
    const kept = follows ? before : EMPTY;
    const index = await getJson("/api/v1/trust");
    const trust = await nextTrust(kept.trust, index.trust_list, root);
    const { lists, refused } = await nextLists(kept.lists, index.status_lists, parseTrustList(trust.token).list);
    const changed = Number(trust !== kept.trust) + lists.filter((list) => !kept.lists.includes(list)).length;
    const serverTimeS = Math.max(kept.serverTimeS, Math.floor(Date.parse(index.server_time) / 1000) || 0);
    const generation = before.generation + Number(changed > 0);
    await writeBesideReserve("trust", RECORD, { generation, root, trust, lists, serverTimeS, syncedAtS: serverTimeS });
    return { ...(await trustState()), changed, refused };
  });
}

/**
 * A connection that neither answers nor breaks would hold the lock, and with it every later update.
 *
 * @template T
 * @param {string} url
 * @param {(response: Response) => Promise<T>} read
 * @param {number} withinMs for the whole exchange
 * @returns {Promise<T>}
 */
async function get(url, read, withinMs) {
  try {
    const response = await fetch(url, {
      cache: "no-cache",
      credentials: "omit",
      signal: AbortSignal.timeout(withinMs),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await read(response);
  } catch (error) {
    throw new Error("trust.offline", { cause: error });
  }
}

/** @param {string} url */
function getJson(url) {
  return get(url, (response) => response.json(), JSON_WITHIN_MS);
}

/** @param {string} url @returns {Promise<Uint8Array>} */
function getBytes(url) {
  return get(url, async (response) => new Uint8Array(await response.arrayBuffer()), LIST_WITHIN_MS);
}

/**
 * @param {{etag: string, token: Uint8Array}|null} held
 * @param {{url: string, etag: string}} offered
 * @param {{kid: string, x: string, y: string}} root
 */
async function nextTrust(held, offered, root) {
  if (held && held.etag === offered.etag) return held;
  const token = await getBytes(offered.url);
  await acceptTrustList(token, rootKey(root), held && parseTrustList(held.token).list);
  return { etag: offered.etag, token };
}

/**
 * @param {Array<{n: number, uri: string, etag: string, token: Uint8Array, iatS: number}>} held
 * @param {Array<{n: number, uri: string, url: string, etag: string}>} offered
 * @param {import("./verify/trust_list.js").TrustList} trust
 */
async function nextLists(held, offered, trust) {
  const refused = [];
  const byUri = new Map(held.map((list) => [list.uri, list]));
  await Promise.all(
    offered.map(async (offer) => {
      const old = byUri.get(offer.uri);
      if (old?.etag === offer.etag) return;
      try {
        byUri.set(offer.uri, await nextList(old, offer, trust));
      } catch (error) {
        if (!(error instanceof ListRefused) && error.message !== "trust.offline") throw error;
        refused.push({ what: offer.uri, code: error.message });
      }
    }),
  );
  // A list that is no longer named stays: what it revoked is still revoked.
  return { lists: [...byUri.values()], refused };
}

/**
 * @param {{iatS: number}|undefined} held
 * @param {{n: number, uri: string, url: string, etag: string}} offered
 * @param {import("./verify/trust_list.js").TrustList} trust
 */
async function nextList(held, { n, uri, url, etag }, trust) {
  const token = await getBytes(url);
  const list = await acceptStatusList(token, uri, trust, held ?? null);
  return { n, uri, etag, token, iatS: list.iatS };
}
