/** Vibration and sound that differ by verdict, for eyes that are on the person and not on the screen. */

/** Milliseconds on and off; [hertz, milliseconds] one after another. */
const SIGNALS = {
  valid: { buzz: [60], notes: [[660, 90], [990, 160]] },
  outline: { buzz: [60, 80, 60], notes: [[660, 140]] },
  unknown: { buzz: [150, 100, 150], notes: [[440, 120], [440, 120]] },
  amber: { buzz: [300, 120, 300], notes: [[370, 160], [330, 260]] },
  red: { buzz: [500, 100, 500], notes: [[220, 200], [180, 200], [150, 400]] },
};

/** @type {AudioContext|null} */
let audio = null;

/** Browsers let a page sound only after a tap: call this while one is fresh. */
export function allowSound() {
  audio ??= "AudioContext" in window ? new AudioContext() : null;
  audio?.resume();
}

/** @param {keyof typeof SIGNALS} tone */
export function signal(tone) {
  const { buzz, notes } = SIGNALS[tone];
  navigator.vibrate?.(buzz);
  if (audio?.state !== "running") return;
  let at = audio.currentTime;
  for (const [hertz, ms] of notes) {
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    const end = at + ms / 1000;
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0.18, at);
    gain.gain.exponentialRampToValueAtTime(0.001, end);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(end);
    at = end;
  }
}
