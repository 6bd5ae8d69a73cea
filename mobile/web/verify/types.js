/** The registry of licence types: the twin of shared_models/credential/types.py. */

/**
 * @typedef {object} LicenceType
 * @property {number} code in claim 3 of the licence
 * @property {string} key of messages (`type.<key>`) and of the API
 * @property {boolean} placeBound the inspector compares the address with where they stand
 * @property {boolean} naturalPerson the holder is, or may be, a natural person: the public check page masks the name
 */

/** @type {ReadonlyArray<LicenceType>} */
export const LICENCE_TYPES = Object.freeze([
  { code: 1, key: "food_safety", placeBound: true, naturalPerson: false },
  { code: 2, key: "road_works", placeBound: true, naturalPerson: false },
  { code: 3, key: "driving_licence", placeBound: false, naturalPerson: true },
  { code: 4, key: "construction_permit", placeBound: true, naturalPerson: true },
  { code: 5, key: "travel_pass", placeBound: false, naturalPerson: true },
  { code: 6, key: "business_household", placeBound: true, naturalPerson: false },
]);

/**
 * @param {number} code
 * @returns {LicenceType|undefined}
 */
export function licenceType(code) {
  return LICENCE_TYPES.find((type) => type.code === code);
}
