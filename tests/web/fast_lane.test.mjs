/** What the files of the fast lane may not contain, and that each is asked for. What they weigh: test_fast_lane.py. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { web } from "./vectors.mjs";

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

/** Where the browser begins: the three pages, and the workers that no link names. */
const ENTRIES = ["index.html", "q/index.html", "pay/index.html", "code_worker.js", "python-worker.js", "sw.js"];
/** Flet's own, which the build puts beside ours. */
const FOREIGN = /^flutter_bootstrap\.js$/;
const NAMED =
  /(?:from|import|importScripts\(|import\(|new Worker\()\s*"([^"]+\.js)"|(?:src|href)="([^"]+\.(?:js|css))"|"(\/css\/[^"]+\.css)"/g;

/** @returns {Set<string>} every file that some page or worker can ask for */
function asked() {
  const found = new Set(["i18n/vi.json", "i18n/en.json"]); // i18n.js asks for the one that is spoken.
  const waiting = [...ENTRIES];
  while (waiting.length) {
    const name = waiting.pop();
    if (found.has(name) || FOREIGN.test(name)) continue;
    found.add(name);
    for (const [, script, link, style] of readFileSync(join(web, name), "utf8").matchAll(NAMED)) {
      const path = script ?? link ?? style;
      waiting.push(path.startsWith("/") ? path.slice(1) : join(dirname(name), path));
    }
  }
  return found;
}

test("nothing is served that no screen asks for", () => {
  const known = asked();
  assert.ok(known.has("vendor/zxing-wasm/reader.js"));
  assert.deepEqual(served.map((path) => relative(web, path)).filter((name) => !known.has(name)), []);
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
