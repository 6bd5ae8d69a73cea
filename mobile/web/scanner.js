/**
 * The scanner layer: camera → code → verdict → record in the vault's queue, all of it in this page and without network.
 * Python is told when the record is safe.
 */
import { cameraIds, CameraError, openCamera } from "./camera.js";
import { loadReader, readCodes } from "./code_reader.js";
import { codeOf } from "./bridge.js";
import { allowSound, signal } from "./feedback.js";
import { hasWords, t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { currentPlace } from "./place_now.js";
import { enqueue, queueCount, scanEntry } from "./queue.js";
import { aimHint, choiceSheet, dataChips, note, scannerView } from "./scanner_view.js";
import { trustHeld, trustState } from "./trust_store.js";
import { decode } from "./verify/decode.js";
import { verifyText } from "./verify/verify.js";
import { openVerdict } from "./verdict_view.js";
import { lookOf, typeWords } from "./verdict_words.js";
import { setWakeLock } from "./wake_lock.js";

const BETWEEN_FRAMES_MS = 40;
/** After "scan next" the code that was just judged may still lie before the lens. */
const SAME_CODE_PAUSE_MS = 4000;

/**
 * @param {object} options
 * @param {string|null} options.purpose goes into the record
 * @param {(name: string, data: object) => void} options.emit `scan`, `scan.record`, `scanner.closed`
 * @returns {{close: () => Promise<void>}}
 */
export function openScanner(options) {
  const scanner = new Scanner(options);
  scanner.start();
  return { close: () => scanner.close() };
}

class Scanner {
  /** @param {{purpose: string|null, emit: (name: string, data: object) => void}} options */
  constructor({ purpose, emit }) {
    this.purpose = purpose;
    this.emit = emit;
    this.camera = null;
    this.place = null;
    this.isLooking = false;
    this.isLit = false;
    this.isClosing = false;
    this.verdict = null;
    this.last = { text: null, untilMs: 0 };
    this.layer = openLayer({ label: t("scanner.label"), className: "scanner-layer", onClose: () => this.stop() });
    this.view = scannerView({
      close: () => this.layer.close(),
      retry: () => this.start(),
      photo: (file) => this.readPhoto(file),
      torch: () => this.toggleTorch(),
      nextCamera: () => this.nextCamera(),
    });
    this.layer.root.append(...this.view.nodes);
    allowSound();
    setWakeLock("scanner", true);
    currentPlace().then((place) => {
      this.place = place;
    });
  }

  /** @param {string} [deviceId] */
  async start(deviceId) {
    this.showChips();
    this.view.aim.replaceChildren(t("scanner.starting"));
    this.camera?.stop();
    try {
      const [camera] = await Promise.all([openCamera(deviceId), loadReader()]);
      this.camera = camera;
      if (!this.layer.root.isConnected) return this.stop();
      this.view.video.srcObject = camera.stream;
      await this.view.video.play();
      await this.showControls();
      this.look();
    } catch (error) {
      this.fail(error);
    }
    return undefined;
  }

  /** @param {Error} error */
  fail(error) {
    if (!this.layer.root.isConnected) return;
    const key = error instanceof CameraError ? error.message : "scanner.decoder";
    if (!(error instanceof CameraError)) console.error(error);
    this.view.aim.replaceChildren(note(t(key), () => this.start()));
  }

  async showControls() {
    this.view.torch.hidden = !this.camera.hasTorch;
    this.view.turn.hidden = (await cameraIds()).length < 2;
    this.view.aim.replaceChildren(...aimHint());
  }

  async showChips() {
    const [state, count] = await Promise.all([trustState(), queueCount().catch(() => null)]);
    this.view.chips.replaceChildren(...dataChips({ asOfS: state.as_of_s, nowS: Date.now() / 1000, count }));
  }

  /** Looks at the picture until it shows a code. */
  async look() {
    if (this.isLooking) return;
    this.isLooking = true;
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (this.isLooking && this.layer.root.isConnected) {
      const { videoWidth: width, videoHeight: height } = this.view.video;
      if (width && !document.hidden) {
        const seenAt = performance.now();
        [canvas.width, canvas.height] = [width, height];
        context.drawImage(this.view.video, 0, 0, width, height);
        const codes = (await readCodes(context.getImageData(0, 0, width, height))).filter((code) => !this.isRepeated(code));
        if (codes.length && this.isLooking) {
          this.isLooking = false;
          this.found(codes, { width, height }, seenAt);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES_MS));
    }
  }

  /** @param {import("./code_reader.js").ReadCode} code */
  isRepeated({ text }) {
    return text === this.last.text && performance.now() < this.last.untilMs;
  }

  /** @param {File} file */
  async readPhoto(file) {
    this.isLooking = false;
    try {
      await loadReader();
      const codes = await readCodes(file);
      if (codes.length) await this.found(codes, null, performance.now());
      else this.view.aim.replaceChildren(note(t("scanner.no_code"), () => this.start(this.camera?.deviceId)));
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * @param {import("./code_reader.js").ReadCode[]} codes
   * @param {{width: number, height: number}|null} picture
   * @param {number} seenAt
   */
  async found(codes, picture, seenAt) {
    if (codes.length === 1) return this.judge(codes[0].text, seenAt);
    this.view.video.pause();
    this.view.aim.replaceChildren();
    const choices = codes.map(({ text, centre }) => ({ ...nameOf(text), spot: picture && this.spotOf(centre, picture) }));
    const sheet = choiceSheet(choices, (index) => {
      sheet.forEach((node) => node.remove());
      this.judge(codes[index].text, performance.now());
    });
    this.layer.root.append(...sheet);
    sheet.at(-1).querySelector("button").focus();
    return undefined;
  }

  /**
   * Where a point of the picture lies on the screen, the picture being cut to fill it.
   *
   * @param {{x: number, y: number}} centre
   * @param {{width: number, height: number}} picture
   */
  spotOf(centre, { width, height }) {
    const { clientWidth, clientHeight } = this.view.view;
    const scale = Math.max(clientWidth / width, clientHeight / height);
    const left = (centre.x - width / 2) * scale + clientWidth / 2;
    const top = (centre.y - height / 2) * scale + clientHeight / 2;
    return { left: (left / clientWidth) * 100, top: (top / clientHeight) * 100 };
  }

  /**
   * @param {string} text
   * @param {number} seenAt when the frame was taken, of performance.now()
   */
  async judge(text, seenAt) {
    const held = await trustHeld();
    if (!held) {
      this.view.aim.replaceChildren(note(t("scanner.no_trust"), () => this.start(this.camera?.deviceId)));
      return;
    }
    const verdict = await verifyText(text, held);
    const entry = scanEntry({ text, verdict, nowS: held.nowS, purpose: this.purpose, place: this.place });
    this.view.video.pause();
    const unsaved = await this.save(entry);
    signal(lookOf(verdict.outcome).tone);
    this.verdict = openVerdict(
      { verdict, nowS: held.nowS, place: this.place, unsaved },
      { record: () => this.record(entry), next: () => this.next(text), save: () => this.save(entry) },
    );
    requestAnimationFrame(() => performance.measure("verdict", { start: seenAt }));
  }

  /**
   * Python hears of a scan only once it is in the vault. The entry has its id, so that saving it again makes no second one.
   *
   * @param {object} entry
   * @returns {Promise<string|null>} why it could not be saved, and what to do
   */
  async save(entry) {
    try {
      await enqueue(entry);
    } catch (error) {
      const cause = `cause.${codeOf(error)}`;
      return t("scanner.not_saved", { cause: t(hasWords(cause) ? cause : "cause.other") });
    }
    this.emit("scan", entry);
    return null;
  }

  /** @param {object} entry */
  async record(entry) {
    await this.layer.close();
    this.emit("scan.record", entry);
  }

  /** @param {string} text the code that was judged */
  async next(text) {
    this.verdict = null;
    this.last = { text, untilMs: performance.now() + SAME_CODE_PAUSE_MS };
    if (this.isClosing || !this.layer.root.isConnected) return;
    this.showChips();
    if (!this.camera) {
      await this.start();
      return;
    }
    this.view.aim.replaceChildren(...aimHint());
    await this.view.video.play();
    this.look();
  }

  async toggleTorch() {
    this.isLit = !this.isLit;
    await this.camera.setTorch(this.isLit);
    this.view.torch.setAttribute("aria-label", t(this.isLit ? "scanner.torch_off" : "scanner.torch_on"));
  }

  async nextCamera() {
    const ids = await cameraIds();
    await this.start(ids[(ids.indexOf(this.camera?.deviceId) + 1) % ids.length]);
  }

  async close() {
    this.isClosing = true; // Closing the verdict alone would go on looking.
    await this.verdict?.close();
    await this.layer.close();
  }

  stop() {
    this.isLooking = false;
    this.camera?.stop();
    setWakeLock("scanner", false);
    this.emit("scanner.closed", {});
  }
}

/** @param {string} text @returns {{label: string, detail: string}} what a code calls itself, not yet checked */
function nameOf(text) {
  const { claims } = decode(text);
  if (!claims) return { label: t("scanner.other_code"), detail: text.slice(0, 60) };
  return { label: typeWords(claims), detail: `${claims.holder} · ${claims.number}` };
}
