/**
 * The shared corpus: both implementations give the same verdict on every code, and take and refuse the same lists
 * (docs/architecture.md 2). Each test is named after its row of the attack list: --test-name-pattern=row_11
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { acceptStatusList, acceptTrustList, ListRefused } from "../../mobile/web/verify/accept.js";
import { fromBase64url, fromHex, toHex } from "../../mobile/web/verify/bytes.js";
import { encodeCbor } from "../../mobile/web/verify/cbor.js";
import { makeSign1 } from "../../mobile/web/verify/cose.js";
import { kidOf } from "../../mobile/web/verify/keys.js";
import { verifyText } from "../../mobile/web/verify/verify.js";
import { root } from "./vectors.mjs";

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21];
const LIST_ROWS = [1, 2, 3, 4, 6, 10, 11, 12, 13, 14, 15, 17];
const corpus = JSON.parse(readFileSync(join(root, "tests/corpus/credential.json"), "utf8"));
const rootKey = { alg: -7, x: fromHex(corpus.root.x), y: fromHex(corpus.root.y) };
const worlds = new Map();
const listCases = new Map(corpus.lists.map((one) => [one.name, one]));
const rowName = ({ row, name }) => `${row === null ? "no_row" : `row_${row}`}: ${name}`;

async function open({ trust_list_b64: trustList, status_lists_b64: statusLists }) {
  const trust = await acceptTrustList(fromBase64url(trustList), rootKey, null);
  const held = new Map();
  for (const [uri, token] of Object.entries(statusLists)) {
    held.set(uri, await acceptStatusList(fromBase64url(token), uri, trust, null));
  }
  return { trust, statusLists: held };
}

before(async () => {
  assert.equal(toHex(await kidOf(rootKey)), corpus.root.kid);
  for (const [name, world] of Object.entries(corpus.worlds)) worlds.set(name, await open(world));
});

test("the corpus is the whole one", () => {
  const outcomes = new Set(corpus.cases.map(({ expected }) => expected.outcome));
  assert.equal(outcomes.size, 9);
  assert.ok(corpus.cases.length > 600);
  assert.ok(corpus.lists.length > 480);
});

test("every row of the attack list that a corpus can hold has its cases", () => {
  const rowsOf = (cases) => new Set(cases.map(({ row }) => row).filter((row) => row !== null));
  assert.deepEqual([...rowsOf(corpus.cases)].sort((a, b) => a - b), ROWS);
  assert.deepEqual([...rowsOf(corpus.lists)].sort((a, b) => a - b), LIST_ROWS);
});

for (const one of corpus.cases) {
  test(rowName(one), async () => {
    const { text, now_s: nowS, nonce, world, expected } = one;
    const verdict = await verifyText(text, { ...worlds.get(world), nowS, nonce: nonce === null ? null : fromHex(nonce) });
    const actual = {
      outcome: verdict.outcome,
      reasons: [...verdict.reasons].sort(),
      kind: verdict.kind,
      freshness: verdict.freshness,
      status_as_of_s: verdict.statusAsOfS,
      holder_signed_at_s: verdict.holderSignedAtS,
      issuer: verdict.issuer?.code ?? null,
      number: verdict.claims?.number ?? null,
      holder: verdict.claims?.holder ?? null,
      expires_at_s: verdict.claims?.expiresAtS ?? null,
      undated: verdict.claims?.undated ?? null,
    };
    assert.deepEqual(actual, expected);
  });
}

/** By the way that a list takes on a phone. */
async function accept({ kind, uri, world, held, token_b64: token }) {
  const old = held === null ? null : await accept(listCases.get(held));
  if (kind === "trust_list") return acceptTrustList(fromBase64url(token), rootKey, old);
  return acceptStatusList(fromBase64url(token), uri, worlds.get(world).trust, old);
}

async function readOf(kind, list) {
  const times = { issued_at_s: list.iatS, expires_at_s: list.expS };
  if (kind === "trust_list") {
    const keys = list.keys.map(({ kid, role, issuer }) => [toHex(kid), role, issuer.code]);
    return { ...times, version: list.version, keys, hosts: list.hosts };
  }
  const digest = await crypto.subtle.digest("SHA-256", list.entries);
  return { ...times, uri: list.uri, ttl_s: list.ttlS, entries_sha256: toHex(new Uint8Array(digest)) };
}

for (const one of corpus.lists) {
  test(rowName(one), async () => {
    let actual;
    try {
      actual = { expected: "accepted", read: await readOf(one.kind, await accept(one)) };
    } catch (error) {
      if (!(error instanceof ListRefused)) throw error;
      actual = { expected: error.message, read: null };
    }
    assert.deepEqual(actual, { expected: one.expected, read: one.read });
  });
}

test("row_13: a list of more than a mebibyte is refused unread, though the root has signed it", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = { alg: -7, x: point.slice(1, 33), y: point.slice(33) };
  const sign = async (message) =>
    new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message));
  const headers = new Map([[1, -7], [4, await kidOf(key)], [16, "application/congdan-trust-list+cwt"]]);
  const token = async (padding) => {
    const claims = new Map([[4, 2], [6, 1], [99, new Uint8Array(padding)], [-70010, 7], [-70011, []], [-70012, []]]);
    return encodeCbor(await makeSign1(headers, encodeCbor(claims), sign));
  };
  const largest = 2 ** 20 - ((await token(2 ** 19)).length - 2 ** 19);
  assert.equal((await token(largest)).length, 2 ** 20);
  assert.equal((await acceptTrustList(await token(largest), key, null)).version, 7);
  await assert.rejects(acceptTrustList(await token(largest + 1), key, null), { message: "trust_list.malformed" });
});
