/*
 * Starts Python while Flutter is still loading: this classic script stands in <head>. Flutter later calls jsConnect,
 * jsSend and jsDisconnect (main.dart.js); jsConnect takes the worker that is already on its way and hears what it said.
 */
(() => {
  /** A name of this tab's own for the channel between page and worker. */
  flet.tab = crypto.randomUUID();
  const documentUrl = document.URL;
  const workers = new Map();
  let early = null;

  function start(args) {
    const worker = new Worker("/python-worker.js", { type: "module", name: flet.tab });
    const state = { worker, initialized: null, receive: null, waiting: [] };
    state.ready = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data === "initialized") resolve();
        else if (typeof data === "string") reject(new Error(data));
        else if (state.receive) state.receive(data);
        else state.waiting.push(data);
      };
      worker.onerror = (event) => reject(new Error(event.message || "python-worker.js did not load"));
    });
    // Heard by jsConnect; until then it is not an error that nobody handles.
    state.ready.catch(() => undefined);
    worker.postMessage({
      pyodideUrl: flet.pyodideUrl,
      appPackageUrl: flet.appPackageUrl,
      pythonModuleName: flet.pythonModuleName,
      documentUrl,
      args,
    });
    return state;
  }

  if (flet.pyodide) early = start({});

  globalThis.jsConnect = async (appId, args, dartOnMessage) => {
    const state = early ?? start(args);
    early = null;
    workers.set(appId, state);
    state.receive = dartOnMessage;
    state.waiting.splice(0).forEach((data) => dartOnMessage(data));
    try {
      await state.ready;
    } catch (error) {
      await globalThis.jsDisconnect(appId);
      document.dispatchEvent(new CustomEvent("python-failed", { detail: error.message }));
      throw error;
    }
    document.dispatchEvent(new CustomEvent("python-ready"));
  };

  globalThis.jsSend = async (appId, data) => {
    // The sender does not use the data after this: its buffer moves instead of being copied.
    workers.get(appId)?.worker.postMessage(data, [data.buffer]);
  };

  globalThis.jsDisconnect = async (appId) => {
    workers.get(appId)?.worker.terminate();
    workers.delete(appId);
  };
})();
