/** The camera: opening it, its light, its neighbours. Failures become codes that the scanner has sentences for. */

const FAILURES = {
  NotAllowedError: "scanner.denied",
  SecurityError: "scanner.denied",
  NotFoundError: "scanner.missing",
  OverconstrainedError: "scanner.missing",
  NotReadableError: "scanner.busy",
  AbortError: "scanner.busy",
};

/** Why there was no camera the last time. @type {string|null} */
let lastFailure = null;

/** The camera did not open. The message is a key of the catalogue. */
export class CameraError extends Error {}

/**
 * @typedef {object} Camera
 * @property {MediaStream} stream
 * @property {string|undefined} deviceId
 * @property {boolean} hasTorch
 * @property {(on: boolean) => Promise<void>} setTorch
 * @property {() => void} stop
 */

/**
 * @param {string|undefined} deviceId of the wanted camera; without, or when it is not there any more, the one at the back
 * @param {() => void} onEnded the camera went away: unplugged, or taken by the system
 * @returns {Promise<Camera>}
 * @throws {CameraError}
 */
export async function openCamera(deviceId, onEnded) {
  try {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    const stream = await openStream(deviceId);
    lastFailure = null;
    return asCamera(stream, onEnded);
  } catch (error) {
    lastFailure = FAILURES[error.name] ?? "scanner.failed";
    throw new CameraError(lastFailure, { cause: error });
  }
}

/** @param {string|undefined} deviceId */
async function openStream(deviceId) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const open = (choice) => navigator.mediaDevices.getUserMedia({ audio: false, video: { ...choice, ...size } });
  const atTheBack = { facingMode: { ideal: "environment" } };
  if (!deviceId) return open(atTheBack);
  try {
    return await open({ deviceId: { exact: deviceId } });
  } catch (error) {
    if (FAILURES[error.name] !== "scanner.missing") throw error;
    return open(atTheBack);
  }
}

/** @param {MediaStream} stream @param {() => void} onEnded @returns {Camera} */
function asCamera(stream, onEnded) {
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", onEnded); // Not told when this page itself stops the track.
  return {
    stream,
    deviceId: track.getSettings().deviceId,
    hasTorch: track.getCapabilities?.().torch === true,
    setTorch: (on) => track.applyConstraints({ advanced: [{ torch: on }] }),
    stop: () => track.stop(),
  };
}

/** @returns {Promise<Array<{id: string, name: string}>>} names are empty before the user has allowed a camera */
export async function cameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** @returns {Promise<PermissionStatus|null>} null where the browser does not tell */
export async function cameraPermission() {
  try {
    return await navigator.permissions.query({ name: "camera" });
  } catch {
    return null;
  }
}

/**
 * Whether the camera may be opened without being asked for: one that was refused or is not there says so once, and
 * then only to who asks for it.
 */
export async function mayOpenByItself() {
  if (lastFailure === "scanner.denied") return (await cameraPermission())?.state === "granted";
  if (lastFailure === "scanner.missing") return (await cameras()).length > 0;
  return true;
}
