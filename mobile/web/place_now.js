/** Where this phone is, if its owner allows it. A scan does not wait for it. */

const OPTIONS = Object.freeze({ enableHighAccuracy: true, maximumAge: 60_000, timeout: 20_000 });

/** @returns {Promise<{lat: number, lon: number, accuracy_m: number}|null>} null when it is not allowed or not known */
export function currentPlace() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy) }),
      () => resolve(null),
      OPTIONS,
    );
  });
}
