/** The QR encoder: alphanumeric mode, the promised version, and a second program that reads it back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { qrMatrix, qrSvg } from "../../mobile/web/qr.js";
import { prepareZXingModule, readBarcodes } from "../../mobile/web/node_modules/zxing-wasm/dist/es/reader/index.js";
import { web } from "./vectors.mjs";

const example = JSON.parse(readFileSync(new URL("worked_example.json", import.meta.url), "utf8"));

/** The path of the SVG, drawn into pixels: what a phone shows, not what the encoder meant. */
function pixels(svg, scale) {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)[1]);
  const [, path] = /fill="#000" d="([^"]+)"/.exec(svg);
  const data = new Uint8ClampedArray(side * scale * side * scale * 4).fill(255);
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = y * scale; row < (Number(y) + 1) * scale; row += 1) {
      const start = (row * side * scale + x * scale) * 4;
      for (let at = start; at < start + width * scale * 4; at += 4) data.fill(0, at, at + 3);
    }
  }
  return { data, width: side * scale, height: side * scale, colorSpace: "srgb" };
}

test("661 characters fit version 14 at level L, as alphanumeric mode promises", () => {
  assert.equal(example.presentationText.length, 661);
  assert.equal(qrMatrix(example.presentationText).version, 14);
  assert.equal(qrMatrix(example.paperScreenText).version, 11);
});

test("zxing reads the drawn code back, letter by letter", async () => {
  const wasmBinary = readFileSync(join(web, "vendor/zxing-wasm/zxing_reader.wasm"));
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const [result] = await readBarcodes(pixels(qrSvg(example.presentationText), 4), { formats: ["QRCode"] });
  assert.equal(result.text, example.presentationText);
  assert.equal(result.ecLevel, "L");
});

test("the quiet zone is four modules on each side", () => {
  const { size } = qrMatrix(example.presentationText);
  const svg = qrSvg(example.presentationText);
  assert.ok(svg.includes(`viewBox="0 0 ${size + 8} ${size + 8}"`));
  const [, black] = /fill="#000" d="([^"]+)"/.exec(svg);
  assert.ok(!/M[0-3] |M\d+ [0-3]h/.test(black));
});
