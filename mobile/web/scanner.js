/**
 * The scanner layer: camera → code → verdict → record in the vault's queue, all of it in this page and without network.
 * Python is told when the record is safe.
 */
import { codeOf } from "./bridge.js";
import { allowSound, signal } from "./feedback.js";
import { hasWords, t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { currentPlace } from "./place_now.js";
import { Question, showQuestion } from "./question.js";
import { enqueue, queueCount, scanEntry } from "./queue.js";
import { trustHeld, trustState } from "./trust_store.js";
import { decode } from "./verify/decode.js";
import { nonceOf } from "./verify/question.js";
import { verifyText } from "./verify/verify.js";
import { openVerdict } from "./verdict_view.js";
import { lookOf, typeWords } from "./verdict_words.js";
import { Viewfinder } from "./viewfinder.js";
import { aimHint, choiceSheet, dataChips, textButton } from "./viewfinder_view.js";
import { setWakeLock } from "./wake_lock.js";

/** After "scan next" the code that was just judged may still lie before the lens. */
const SAME_CODE_PAUSE_MS = 4000;
/** New lists arrive and records go up while the camera is open. */
const CHIPS_EVERY_MS = 5000;

/**
 * @param {object} options
 * @param {string|null} options.purpose goes into the record
 * @param {(name: string, data: object) => void} options.emit `scan`, `scan.record`, `scanner.closed`
 * @returns {{close: () => Promise<void>, isOpen: () => boolean}} closed from here, nobody is asked
 */
export function openScanner(options) {
  const scanner = new Scanner(options);
  scanner.finder.start();
  return { close: () => scanner.layer.close(true), isOpen: () => scanner.layer.root.isConnected };
}

class Scanner {
  /** @param {{purpose: string|null, emit: (name: string, data: object) => void}} options */
  constructor({ purpose, emit }) {
    this.purpose = purpose;
    this.emit = emit;
    this.place = null;
    /** @type {Question|null} */
    this.question = null;
    this.last = { text: null, untilMs: 0 };
    this.layer = openLayer({ label: t("scanner.label"), className: "scanner-layer", onClose: () => this.stop() });
    this.finder = new Viewfinder({
      layer: this.layer,
      takesPhotos: true,
      isWanted: (text) => this.isWanted(text),
      onCodes: (codes, picture, seenAt) => this.found(codes, picture, seenAt),
      hint: () => (this.question ? aimHint(t("scanner.aim_answer"), t("scanner.answer_where")) : aimHint(t("scanner.aim"), t("scanner.sources"))),
    });
    this.ordinary = [...this.finder.view.bottom.children, textButton(t("question.ask"), () => this.ask())];
    this.showButtons();
    this.showChips();
    this.chips = setInterval(() => document.hidden || this.showChips(), CHIPS_EVERY_MS);
    allowSound();
    setWakeLock("scanner", true);
    currentPlace().then((place) => {
      this.place = place;
    });
  }

  stop() {
    clearInterval(this.chips);
    this.finder.stop();
    setWakeLock("scanner", false);
    this.emit("scanner.closed", {});
  }

  async showChips() {
    const [state, count] = await Promise.all([trustState(), queueCount().catch(() => null)]);
    this.finder.view.chips.replaceChildren(...dataChips({ asOfS: state.as_of_s, nowS: Date.now() / 1000, count }));
  }

  /** While an answer is waited for: the way back to the question, and the way out of it. */
  showButtons() {
    const asked = () => [
      textButton(t("question.show"), () => this.show()),
      textButton(t("question.drop"), () => this.drop()),
    ];
    this.finder.view.bottom.replaceChildren(...(this.question ? asked() : this.ordinary));
    // The button that was pressed may be gone: who reads the screen aloud goes on from here.
    if (document.activeElement === document.body) this.layer.root.focus({ preventScroll: true });
  }

  /** @param {string} text what a camera saw; a photo's codes are all judged */
  isWanted(text) {
    if (this.question?.isOver()) {
      this.drop();
      return this.finder.murmur(t("question.over"));
    }
    if (nonceOf(text)) return this.finder.murmur(t("scanner.is_question"));
    if (this.question && !decode(text).presentation?.nonce) return this.finder.murmur(t("scanner.no_answer"));
    return text !== this.last.text || performance.now() >= this.last.untilMs;
  }

  /** Asks anew: an earlier question is answered by nobody any more. */
  ask() {
    this.question = new Question();
    this.show();
  }

  show() {
    this.finder.rest();
    this.finder.release(); // Its light would shine at the phone that is to scan this one.
    showQuestion(this.question, { scan: () => this.look(), again: () => this.ask(), drop: () => this.drop(true) });
  }

  /** @param {boolean} [looks] whether the camera is to be opened again */
  drop(looks = false) {
    this.question = null;
    if (looks) this.look();
    else this.showButtons();
  }

  /** Back to the camera. */
  look() {
    if (!this.layer.root.isConnected) return;
    this.showButtons();
    this.showChips();
    this.finder.resume();
  }

  /**
   * @param {import("./code_reader.js").ReadCode[]} all
   * @param {{width: number, height: number}|null} picture
   * @param {number} seenAt
   */
  async found(all, picture, seenAt) {
    const codes = all.filter(({ text }) => !nonceOf(text));
    if (!codes.length) return this.finder.tell("scanner.is_question");
    if (codes.length === 1) return this.judge(codes[0].text, seenAt);
    this.finder.view.aim.replaceChildren();
    const choices = codes.map(({ text, centre }) => ({ ...nameOf(text), spot: picture && this.spotOf(centre, picture) }));
    const sheet = choiceSheet(choices, (index) => {
      sheet.forEach((node) => node.remove());
      if (index === null) this.look();
      else this.judge(codes[index].text, performance.now());
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
    const { clientWidth, clientHeight } = this.finder.view.view;
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
    if (!held) return this.finder.tell("scanner.no_trust");
    const nonce = this.nonceFor(text);
    const verdict = await verifyText(text, { ...held, nonce });
    const entry = scanEntry({ text, verdict, nowS: held.nowS, nonce, purpose: this.purpose, place: this.place });
    const unsaved = await this.save(entry);
    signal(lookOf(verdict.outcome).tone);
    openVerdict(
      { verdict, nowS: held.nowS, isAnswer: nonce !== null, place: this.place, unsaved },
      { record: () => this.record(entry), next: () => this.next(text), save: () => this.save(entry), ask: () => this.ask() },
    );
    requestAnimationFrame(() => performance.measure("verdict", { start: seenAt }));
    return undefined;
  }

  /** One question, one answer: whatever it says, it is not asked again. @param {string} text @returns {Uint8Array|null} */
  nonceFor(text) {
    const { question } = this;
    this.question = null;
    return question && !question.isOver() ? question.nonce : null;
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
  next(text) {
    this.last = { text, untilMs: performance.now() + SAME_CODE_PAUSE_MS };
    this.look();
  }
}

/** @param {string} text @returns {{label: string, detail: string}} what a code calls itself, not yet checked */
function nameOf(text) {
  const { claims } = decode(text);
  if (!claims) return { label: t("scanner.other_code"), detail: text.slice(0, 60) };
  return { label: typeWords(claims), detail: `${claims.holder} · ${claims.number}` };
}
