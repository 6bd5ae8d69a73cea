/**
 * The worker behind code_reader.js: zxing-wasm, served by ourselves. A classic worker, because the package's one-file
 * form is a fifth smaller than its modules.
 */
/* global ZXingWASM */
importScripts("/vendor/zxing-wasm/reader.js");

const OPTIONS = Object.freeze({ formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 8 });
const OVERRIDES = { locateFile: (name) => `/vendor/zxing-wasm/${name}` };

/** @param {ImageData} picture @returns {Promise<object[]>} ReadCode of code_reader.js */
async function read(picture) {
  const codes = new Map();
  for (const { isValid, text, position } of await ZXingWASM.readBarcodes(picture, OPTIONS)) {
    if (isValid && !codes.has(text)) codes.set(text, { text, centre: centreOf(position) });
  }
  return [...codes.values()];
}

/** @param {{topLeft: {x: number, y: number}, bottomRight: {x: number, y: number}}} position */
function centreOf({ topLeft, bottomRight }) {
  return { x: (topLeft.x + bottomRight.x) / 2, y: (topLeft.y + bottomRight.y) / 2 };
}

self.addEventListener("message", async ({ data: { id, picture } }) => {
  try {
    await ZXingWASM.prepareZXingModule({ overrides: OVERRIDES, fireImmediately: true });
    self.postMessage({ id, codes: picture ? await read(picture) : [] });
  } catch (error) {
    self.postMessage({ id, error: String(error.message || error) });
  }
});
