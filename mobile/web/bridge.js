/**
 * Between the page and the Python worker: one BroadcastChannel with a name of this tab's own, so that two tabs do not
 * answer each other.
 *
 * `{kind: "call", id, op, args}` worker → page, `{kind: "reply", id, ok, value | error: {code}}` back,
 * `{kind: "event", name, data}` page → worker, kept by the page until Python listens (`{kind: "listening"}`).
 * `{kind: "vault", key}` carries the opened vault's CryptoKey to the other
 * side, `{kind: "vault.ask"}` asks for it.
 */
import { adoptVaultKey, onVaultKey, vaultKey } from "./vault.js";

const CODE = /^[a-z_]+(\.[a-z0-9_]+)+$/;

/** @param {*} error @returns {string} a dotted code, never a sentence */
export function codeOf(error) {
  return CODE.test(error?.message) ? error.message : "page.failed";
}

/**
 * @param {string} tab
 * @returns {BroadcastChannel}
 */
function connect(tab) {
  const channel = new BroadcastChannel(`congdan-${tab}`);
  onVaultKey((key) => channel.postMessage({ kind: "vault", key }));
  channel.addEventListener("message", ({ data }) => {
    if (data.kind === "vault") adoptVaultKey(data.key);
    if (data.kind === "vault.ask" && vaultKey()) channel.postMessage({ kind: "vault", key: vaultKey() });
  });
  channel.postMessage({ kind: "vault.ask" });
  return channel;
}

/**
 * The page's side.
 *
 * @param {string} tab
 * @param {Record<string, (args: object) => *>} ops
 * @returns {{emit: (name: string, data?: object) => void}}
 */
export function servePage(tab, ops) {
  const channel = connect(tab);
  // A sign-in comes back long before Python has started.
  let early = [];
  const emit = (name, data = {}) => {
    if (early) early.push([name, data]);
    else channel.postMessage({ kind: "event", name, data });
  };
  channel.addEventListener("message", async ({ data }) => {
    if (data.kind === "listening" && early) {
      const kept = early;
      early = null;
      kept.forEach(([name, value]) => emit(name, value));
    }
    if (data.kind !== "call") return;
    const reply = { kind: "reply", id: data.id };
    try {
      const op = Object.hasOwn(ops, data.op) ? ops[data.op] : null;
      if (!op) throw new Error("op.unknown");
      channel.postMessage({ ...reply, ok: true, value: (await op(data.args ?? {})) ?? null });
    } catch (error) {
      if (codeOf(error) === "page.failed") console.error(error);
      channel.postMessage({ ...reply, ok: false, error: { code: codeOf(error) } });
    }
  });
  return { emit };
}

/**
 * The worker's side.
 *
 * @param {string} tab
 * @returns {{call: (op: string, args: object) => Promise<*>, onEvent: (listener: (name: string, data: object) => void) => void}}
 */
export function connectWorker(tab) {
  const channel = connect(tab);
  const waiting = new Map();
  const listeners = new Set();
  let last = 0;
  channel.addEventListener("message", ({ data }) => {
    if (data.kind === "reply") {
      const { resolve, reject } = waiting.get(data.id) ?? {};
      waiting.delete(data.id);
      if (data.ok) resolve?.(data.value);
      else reject?.(new Error(data.error.code));
    }
    if (data.kind === "event") for (const listener of listeners) listener(data.name, data.data);
  });
  return {
    call: (op, args) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        channel.postMessage({ kind: "call", id: last, op, args });
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      channel.postMessage({ kind: "listening" });
    },
  };
}
