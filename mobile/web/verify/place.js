/** Geohashes and distances, as in shared_models/place.py. */

const BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz";
const EARTH_RADIUS_M = 6_371_000;

/**
 * The middle of a geohash's cell and how far its corner is from there.
 *
 * @param {string} text
 * @returns {{lat: number, lon: number, reachM: number}|null} null for a letter outside the alphabet
 */
export function geohashCentre(text) {
  const spans = [
    [-180, 180],
    [-90, 90],
  ];
  let axis = 0;
  for (const letter of text) {
    const value = BASE32.indexOf(letter);
    if (value < 0) return null;
    for (const bit of [16, 8, 4, 2, 1]) {
      const span = spans[axis];
      span[value & bit ? 0 : 1] = (span[0] + span[1]) / 2;
      axis = 1 - axis;
    }
  }
  const [[west, east], [south, north]] = spans;
  const centre = { lat: (south + north) / 2, lon: (west + east) / 2 };
  return { ...centre, reachM: distanceM(centre, { lat: north, lon: east }) };
}

/**
 * @param {{lat: number, lon: number}} one degrees
 * @param {{lat: number, lon: number}} other degrees
 * @returns {number} metres along the sphere (haversine)
 */
export function distanceM(one, other) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const half =
    Math.sin(radians(other.lat - one.lat) / 2) ** 2 +
    Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * Math.sin(radians(other.lon - one.lon) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(half));
}
