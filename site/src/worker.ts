// The page's Python, in a worker of its own: it loads Pyodide and answers what
// winnow/cli/in_page.py can. A test that never ends is ended with the worker.
import type { PyodideAPI } from "pyodide";
import { decompressed } from "./archive";
import type { Request, Told } from "./messages";

// From the build: Pyodide's folder, the packages, how many bytes all have.
declare const PYODIDE: string;
declare const PACKAGES: string;
declare const BYTES: number;

const here = new URL("./", import.meta.url);
const fetched = globalThis.fetch;
let bytes = 0;

function tell(told: Told): void {
  self.postMessage(told);
}

// Fetches a file that the build has compressed, and says how far it has come.
async function unpacked(url: string | URL): Promise<ArrayBuffer> {
  const answer = await fetched(url);
  if (!answer.ok || !answer.body) {
    throw new Error(`${new URL(url).pathname}: ${answer.status}`);
  }
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      tell({ kind: "loading", bytes, of: BYTES });
      controller.enqueue(chunk);
    },
  });
  const packed = new Response(answer.body.pipeThrough(count));
  return (await decompressed(await packed.arrayBuffer())).buffer;
}

// Stands in for `fetch` while Pyodide loads its own parts.
async function forPyodide(what: RequestInfo | URL, how?: RequestInit
): Promise<Response> {
  const url = what instanceof Request ? what.url : String(what);
  if (!/\.(wasm|zip)$/.test(url)) return fetched(what, how);
  return new Response(await unpacked(`${url}.zstd`), { headers: {
    "Content-Type": url.endsWith(".wasm") ? "application/wasm"
      : "application/zip" } });
}

async function load(): Promise<PyodideAPI> {
  globalThis.fetch = forPyodide as typeof fetch;
  const packages = unpacked(new URL(PACKAGES, here));
  const folder = new URL(PYODIDE, here).href;
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const python: PyodideAPI = await loadPyodide({ indexURL: folder });
  // What tests print is in the report, where it matters; a million lines of
  // it would fill the console.
  for (const set of [python.setStdout, python.setStderr]) {
    set.call(python, { write: (text: Uint8Array) => text.length });
  }
  const site = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(await packages, "zip", { extractDir: site });
  python.pyimport("winnow.cli.in_page").prepare();
  globalThis.fetch = fetched;
  return python;
}

const loaded = load();

loaded.then(() => tell({ kind: "ready" }),
  (error: Error) => tell({ kind: "failed", why: error.message }));

self.onmessage = async (event: MessageEvent<Request>) => {
  const { name, request } = event.data;
  const python = await loaded;
  const page = python.pyimport("winnow.cli.in_page");
  try {
    const answer = page.answer(name, JSON.stringify(request),
      (words: string) => tell({ kind: "first words", words }),
      (done: number, of: number) => tell({ kind: "tried", done, of }));
    tell({ kind: "answer", answer: JSON.parse(answer), heap: heapOf(python) });
  } catch (error) {
    tell({ kind: "failed", why: String((error as Error).message) });
  } finally {
    setTimeout(() => {
      page.prepare_more();
      page.destroy();
    });
  }
};

// How much memory Python has taken. What it has, WebAssembly never gives back.
function heapOf(python: PyodideAPI): number {
  const inside = python as unknown as { _module?: { HEAP8?: Int8Array } };
  return inside._module?.HEAP8?.length ?? 0;
}
