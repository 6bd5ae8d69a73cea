// Minifies scripts and style sheets, each by itself: nothing is bundled, so imports and file names stay as they are.
// usage: node minify.mjs ESBUILD_DIR <<< '[{"name": NAME, "loader": "js"|"css", "text": TEXT}]'; prints a list of texts
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const esbuild = createRequire(import.meta.url)(process.argv[2]);
const jobs = JSON.parse(readFileSync(0, "utf8"));

// Nothing newer than the sources have is put in; there is no map (`minify.py` says why), and the only licences in these
// files are our own.
const OPTIONS = { minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "silent" };

async function minified({ name, loader, text }) {
  const { code, warnings } = await esbuild.transform(text, { ...OPTIONS, loader, sourcefile: name });
  if (warnings.length) throw new Error(`${name}: ${warnings.map((warning) => warning.text).join("; ")}`);
  return code;
}

try {
  process.stdout.write(JSON.stringify(await Promise.all(jobs.map(minified))));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
