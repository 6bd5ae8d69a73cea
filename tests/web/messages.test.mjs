/** The two catalogues of the fast lane: same keys, same parameters, nothing missing, nothing left over. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AGEING, OUTCOMES, REASONS } from "../../mobile/web/verify/reasons.js";
import { LICENCE_TYPES } from "../../mobile/web/verify/types.js";
import { web } from "./vectors.mjs";

const read = (lang) => JSON.parse(readFileSync(join(web, "i18n", `${lang}.json`), "utf8"));
const [vi, en] = [read("vi"), read("en")];
const folders = ["", "pay", "q"];
const sources = folders.flatMap((folder) =>
  readdirSync(join(web, folder))
    .filter((name) => /\.(js|html)$/.test(name))
    .map((name) => readFileSync(join(web, folder, name), "utf8")),
);
const parameters = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
/** Keys that code puts together from a value: `reason.${…}`. */
const built = [
  ...[...REASONS.keys(), AGEING].map((reason) => `reason.${reason}`),
  ...OUTCOMES.flatMap((outcome) => [`outcome.${outcome}.title`, `outcome.${outcome}.sub`]),
  ...["unknown", ...LICENCE_TYPES.map(({ key }) => key)].map((key) => `type.${key}`),
  ...["VALID", "SUSPENDED", "REVOKED", "EXPIRED", "UNKNOWN"].map((status) => `status.${status}`),
  ...["vault.locked", "storage.full"].map((code) => `cause.${code}`),
];

test("both languages have the same keys and parameters, in the same order", () => {
  assert.deepEqual(Object.keys(vi), Object.keys(en));
  for (const key of Object.keys(vi)) assert.deepEqual(parameters(vi[key]), parameters(en[key]), key);
});

test("every reason, outcome, type and status has words", () => {
  for (const key of built) assert.ok(vi[key]?.length > 2, key);
});

test("every key is used, and every key used exists", () => {
  const used = new Set(built);
  for (const source of sources) {
    for (const [, key] of source.matchAll(/["'`]([a-z_]+(?:\.[A-Za-z_]+)+|close)["'`]/g)) used.add(key);
  }
  assert.deepEqual(Object.keys(vi).filter((key) => !used.has(key)), []);
  const asked = sources.flatMap((source) => [...source.matchAll(/(?<!\w)t\("([^"]+)"|data-words="([^"]+)"/g)].map(([, a, b]) => a ?? b));
  assert.ok(asked.length > 40);
  assert.deepEqual(asked.filter((key) => !(key in vi)), []);
});

test("no sentence for people stands outside the catalogues", () => {
  const letters = /["'`][^"'`\n]*[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ][^"'`\n]*["'`]/iu;
  const scripts = readdirSync(web).filter((name) => name.endsWith(".js") && name !== "sw.js" && name !== "verdict_words.js");
  for (const name of scripts) {
    const code = readFileSync(join(web, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
    assert.ok(!letters.test(code), name);
  }
});
