/** A code out of a picture file: whatever the browser can draw, made small enough for the decoder. */
import { readCodes } from "./code_reader.js";

const MAX_BYTES = 40_000_000;
/** Longest side in pixels, tried in this order: fine codes need the first, blurred ones are better read in the second. */
const SIDES = [2400, 900];

/** The picture has no code for us. The message is a key of the catalogue. */
export class PhotoError extends Error {}

/**
 * @param {File} file
 * @returns {Promise<import("./code_reader.js").ReadCode[]>} at least one
 * @throws {PhotoError}
 */
export async function codesInPhoto(file) {
  if (file.size > MAX_BYTES) throw new PhotoError("photo.too_large");
  const bitmap = await drawn(file);
  try {
    for (const side of SIDES) {
      const codes = await readCodes(pixels(bitmap, side));
      if (codes.length) return codes;
    }
  } finally {
    bitmap.close();
  }
  throw new PhotoError("photo.no_code");
}

/** @param {File} file @returns {Promise<ImageBitmap>} */
async function drawn(file) {
  try {
    return await createImageBitmap(file);
  } catch (error) {
    throw new PhotoError((await isHeif(file)) ? "photo.heic" : "photo.broken", { cause: error });
  }
}

/** ISO 14496-12 4.3: a box "ftyp" with its brand, at the start of the file; iPhones write heic, heix, mif1 and others. @param {File} file */
async function isHeif(file) {
  const head = new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer());
  return /^ftyp(he|mi|ms)/.test(head);
}

/** @param {ImageBitmap} bitmap @param {number} side @returns {ImageData} on white, where it is transparent */
function pixels(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
