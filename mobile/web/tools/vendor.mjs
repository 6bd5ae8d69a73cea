/**
 * Copies the files that vendor.json names from node_modules into place, and removes what it no longer names.
 *
 * The pages take packages as they are published: there is no bundler, so what runs is what the lock file names.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = JSON.parse(readFileSync(join(web, "vendor.json"), "utf8"));
const isSame = (one, other) => existsSync(other) && readFileSync(one).equals(readFileSync(other));

for (const [target, source] of Object.entries(files)) {
  const [from, to] = [join(web, "node_modules", source), join(web, target)];
  mkdirSync(dirname(to), { recursive: true });
  if (!isSame(from, to)) cpSync(from, to);
}
for (const entry of readdirSync(join(web, "vendor"), { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (entry.isFile() && !(relative(web, path) in files)) rmSync(path);
}
