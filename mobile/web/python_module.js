/**
 * What Python imports as `congdan_web` (docs/architecture.md, section 6): JSON texts, numbers and bytes in and out,
 * promises, and failures whose message is a dotted code.
 */
import { codeOf, connectWorker } from "./bridge.js";
import { keyEnsure, keySign } from "./device_key.js";
import { acquire } from "./locks.js";
import { publicGet, publicPut, publicRemove } from "./public_store.js";
import { qrPng, qrSvg } from "./qr.js";
import { trustHeld, trustState, trustUpdate } from "./trust_store.js";
import {
  vaultChangePin,
  vaultCreate,
  vaultGet,
  vaultList,
  vaultLock,
  vaultPut,
  vaultRemove,
  vaultStatus,
  vaultUnlock,
  vaultWipe,
} from "./vault.js";
import { verdictJson } from "./verdict_json.js";
import { fromBase64url } from "./verify/bytes.js";
import { present } from "./verify/presentation.js";
import { verifyText } from "./verify/verify.js";

/** @param {*} value a Uint8Array, or Python bytes as Pyodide hands them over */
function asBytes(value) {
  return value instanceof Uint8Array ? value : value.toJs();
}

/** @param {string} text @param {string} [options] JSON: `nonce` in base64url */
async function verify(text, options = "{}") {
  const { nonce } = JSON.parse(options);
  const held = await trustHeld();
  if (!held) throw new Error("trust.empty");
  return verdictJson(await verifyText(text, { ...held, nonce: nonce ? fromBase64url(nonce) : null }));
}

/**
 * @param {string} credential base64url
 * @param {string|null} nonce base64url
 */
function presentText(credential, nonce) {
  const nowS = Math.floor(Date.now() / 1000);
  return present(fromBase64url(credential), nowS, (message) => keySign("holder", message), nonce ? fromBase64url(nonce) : null);
}

/** What gives JSON, and what gives a number, a text, bytes or nothing. */
const GIVES_JSON = {
  vault_status: vaultStatus,
  vault_get: vaultGet,
  vault_list: vaultList,
  key_ensure: keyEnsure,
  public_get: publicGet,
  trust_update: () => trustUpdate(),
  trust_state: trustState,
  verify,
};
const GIVES_PLAIN = {
  vault_create: vaultCreate,
  vault_unlock: vaultUnlock,
  vault_lock: vaultLock,
  vault_change_pin: vaultChangePin,
  vault_wipe: vaultWipe,
  vault_put: (key, json) => vaultPut(key, JSON.parse(json)),
  vault_remove: vaultRemove,
  key_sign: (name, message) => keySign(name, asBytes(message)),
  public_put: (key, json) => publicPut(key, JSON.parse(json)),
  public_remove: publicRemove,
  present: presentText,
  qr_svg: qrSvg,
  qr_png: qrPng,
  lock: acquire,
};

/**
 * @param {(...args: *) => *} work
 * @param {(value: *) => *} shape
 */
function guarded(work, shape) {
  return async (...args) => {
    try {
      return shape(await work(...args));
    } catch (error) {
      if (codeOf(error) === "page.failed") console.error(error);
      throw new Error(codeOf(error), { cause: error });
    }
  };
}

/**
 * @param {string} tab
 * @returns {Record<string, (...args: *) => *>}
 */
export function pythonModule(tab) {
  const page = connectWorker(tab);
  const toJson = (value) => JSON.stringify(value ?? null);
  const module = {};
  for (const [name, work] of Object.entries(GIVES_JSON)) module[name] = guarded(work, toJson);
  for (const [name, work] of Object.entries(GIVES_PLAIN)) module[name] = guarded(work, (value) => value);
  module.call = guarded((op, json = "{}") => page.call(op, JSON.parse(json)), toJson);
  module.on_event = (listener) => page.onEvent((name, data) => listener(name, JSON.stringify(data)));
  return module;
}
