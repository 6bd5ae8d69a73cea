/** The camera: opening it, its light, its neighbours. Failures become codes that the scanner has sentences for. */

const FAILURES = {
  NotAllowedError: "scanner.denied",
  SecurityError: "scanner.denied",
  NotFoundError: "scanner.missing",
  OverconstrainedError: "scanner.missing",
  NotReadableError: "scanner.busy",
  AbortError: "scanner.busy",
};

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
 * @param {string} [deviceId] of the wanted camera; without, the one at the back
 * @returns {Promise<Camera>}
 * @throws {CameraError}
 */
export async function openCamera(deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("scanner.missing");
  const choice = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { ...choice, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    throw new CameraError(FAILURES[error.name] ?? "scanner.failed", { cause: error });
  }
  const [track] = stream.getVideoTracks();
  return {
    stream,
    deviceId: track.getSettings().deviceId,
    hasTorch: track.getCapabilities?.().torch === true,
    setTorch: (on) => track.applyConstraints({ advanced: [{ torch: on }] }),
    stop: () => stream.getTracks().forEach((each) => each.stop()),
  };
}

/** @returns {Promise<string[]>} ids of the cameras; names are only known after permission */
export async function cameraIds() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput").map((device) => device.deviceId);
}
