/** The worked example of docs/credential.md: every byte and every character of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "../../mobile/web/verify/bytes.js";
import { decodeCbor, encodeCbor } from "../../mobile/web/verify/cbor.js";
import { encodeClaims, readClaims } from "../../mobile/web/verify/claims.js";
import { makeSign1, parseSign1 } from "../../mobile/web/verify/cose.js";
import { decode } from "../../mobile/web/verify/decode.js";
import { kidOf } from "../../mobile/web/verify/keys.js";
import { decompress } from "../../mobile/web/verify/p256.js";
import { present } from "../../mobile/web/verify/presentation.js";
import { paperText, screenText } from "../../mobile/web/verify/qr_text.js";
import { verifyText } from "../../mobile/web/verify/verify.js";

const example = JSON.parse(readFileSync(new URL("worked_example.json", import.meta.url), "utf8"));
const DAY = 86_400;
const uri = "https://congdan.example/s/1";
const issuer = { code: "H17.01", name: "Ban Quản lý ATTP" };

function trust(changes = {}) {
  const record = {
    kid: fromHex(example.issuer.kid),
    key: { alg: -7, x: fromHex(example.issuer.x), y: fromHex(example.issuer.y) },
    role: 1,
    issuer,
    types: [1],
    nbfS: 0,
    expS: example.issuedAtS + 365 * DAY,
    compromisedAtS: null,
    ...changes,
  };
  return { version: 1, iatS: 0, expS: 2 ** 33, hosts: ["congdan.example"], keys: [record] };
}

function lists(status = 0, changes = {}) {
  const entries = new Uint8Array(262_144).fill(0b01010101 * status);
  return new Map([[uri, { uri, iatS: example.issuedAtS, expS: example.presentedAtS + 7 * DAY, ttlS: DAY / 2, entries, ...changes }]]);
}

function held(changes = {}) {
  return { trust: trust(), statusLists: lists(), nowS: example.presentedAtS + 20, ...changes };
}

test("the three COSE items encode to the bytes they were decoded from", () => {
  for (const hex of [example.paperCose, example.boundCose, example.kbt]) {
    assert.equal(toHex(encodeCbor(decodeCbor(fromHex(hex), { tagDepth: 0 }))), hex);
  }
});

test("both texts of the paper credential and the presentation's text come out", () => {
  assert.equal(screenText(fromHex(example.paperCose)), example.paperScreenText);
  assert.equal(screenText(fromHex(example.kbt)), example.presentationText);
  assert.equal(paperText(fromHex(example.paperCose), "https://congdan.example"), `https://congdan.example/q#${example.paperDigits}`);
});

test("claims encode to the payload they were read from", () => {
  for (const hex of [example.paperCose, example.boundCose]) {
    const { payload } = parseSign1(fromHex(hex));
    assert.equal(toHex(encodeClaims(readClaims(decodeCbor(payload)))), toHex(payload));
  }
});

test("the compressed holder key gives its y", () => {
  const { claims } = decode(example.presentationText);
  assert.equal(toHex(claims.cnf.y), example.holder.y);
  assert.equal(decompress(fromHex("00".repeat(31) + "01"), true), null);
});

test("the issuer's kid is the thumbprint of its key", async () => {
  const { x, y, kid } = example.issuer;
  assert.equal(toHex(await kidOf({ alg: -7, x: fromHex(x), y: fromHex(y) })), kid);
});

test("the presentation is valid with its holder present, 20 s later", async () => {
  const verdict = await verifyText(example.presentationText, held());
  assert.equal(verdict.outcome, "VALID_HOLDER_PRESENT");
  assert.deepEqual(verdict.reasons, []);
  assert.equal(verdict.claims.holder, "QUÁN MÌ QUẢNG BÀ MUA");
  assert.deepEqual(verdict.issuer, issuer);
  assert.equal(verdict.freshness, "FRESH");
  assert.equal(verdict.holderSignedAtS, example.presentedAtS);
});

for (const [age, outcome, reasons] of [
  [90, "VALID_HOLDER_PRESENT", []],
  [91, "VALID_HOLDER_NOT_PROVEN", ["holder.too_old"]],
  [-30, "VALID_HOLDER_PRESENT", []],
  [-31, "VALID_HOLDER_NOT_PROVEN", ["holder.in_future"]],
]) {
  test(`a presentation seen ${age} s after it was signed: ${outcome}`, async () => {
    const verdict = await verifyText(example.presentationText, held({ nowS: example.presentedAtS + age }));
    assert.deepEqual([verdict.outcome, verdict.reasons], [outcome, reasons]);
  });
}

test("paper and a bound credential without presentation do not prove the holder", async () => {
  const paper = await verifyText(`https://congdan.example/q#${example.paperDigits}`, held());
  assert.deepEqual([paper.outcome, paper.reasons, paper.carrier], ["VALID_HOLDER_NOT_PROVEN", ["holder.paper"], "PAPER"]);
  const bound = await verifyText(screenText(fromHex(example.boundCose)), held());
  assert.deepEqual([bound.outcome, bound.reasons], ["VALID_HOLDER_NOT_PROVEN", ["holder.no_presentation"]]);
});

for (const [name, changes, outcome, reason] of [
  ["a revoked one", { statusLists: lists(1) }, "REVOKED", "status.revoked"],
  ["a suspended one", { statusLists: lists(2) }, "SUSPENDED", "status.suspended"],
  ["one that was never issued", { statusLists: lists(3) }, "INVALID", "status.not_issued"],
  ["one minted after the list", { statusLists: lists(3, { iatS: example.issuedAtS - 1 }) }, "STATUS_UNKNOWN", "status.newer_than_list"],
  ["no list held", { statusLists: new Map() }, "STATUS_UNKNOWN", "status.no_list"],
  ["a stale list", { statusLists: lists(0, { expS: example.presentedAtS + 19 }) }, "STATUS_UNKNOWN", "status.stale"],
  ["a revoked one on a stale list", { statusLists: lists(1, { expS: example.presentedAtS + 19 }) }, "REVOKED", "status.revoked"],
  ["an unknown key", { trust: trust({ kid: new Uint8Array(8) }) }, "INVALID", "key.unknown"],
  ["a key of another type of licence", { trust: trust({ types: [2, 3] }) }, "INVALID", "key.wrong_type"],
  ["a status key", { trust: trust({ role: 2 }) }, "INVALID", "key.wrong_role"],
  ["a key whose time was over", { trust: trust({ expS: example.issuedAtS - 1 }) }, "INVALID", "key.outside_window"],
  ["a key that leaked", { trust: trust({ compromisedAtS: example.issuedAtS }) }, "INVALID", "key.compromised"],
  ["another key under the same kid", { trust: trust({ key: { alg: -7, x: fromHex(example.holder.x), y: fromHex(example.holder.y) } }) }, "INVALID", "signature.invalid"],
  ["the last second of its last day", { nowS: 0x70a5688f - 1 }, "STATUS_UNKNOWN", "status.stale"],
  ["the second after", { nowS: 0x70a5688f }, "EXPIRED", "time.expired"],
]) {
  test(`${name}: ${outcome}, ${reason}`, async () => {
    const verdict = await verifyText(example.presentationText, held(changes));
    assert.equal(verdict.outcome, outcome);
    assert.ok(verdict.reasons.includes(reason), verdict.reasons.join());
  });
}

test("what our own phone signs verifies, and only under the key in the credential", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const sign = async (message) => new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message));
  const [, x, y] = /^04(.{64})(.{64})$/.exec(toHex(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))));
  const key = { alg: -7, x: fromHex(x), y: fromHex(y) };
  const claims = { ...decode(example.presentationText).claims, cnf: key };
  const headers = new Map([[1, -7], [4, fromHex(example.issuer.kid)]]);
  const cose = encodeCbor(await makeSign1(headers, encodeClaims(claims), sign));
  const nonce = crypto.getRandomValues(new Uint8Array(8));
  const text = await present(cose, example.presentedAtS, sign, nonce);
  const mine = { trust: trust({ key }), nonce };
  assert.equal((await verifyText(text, held(mine))).outcome, "VALID_HOLDER_PRESENT");
  assert.equal((await verifyText(text, held({ ...mine, nowS: example.presentedAtS + 500 }))).outcome, "VALID_HOLDER_PRESENT");
  const other = await verifyText(text, held({ ...mine, nonce: new Uint8Array(8) }));
  assert.deepEqual(other.reasons, ["holder.nonce_mismatch"]);
  const stranger = await present(fromHex(example.boundCose), example.presentedAtS, sign);
  assert.deepEqual((await verifyText(stranger, held())).reasons, ["holder.signature_invalid"]);
});
