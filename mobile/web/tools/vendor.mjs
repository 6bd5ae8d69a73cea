/**
 * Copies the files that vendor.json names from node_modules into place.
 *
 * The pages import ES modules as they are published: there is no bundler, so what runs is what the lock file names.
 */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = JSON.parse(readFileSync(join(web, "vendor.json"), "utf8"));
for (const [target, source] of Object.entries(files)) {
  mkdirSync(dirname(join(web, target)), { recursive: true });
  cpSync(join(web, "node_modules", source), join(web, target));
}
