/**
 * What looks for codes: the camera's picture in a layer, with its light, its neighbours and photos. It knows no
 * licences; whoever opens it is told of codes and says what to do next.
 */
import { CameraError, cameraPermission, cameras, openCamera } from "./camera.js";
import { loadReader, readCodes } from "./code_reader.js";
import { t } from "./i18n.js";
import { codesInPhoto, PhotoError } from "./photo.js";
import { publicGet, publicMerge } from "./public_store.js";
import { note, viewfinderView } from "./viewfinder_view.js";

const BETWEEN_FRAMES_MS = 40;
/** Two readings nearer than this part of the picture's width are one place: a code that changed in between. */
const SAME_SPOT = 0.1;

/** @typedef {import("./code_reader.js").ReadCode} ReadCode */
/** @typedef {{width: number, height: number}} Size */

export class Viewfinder {
  /**
   * @param {object} options
   * @param {import("./layer.js").Layer} options.layer
   * @param {boolean} options.takesPhotos whether a picture file is as good as the camera
   * @param {(text: string) => boolean} options.isWanted codes that are not wanted are not told
   * @param {(codes: ReadCode[], picture: Size|null, seenAt: number) => void} options.onCodes told once, then it rests
   *   until `resume`; seenAt is when the frame was taken, of performance.now()
   * @param {() => Node[]} options.hint what to do, over the running picture
   */
  constructor({ layer, takesPhotos, isWanted, onCodes, hint }) {
    Object.assign(this, { layer, takesPhotos, isWanted, onCodes, hint });
    this.camera = null;
    this.isResting = false;
    this.isLit = false;
    this.starts = 0;
    this.ended = new AbortController();
    this.view = viewfinderView({
      close: () => layer.close(),
      photo: takesPhotos && ((file) => this.readPhoto(file)),
      torch: () => this.setTorch(!this.isLit),
      choose: (id) => this.choose(id),
    });
    layer.root.append(...this.view.nodes);
    this.listen();
  }

  listen() {
    const { signal } = this.ended;
    // Hidden, the camera rests: its lamp would burn in a pocket, and phones take it away anyway.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.release() : this.resumeQuietly()), { signal });
    navigator.mediaDevices?.addEventListener("devicechange", () => this.onDevices(), { signal });
    cameraPermission().then((permission) => {
      permission?.addEventListener("change", () => permission.state === "granted" && this.resumeQuietly(), { signal });
    });
  }

  /** After an event that nobody tapped for: only where a camera is wanted and there is none. */
  resumeQuietly() {
    if (!this.isResting && !this.camera && !document.hidden) this.start();
  }

  async onDevices() {
    await this.showCameras();
    if ((await cameras()).length) this.resumeQuietly();
  }

  /** Opens the camera and looks until a code is in sight. */
  async start() {
    this.release();
    this.isResting = false;
    this.starts += 1;
    const turn = this.starts;
    this.view.aim.replaceChildren(t("scanner.starting"));
    try {
      const wanted = (await publicGet("settings"))?.camera;
      const [camera] = await Promise.all([openCamera(wanted, () => this.fail(new CameraError("scanner.unplugged"))), loadReader()]);
      if (turn !== this.starts || this.ended.signal.aborted || document.hidden) return camera.stop();
      this.camera = camera;
      this.view.video.srcObject = camera.stream;
      await this.view.video.play();
      this.view.torch.hidden = !camera.hasTorch;
      await this.showCameras();
      if (!this.isResting) this.resume();
    } catch (error) {
      // A picture that was replaced while it started is no failure.
      if (turn === this.starts && error.name !== "AbortError") this.fail(error);
    }
    return undefined;
  }

  async showCameras() {
    const found = await cameras();
    this.view.showCameras(found, this.camera?.deviceId);
  }

