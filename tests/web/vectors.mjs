/** Where other people's test data lies: the setting CONGDAN_TEST_VECTORS. Without CI a clone may lack it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, "../..");
export const web = join(root, "mobile", "web");
const vectors = resolve(root, process.env.CONGDAN_TEST_VECTORS ?? "../shared/vectors");

/**
 * @param {string} path under the folder of vectors
 * @returns {{data: *, options: {skip?: string}}} what to give to test(): on a stranger's clone such tests are counted as skipped
 */
export function vectorFile(path) {
  const file = join(vectors, path);
  if (existsSync(file)) return { data: JSON.parse(readFileSync(file, "utf8")), options: {} };
  if (process.env.CI === "true") throw new Error(`CONGDAN_TEST_VECTORS lacks ${path}`);
  return { data: null, options: { skip: `CONGDAN_TEST_VECTORS lacks ${path}` } };
}
