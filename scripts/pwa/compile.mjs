// Compiles Python source trees to sourceless .pyc files with the very interpreter that will run them: Pyodide, under Node.
// usage: node compile.mjs PYODIDE_DIR  <<< '[{"from": DIR, "to": DIR, "optimize": 0|1|2}]'
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const { loadPyodide } = await import(pathToFileURL(join(process.argv[2], "pyodide.mjs")).href);
const jobs = JSON.parse(readFileSync(0, "utf8"));
const python = await loadPyodide({ indexURL: process.argv[2] });

// Unchecked-hash files are never compared with a source, so nothing is stat'ed at import (PEP 552).
const COMPILE = `
import importlib.util, os
from importlib._bootstrap_external import _code_to_hash_pyc

def compile_tree(source, target, optimize):
    count = 0
    for folder, _, names in os.walk(source):
        inside = os.path.relpath(folder, source)
        for name in names:
            if not name.endswith(".py"):
                continue
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read()
            shown = os.path.normpath(os.path.join(inside, name))
            code = compile(text, shown, "exec", dont_inherit=True, optimize=optimize)
            into = os.path.join(target, inside)
            os.makedirs(into, exist_ok=True)
            with open(os.path.join(into, name + "c"), "wb") as file:
                file.write(_code_to_hash_pyc(code, importlib.util.source_hash(text), False))
            count += 1
    return count

compile_tree
`;
const compileTree = python.runPython(COMPILE);
for (const [index, job] of jobs.entries()) {
  const from = `/from${index}`;
  const to = `/to${index}`;
  python.FS.mkdirTree(from);
  python.FS.mkdirTree(to);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: job.from }, from);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: job.to }, to);
  const count = compileTree(from, to, job.optimize);
  console.log(`${job.name}: ${count} modules compiled`);
}
