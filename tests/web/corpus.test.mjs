/** The shared corpus: both implementations give the same verdict on every case (docs/credential.md). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fromBase64url, fromHex, toHex } from "../../mobile/web/verify/bytes.js";
import { parseStatusList } from "../../mobile/web/verify/status_list.js";
import { listSigners, parseTrustList } from "../../mobile/web/verify/trust_list.js";
import { verifyText } from "../../mobile/web/verify/verify.js";
import { verifyEs256 } from "../../mobile/web/verify/webcrypto.js";
import { root } from "./vectors.mjs";

const corpus = JSON.parse(readFileSync(join(root, "tests/corpus/credential.json"), "utf8"));
const rootKey = { alg: -7, x: fromHex(corpus.root.x), y: fromHex(corpus.root.y) };
const worlds = new Map();

async function open({ trust_list_b64: trustList, status_lists_b64: statusLists }) {
  const { list: trust, check } = parseTrustList(fromBase64url(trustList));
  assert.equal(toHex(check.kid), corpus.root.kid);
  assert.ok(await verifyEs256(rootKey, check.message, check.signature));
  const held = new Map();
  for (const [uri, token] of Object.entries(statusLists)) {
    const draft = await parseStatusList(fromBase64url(token), uri);
    const signers = listSigners(trust, draft.check, draft.list.iatS);
    const answers = await Promise.all(signers.map(({ key }) => verifyEs256(key, draft.check.message, draft.check.signature)));
    assert.ok(answers.includes(true), uri);
    held.set(uri, draft.list);
  }
  return { trust, statusLists: held };
}

before(async () => {
  for (const [name, world] of Object.entries(corpus.worlds)) worlds.set(name, await open(world));
});

test("the corpus is the whole one", () => {
  const outcomes = new Set(corpus.cases.map(({ expected }) => expected.outcome));
  assert.equal(outcomes.size, 9);
  assert.ok(corpus.cases.length > 500);
});

test("every case gets the verdict it should", async () => {
  for (const { name, text, now_s: nowS, nonce, world, expected } of corpus.cases) {
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
    };
    assert.deepEqual(actual, expected, name);
  }
});
