/** QR codes out of pictures, read by a worker of its own, so that neither the camera's picture nor a finger ever waits. */

/**
 * @typedef {object} ReadCode
 * @property {string} text
 * @property {{x: number, y: number}} centre in pixels of the picture
 */

/** @type {Worker|null} */
let worker = null;
let last = 0;
/** @type {Map<number, {resolve: (codes: ReadCode[]) => void, reject: (error: Error) => void}>} */
const waiting = new Map();

function startWorker() {
  worker = new Worker("/code_worker.js");
  worker.addEventListener("message", ({ data: { id, codes, error } }) => {
    if (error) return endWorker(error);
    waiting.get(id).resolve(codes);
    waiting.delete(id);
    return undefined;
  });
  worker.addEventListener("error", ({ message }) => endWorker(message));
}

/** A decoder that did not load stays so: the next call starts a new worker. @param {string} why */
function endWorker(why) {
  worker?.terminate();
  worker = null;
  for (const { reject } of waiting.values()) reject(new Error(why));
  waiting.clear();
}

/** @param {ImageData|null} picture @returns {Promise<ReadCode[]>} */
function call(picture) {
  if (!worker) startWorker();
  return new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ id: last, picture }, picture ? [picture.data.buffer] : []);
  });
}

/** Loads the decoder's wasm; from the service worker's store when there is no network. @returns {Promise<*>} */
export function loadReader() {
  return call(null);
}

/**
 * @param {ImageData} picture given away: its pixels are gone afterwards
 * @returns {Promise<ReadCode[]>} each text once
 */
export function readCodes(picture) {
  return call(picture);
}
