/** Waiting after wrong PINs: it grows, it cannot be shortened by turning the clock back, and never exceeds an hour. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, DELAYS_S, FREE_TRIES, isLocked, noTries, settled } from "../../mobile/web/pin_tries.js";

const T0 = Date.UTC(2026, 10, 21, 2, 30);

/** Repeatable noise (Lehmer), so that a failure can be found again. */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
}

test("the first tries are free, then the wait grows to an hour and stays there", () => {
  let tries = noTries(T0);
  let now = T0;
  const waits = [];
  for (let i = 0; i < FREE_TRIES + DELAYS_S.length + 2; i += 1) {
    tries = counted(settled(tries, now), now);
    waits.push(tries.lockedForS);
    assert.equal(tries.lockedUntilMs, tries.lockedForS ? now + tries.lockedForS * 1000 : 0);
    now = Math.max(now, tries.lockedUntilMs);
    assert.equal(isLocked(tries, now), false);
  }
  assert.deepEqual(waits, [0, 0, 0, 0, ...DELAYS_S, 3600, 3600]);
});

test("a clock that the network sets right by seconds changes nothing", () => {
  const tries = counted(noTries(T0), T0);
  assert.equal(settled(tries, T0 - 4_000), tries);
  assert.equal(settled(tries, T0 + 400_000_000), tries);
});

test("a clock that was years ahead does not keep the owner out for years", () => {
  let tries = noTries(T0);
  const ahead = T0 + 4 * 365 * 86_400_000;
  for (let i = 0; i < 7; i += 1) tries = counted({ ...tries, lockedUntilMs: 0 }, ahead);
  const now = settled(tries, T0);
  assert.equal(now.clockMoved, true);
  assert.equal(now.lockedUntilMs, T0 + tries.lockedForS * 1000);
});

test("whatever a thief does to the clock but turn it on, tries take as long as they should", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    let tries = noTries(T0);
    let [offset, elapsed, failures] = [0, 0, 0];
    for (let step = 0; step < 400; step += 1) {
      elapsed += roll(40) * 1000;
      if (roll(4) === 0) offset -= roll(7_200) * 1000;
      const now = T0 + elapsed + offset;
      tries = settled(tries, now);
      if (isLocked(tries, now)) continue;
      tries = counted(tries, now);
      failures += 1;
    }
    let least = 0;
    for (let n = FREE_TRIES + 1; n < failures; n += 1) least += DELAYS_S[Math.min(n - FREE_TRIES, DELAYS_S.length) - 1];
    // Five seconds of each wait can be had by small steps back.
    assert.ok(elapsed / 1000 >= least - 5 * failures, `seed ${seed}: ${failures} tries in ${elapsed / 1000} s`);
  }
});
