/** Locks that hold across the tabs and workers of this site. */

/**
 * @param {string} name
 * @returns {Promise<() => void>} once the lock is held; call it to release
 */
export function acquire(name) {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`congdan.${name}`, () => new Promise((release) => resolve(() => release(undefined))))
      .catch(reject);
  });
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withLock(name, work) {
  return navigator.locks.request(`congdan.${name}`, work);
}
