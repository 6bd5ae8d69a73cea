/**
 * How many wrong PINs there were and how long to wait for the next try. Pure: the vault keeps what these return.
 *
 * A phone has no clock that its holder cannot turn. Turned back, the wait begins anew; turned on, it ends early. What is
 * kept is the latest time that was ever seen, so that turning it back afterwards is noticed and told
 * (docs/security.md says what this cannot prevent).
 */

export const FREE_TRIES = 4;
export const DELAYS_S = [30, 60, 300, 900, 3600];
/** Clocks are set right by the network, a second or two at a time. */
const SLACK_MS = 5_000;

/**
 * @typedef {object} Tries
 * @property {number} failures since the vault was opened last
 * @property {number} lockedUntilMs 0 when there is nothing to wait for
 * @property {number} lockedForS how long that wait is in all
 * @property {number} seenMs the latest time of a try
 * @property {boolean} clockMoved whether the clock was turned back since the vault was opened last
 */

/** @param {number} nowMs @returns {Tries} */
export function noTries(nowMs) {
  return { failures: 0, lockedUntilMs: 0, lockedForS: 0, seenMs: nowMs, clockMoved: false };
}

/**
 * The same with the clock of now: once it was turned back, the whole wait lies ahead again.
 *
 * @template {Tries} T
 * @param {T} tries
 * @param {number} nowMs
 * @returns {T} itself when nothing has changed
 */
export function settled(tries, nowMs) {
  if (nowMs >= tries.seenMs - SLACK_MS) return tries;
  const lockedUntilMs = tries.lockedUntilMs ? nowMs + tries.lockedForS * 1000 : 0;
  return { ...tries, seenMs: nowMs, lockedUntilMs, clockMoved: true };
}

/** @param {Tries} tries settled @param {number} nowMs */
export function isLocked(tries, nowMs) {
  return tries.lockedUntilMs > nowMs;
}

/**
 * With one more try, as if it had failed: written down before it is made.
 *
 * @template {Tries} T
 * @param {T} tries settled, not locked
 * @param {number} nowMs
 * @returns {T}
 */
export function counted(tries, nowMs) {
  const failures = tries.failures + 1;
  const lockedForS = failures > FREE_TRIES ? DELAYS_S[Math.min(failures - FREE_TRIES, DELAYS_S.length) - 1] : 0;
  const lockedUntilMs = lockedForS ? nowMs + lockedForS * 1000 : 0;
  return { ...tries, failures, lockedForS, lockedUntilMs, seenMs: Math.max(tries.seenMs, nowMs) };
}
