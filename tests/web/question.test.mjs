/** The inspector's question, in step with the Python twin (tests/unit/credential/test_question.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decode } from "../../mobile/web/verify/decode.js";
import { nonceOf, questionText } from "../../mobile/web/verify/question.js";
import { qrMatrix } from "../../mobile/web/qr.js";
import { toHex } from "../../mobile/web/verify/bytes.js";
import { root } from "./vectors.mjs";

const cases = JSON.parse(readFileSync(join(root, "tests/corpus/questions.json"), "utf8"));

test("every text is read as it is meant, and written the same", () => {
  assert.ok(cases.length >= 20);
  for (const { text, nonce } of cases) {
    const read = nonceOf(text);
    assert.equal(read && toHex(read), nonce, text);
    if (read) assert.equal(questionText(read), text);
    if (read) assert.deepEqual(decode(text).problems, ["format.not_ours"]);
  }
});

test("a question is the smallest QR code there is, and only eight bytes are a nonce", () => {
  assert.equal(qrMatrix(questionText(new Uint8Array(8).fill(255))).version, 1);
  for (const length of [0, 7, 9]) assert.throws(() => questionText(new Uint8Array(length)), RangeError);
});
