/** QR codes out of pictures: zxing-wasm, served by ourselves. */
import { prepareZXingModule, readBarcodes } from "./vendor/zxing-wasm/reader.js";

const OPTIONS = Object.freeze({ formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 8 });

/**
 * @typedef {object} ReadCode
 * @property {string} text
 * @property {{x: number, y: number}} centre in pixels of the picture
 */

/** Loads the decoder's wasm; from the service worker's store when there is no network. @returns {Promise<void>} */
export async function loadReader() {
  await prepareZXingModule({
    overrides: { locateFile: (name) => `/vendor/zxing-wasm/${name}` },
    fireImmediately: true,
  });
}

/**
 * @param {ImageData|Blob} picture
 * @returns {Promise<ReadCode[]>} each text once
 */
export async function readCodes(picture) {
  const results = await readBarcodes(picture, OPTIONS);
  const codes = new Map();
  for (const { isValid, text, position } of results) {
    if (isValid && !codes.has(text)) codes.set(text, { text, centre: centreOf(position) });
  }
  return [...codes.values()];
}

/** @param {{topLeft: {x: number, y: number}, bottomRight: {x: number, y: number}}} position */
function centreOf({ topLeft, bottomRight }) {
  return { x: (topLeft.x + bottomRight.x) / 2, y: (topLeft.y + bottomRight.y) / 2 };
}
