/**
 * A paper, chosen or photographed: checked, hashed, and kept in pieces. The user's own lies encrypted in the vault
 * (`piece/<id>/<nnnn>`), so that its upload goes on after a restart; somebody else's (`passing`) stays in this page's
 * memory until it is forgotten. Its bytes never cross to Python as a whole.
 */
import { vaultPut, vaultRemove } from "./vault.js";
import { toBase64url, toHex } from "./verify/bytes.js";

const PIECE_BYTES = 262_144;
/** Longest side of a photo in pixels: small print of a sheet of A4 stays readable. */
const LONGEST_SIDE = 2_400;
const JPEG_QUALITY = 0.85;
const TYPES = { pdf: "application/pdf", jpeg: "image/jpeg", png: "image/png" };
/** What may stand in a list of rows; browsers call it by many names. */
const TABLE = ".csv,.txt,text/csv,text/plain";
/** Papers of other people, by id: gone with the page. @type {Map<string, Uint8Array>} */
const passing = new Map();
/** Closes the question that is open, so that a second one does not leave the first without an answer. */
let cancelOpen = () => undefined;

/**
 * @param {{id: string, accepts: string[], max_bytes: number, photo?: boolean, passing?: boolean}} args `accepts`: of pdf,
 *   jpeg, png, or csv alone (a list of rows, as it is); `photo`: with the camera; `passing`: never written to this machine
 * @returns {Promise<{name: string, size: number, sha256: string, pieces: number, piece_bytes: number}|null>} null: none chosen
 * @throws {Error} file.too_large, file.type_not_allowed, file.empty, storage.full, vault.locked
 */
export async function pickFile({ id, accepts, max_bytes: maxBytes, photo = false, passing: isPassing = false }) {
  const file = await ask(photo ? ["jpeg"] : accepts, photo);
  if (!file) return null;
  const { bytes, name } = await prepared(file, accepts);
  if (bytes.length > maxBytes) throw new Error("file.too_large");
  const sha256 = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const pieces = isPassing ? hold(id, bytes) : await keep(id, bytes);
  return { name, size: bytes.length, sha256, pieces, piece_bytes: PIECE_BYTES };
}

/** @param {{id: string, at: number}} args @returns {{b64: string}|null} a piece of a passing paper, null when it is gone */
export function passingPiece({ id, at }) {
  const bytes = passing.get(id);
  return bytes ? { b64: toBase64url(bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES)) } : null;
}

/** @param {{id?: string}} args one passing paper, or all of them */
export function forgetPassing({ id } = {}) {
  if (id === undefined) passing.clear();
  else passing.delete(id);
}

/** @param {string} id @param {Uint8Array} bytes @returns {number} how many pieces */
function hold(id, bytes) {
  passing.set(id, bytes);
  return Math.ceil(bytes.length / PIECE_BYTES);
}

/** @param {string[]} accepts @param {boolean} photo @returns {Promise<File|null>} */
function ask(accepts, photo) {
  cancelOpen();
  const input = document.createElement("input");
  input.type = "file";
  input.accept = acceptedTypes(accepts);
  if (photo) input.capture = "environment";
  input.hidden = true;
  document.body.append(input);
  return new Promise((resolve) => {
    const done = (file) => {
      input.remove();
      resolve(file);
    };
    cancelOpen = () => done(null);
    input.addEventListener("change", () => done(input.files[0] ?? null));
    input.addEventListener("cancel", () => done(null));
    input.click();
  });
}

/** @param {string[]} accepts @returns {string} */
function acceptedTypes(accepts) {
  if (accepts.includes("csv")) return TABLE;
  // Photos of any kind may be chosen where pictures are taken: they are drawn anew.
  return accepts.includes("jpeg") || accepts.includes("png") ? [...accepts.map((key) => TYPES[key]), "image/*"].join() : TYPES.pdf;
}

/** @param {File} file @param {string[]} accepts @returns {Promise<{bytes: Uint8Array, name: string}>} */
async function prepared(file, accepts) {
  if (!file.size) throw new Error("file.empty");
  // The server reads it and says which line it cannot.
  if (accepts.includes("csv")) return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  const head = await file.slice(0, 5).text();
  if (head === "%PDF-") {
    if (!accepts.includes("pdf")) throw new Error("file.type_not_allowed");
    return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  }
  const kind = ["jpeg", "png"].find((key) => accepts.includes(key));
  if (!kind) throw new Error("file.type_not_allowed");
  const bytes = await redrawn(file, TYPES[kind]);
  return { bytes, name: `${file.name.replace(/\.[^.]*$/, "")}.${kind === "jpeg" ? "jpg" : "png"}` };
}

/**
 * A picture drawn anew: of a size that can be sent, and without the place where it was taken.
 *
 * @param {File} file @param {string} type @returns {Promise<Uint8Array>}
 */
async function redrawn(file, type) {
  const bitmap = await createImageBitmap(file).catch((error) => {
    throw new Error("file.type_not_allowed", { cause: error });
  });
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, JPEG_QUALITY));
    if (!blob) throw new Error("file.type_not_allowed");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    bitmap.close();
  }
}

/** All pieces or none. @param {string} id @param {Uint8Array} bytes @returns {Promise<number>} how many */
async function keep(id, bytes) {
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const names = Array.from({ length: count }, (_, at) => `piece/${id}/${String(at).padStart(4, "0")}`);
  try {
    for (const [at, name] of names.entries()) {
      const piece = bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES);
      await vaultPut(name, { b64: toBase64url(piece) });
    }
  } catch (error) {
    await Promise.all(names.map(vaultRemove));
    throw error;
  }
  return count;
}
