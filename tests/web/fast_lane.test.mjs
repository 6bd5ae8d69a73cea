/** What the fast lane weighs, and what its files may not contain. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { web } from "./vectors.mjs";

const BUDGET_BYTES = 100_000;
const SKIPPED = new Set(["node_modules", "tools", "icons"]);

/** @returns {string[]} paths */
function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const served = walk(web).filter((path) => /\.(js|html|css|json)$/.test(path) && !/(package|package-lock|vendor|manifest)\.json$/.test(path));
const own = served.filter((path) => !path.includes("/vendor/"));
const packed = (path) =>
  brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** Where the browser begins: the app's page, the public check page, and the decoder in its worker. */
const ENTRIES = ["index.html", "q/index.html", "code_worker.js"];
/** What pages name and no screen of the fast lane waits for: Python, the service worker, a change of the root, how to install. */
const NOT_WAITED_FOR = /^(python-worker|sw|flutter_bootstrap|verify\/root_handover|install_sheet)\.js$/;
const NAMED = /(?:from|import|importScripts\(|import\(|new Worker\()\s*"([^"]+\.js)"|(?:src|href)="([^"]+\.(?:js|css))"/g;

/** @returns {Set<string>} every file that some screen of the fast lane can ask for, with one language of two */
function fastLane() {
  const found = new Set(["i18n/vi.json"]);
  const waiting = [...ENTRIES];
  while (waiting.length) {
    const name = waiting.pop();
    if (found.has(name) || NOT_WAITED_FOR.test(name)) continue;
    found.add(name);
    for (const [, script, other] of readFileSync(join(web, name), "utf8").matchAll(NAMED)) {
      const path = script ?? other;
      waiting.push(path.startsWith("/") ? path.slice(1) : join(dirname(name), path));
    }
  }
  return found;
}

test("the whole fast lane, without the decoder's wasm, stays under 100 KB compressed", (context) => {
  const sizes = [...fastLane()].map((name) => [name, packed(join(web, name))]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  context.diagnostic(`fast lane: ${total} bytes brotli in ${sizes.length} files`);
  for (const name of ["card.js", "scanner.js", "answer.js", "q/q.js", "vendor/zxing-wasm/reader.js", "css/scanner.css"]) {
    assert.ok(sizes.some(([each]) => each === name), `${name}: run \`npm run vendor\` first`);
  }
  assert.ok(total < BUDGET_BYTES, `${total} bytes: ${JSON.stringify(sizes.sort((a, b) => b[1] - a[1]).slice(0, 8))}`);
});

test("nothing is served that no screen asks for", () => {
  const asked = fastLane();
  const python = ["python-worker.js", "python_module.js"];
  const others = [...python, "i18n/en.json", "sw.js", "verify/root_handover.js", "install_sheet.js", "css/install.css"];
  assert.deepEqual(served.map((path) => relative(web, path)).filter((name) => !asked.has(name) && !others.includes(name)), []);
});

test("files stay under 300 lines and functions under 50", () => {
  for (const path of own.filter((name) => name.endsWith(".js"))) {
    const lines = readFileSync(path, "utf8").split("\n");
    assert.ok(lines.length < 300, relative(web, path));
    for (const [i, line] of lines.entries()) {
      const indent = /^( {0,2})(?:export )?(?:async )?(?:function )?\w+\(.*\) \{$/.exec(line)?.[1];
      if (indent === undefined || /^\s*(if|for|while|switch)\b/.test(line)) continue;
      const end = lines.findIndex((other, j) => j > i && other === `${indent}}`);
      assert.ok(end - i < 50, `${relative(web, path)}:${i + 1}`);
    }
  }
});

test("nothing that the content security policy would refuse, and no foreign host", () => {
  for (const path of own) {
    const text = readFileSync(path, "utf8");
    const name = relative(web, path);
    assert.ok(!/\beval\(|new Function\(|innerHTML|document\.write/.test(text), name);
    if (name.endsWith(".html")) assert.ok(!/\son[a-z]+="/.test(text), name);
    const hosts = [...text.matchAll(/https?:\/\/([a-z0-9.-]+)/g)].map(([, host]) => host);
    assert.deepEqual(hosts.filter((host) => host !== "www.w3.org"), [], name);
  }
});

test("colours stand in tokens.css and in nothing else of the screens", () => {
  const screens = own.filter((path) => path.endsWith(".css") && !path.endsWith("tokens.css"));
  for (const path of screens) {
    const text = readFileSync(path, "utf8");
    assert.deepEqual(text.match(/#[0-9a-f]{3,8}\b/gi) ?? [], [], relative(web, path));
  }
});

test("every picture that the manifest and the pages name is there", () => {
  const manifest = JSON.parse(readFileSync(join(web, "manifest.json"), "utf8"));
  assert.equal(manifest.id, "/");
  assert.equal(manifest.lang, "vi");
  const icons = [...manifest.icons, ...manifest.shortcuts.flatMap(({ icons: list }) => list)];
  for (const { src } of icons) assert.ok(statSync(join(web, src)).size > 0, src);
  assert.ok(manifest.icons.some(({ purpose }) => purpose === "maskable"));
});
