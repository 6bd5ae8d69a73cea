/** QR codes on screens: level L (large modules beat redundancy on a lit screen), quiet zone 4, black on white always. */
import { encode } from "./vendor/uqr.js";

const QUIET_ZONE = 4;
/** More than version 15 is not minted (docs/credential.md, QR budget). */
export const MAX_VERSION = 15;

/**
 * @param {string} text alphanumeric QR letters are packed by elevens of bits (ISO/IEC 18004 7.4.4)
 * @returns {{version: number, size: number, data: boolean[][]}} without quiet zone
 */
export function qrMatrix(text) {
  return encode(text, { ecc: "L", boostEcc: false, border: 0 });
}

/**
 * One path of horizontal runs: a tenth of the size of one rectangle a module, and drawn without hairlines.
 *
 * @param {boolean[][]} data
 * @returns {string}
 */
function runs(data) {
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      const width = x - start + 1;
      path += `M${start + QUIET_ZONE} ${y + QUIET_ZONE}h${width}v1h-${width}z`;
    }
  });
  return path;
}

/**
 * @param {string} text
 * @returns {string} an SVG image with its quiet zone
 */
export function qrSvg(text) {
  const { size, data } = qrMatrix(text);
  const side = size + 2 * QUIET_ZONE;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path fill="#000" d="${runs(data)}"/></svg>`
  );
}

/**
 * @param {string} text
 * @param {number} px wanted side; the image is the largest whole multiple of the modules that fits, at least 1 px each
 * @returns {Promise<Uint8Array>} PNG
 */
export async function qrPng(text, px) {
  const { size, data } = qrMatrix(text);
  const side = size + 2 * QUIET_ZONE;
  const scale = Math.max(1, Math.floor(px / side));
  const canvas = new OffscreenCanvas(side * scale, side * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  data.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (dark) context.fillRect((x + QUIET_ZONE) * scale, (y + QUIET_ZONE) * scale, scale, scale);
    }),
  );
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}
