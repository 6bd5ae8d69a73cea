/**
 * Python in its worker: loads Pyodide, unpacks the app (a zip of compiled modules, no packages are ever installed here),
 * hands it `flet_js` (Flet's own protocol) and `congdan_web` (ours), and runs it.
 */
const START = `
import os, runpy, sys
sys.path.insert(0, "/app/__pypackages__")
sys.path.insert(0, "/app")
os.chdir("/app")
os.environ["MSGPACK_PUREPYTHON"] = "1"
try:
    runpy.run_module(python_module_name, run_name="__main__")
except SystemExit as _exit:
    if _exit.code not in (None, 0):
        raise
`;

/** @type {{send?: (data: *) => void, start_connection?: (send: *) => Promise<void>, documentUrl?: string, args?: *}} */
const fletJs = {};

/** @param {string} text @param {boolean} isError */
function output(text, isError) {
  if (isError) console.error(text);
  else console.log(text);
}

/** `message` is a proxy of Python bytes; its copy's buffer moves to the page. @param {*} message */
function receiveCallback(message) {
  const bytes = message.toJs();
  self.postMessage(bytes, [bytes.buffer]);
}

/** @param {string} url @returns {Promise<ArrayBuffer>} */
async function archive(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url}`);
  return response.arrayBuffer();
}

/** @param {{pyodideUrl: string, appPackageUrl: string, pythonModuleName: string, documentUrl: string, args: *}} config */
async function start(config) {
  // All at once: our own modules and the archive are here before Pyodide has started.
  const parts = Promise.all([archive(config.appPackageUrl), import("./python_module.js")]);
  parts.catch(() => undefined); // Told below, where it is awaited.
  const { loadPyodide } = await import(config.pyodideUrl);
  const pyodide = await loadPyodide({ stdout: (text) => output(text, false), stderr: (text) => output(text, true) });
  const [app, { pythonModule }] = await parts;
  fletJs.documentUrl = config.documentUrl;
  fletJs.args = config.args;
  pyodide.registerJsModule("flet_js", fletJs);
  pyodide.registerJsModule("congdan_web", pythonModule(self.name));
  pyodide.unpackArchive(app, "zip", { extractDir: "/app" });
  pyodide.globals.set("python_module_name", config.pythonModuleName || "main");
  await pyodide.runPythonAsync(START);
  if (typeof fletJs.start_connection !== "function") throw new Error("the app did not call ft.run");
  await fletJs.start_connection(receiveCallback);
}

fletJs.receive_callback = receiveCallback;
let isStarted = false;

self.onmessage = async ({ data }) => {
  if (isStarted) {
    if (fletJs.send) fletJs.send(data);
    else console.error("a message for Python came before it had started");
    return;
  }
  isStarted = true;
  try {
    await start(data);
    self.postMessage("initialized");
  } catch (error) {
    self.postMessage(String(error));
  }
};