  /** Goes on looking, with a new camera if the old one is gone. */
  async resume() {
    this.isResting = false;
    if (!this.camera) return this.start();
    this.view.aim.replaceChildren(...this.hint());
    try {
      await this.view.video.play();
      await this.look(this.camera);
    } catch (error) {
      if (error.name !== "AbortError") this.fail(error); // Play is aborted by a rest that comes at once.
    }
    return undefined;
  }

  /** Stands still, the last picture on the screen. */
  rest() {
    this.isResting = true;
    this.view.video.pause();
  }

  /** Gives the camera back. */
  release() {
    this.starts += 1;
    this.camera?.stop();
    this.camera = null;
    this.isLit = false;
    this.view.showTorch(false);
    this.view.torch.hidden = true;
  }

  stop() {
    this.ended.abort();
    this.rest();
    this.release();
  }

  /** @param {Error} error */
  fail(error) {
    if (this.ended.signal.aborted) return;
    this.release();
    const isCamera = error instanceof CameraError;
    if (!isCamera) console.error(error);
    this.tell(isCamera ? error.message : "scanner.decoder", isCamera);
  }

  /** @param {string} key of a sentence @param {boolean} [offersPhoto] */
  tell(key, offersPhoto = false) {
    const photo = offersPhoto && this.takesPhotos ? ` ${t("scanner.or_photo")}` : "";
    this.view.aim.replaceChildren(note(t(key) + photo, () => this.start()));
  }

  /** Something about a code that is not wanted, said once under the picture. @param {string} words @returns {false} */
  murmur(words) {
    const line = this.view.aim.querySelector("small");
    if (line && line.textContent !== words) line.textContent = words;
    return false;
  }

  /** @param {import("./camera.js").Camera} camera until this one is gone or somebody rests */
  async look(camera) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    let seen = [];
    while (this.camera === camera && !this.isResting) {
      const { videoWidth: width, videoHeight: height } = this.view.video;
      if (width) {
        const seenAt = performance.now();
        [canvas.width, canvas.height] = [width, height];
        context.drawImage(this.view.video, 0, 0, width, height);
        const codes = (await readCodes(context.getImageData(0, 0, width, height))).filter(({ text }) => this.isWanted(text));
        if (this.camera !== camera || this.isResting) return;
        // A second look: of two codes side by side, one frame often shows only one.
        if (seen.length) return this.found(bothOf(seen[0].codes, codes, width * SAME_SPOT), { width, height }, seen[0].seenAt);
        if (codes.length) seen = [{ codes, seenAt }];
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES_MS));
    }
  }

  /** @param {ReadCode[]} codes @param {Size|null} picture @param {number} seenAt */
  found(codes, picture, seenAt) {
    this.rest();
    this.onCodes(codes, picture, seenAt);
  }

  /** @param {File} file */
  async readPhoto(file) {
    this.rest();
    this.view.aim.replaceChildren(t("photo.reading"));
    try {
      this.found(await codesInPhoto(file), null, performance.now());
    } catch (error) {
      if (error instanceof PhotoError) this.tell(error.message);
      else this.fail(error);
    }
  }

  /** @param {boolean} on */
  async setTorch(on) {
    try {
      await this.camera.setTorch(on);
      this.isLit = on;
      this.view.showTorch(on, t(on ? "scanner.torch_is_on" : "scanner.torch_is_off"));
    } catch (error) {
      console.warn(error);
      this.view.showTorch(this.isLit, t("scanner.torch_failed"));
    }
  }

  /** @param {string} camera its id, remembered for the next time */
  async choose(camera) {
    await publicMerge("settings", { camera }).catch((error) => console.warn(error)); // A full phone forgets it.
    await this.start();
  }
}

/**
 * @param {ReadCode[]} first
 * @param {ReadCode[]} second of the next frame
 * @param {number} near pixels
 * @returns {ReadCode[]} what both saw; where one place showed two codes, the later one
 */
function bothOf(first, second, near) {
  const isGone = ({ text, centre }) =>
    !second.some((other) => other.text === text || Math.hypot(other.centre.x - centre.x, other.centre.y - centre.y) < near);
  return [...second, ...first.filter(isGone)];
}
