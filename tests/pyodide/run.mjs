// Runs `python -m MODULE ARGUMENT…` in Pyodide, the Python of a browser page,
// in a copy of a folder, as often as is asked for in one and the same page:
//
//     node run.mjs PYODIDE WHEELS FOLDER TIMES MODULE ARGUMENT…
//
// PYODIDE is the folder of the npm package, WHEELS one of pure Python wheels.
// What Python prints goes to this process's own output. The last line on
// standard error says as JSON how many milliseconds each step took. The exit
// status is that of the last run, or 70 where Pyodide itself has failed.
import { readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheels, folder, times, ...command] = process.argv.slice(2);
// What the exercises and their suites stand on.
const AHEAD = ["winnow.page", "parameterized", "pytest", "requests",
  "unittest.mock"];
const took = {};
let since = performance.now();

// Notes how long a step took, and begins the next.
function lap(step) {
  const now = performance.now();
  took[step] = Math.round(now - since);
  since = now;
}

// Node would show Pyodide's own line, which has a million characters.
process.on("uncaughtException", (error) => {
  console.error(error.message);
  process.exit(70);
});

// What is on this machine must be enough.
globalThis.fetch = (what) => {
  throw new Error(`the network was tried: ${what}`);
};

const entry = pathToFileURL(resolve(pyodide, "pyodide.mjs"));
const { loadPyodide } = await import(entry);
const page = await loadPyodide();
for (const [number, set] of [[1, "setStdout"], [2, "setStderr"]]) {
  page[set]({ write: (bytes) => writeSync(number, bytes) });
}
page.mountNodeFS("/wheels", resolve(wheels));
page.mountNodeFS("/folder", resolve(folder));
page.runPython(readFileSync(new URL("page.py", import.meta.url), "utf8"));
lap("load");

// Calls a function of page.py.
function ask(name, argument) {
  return page.globals.get(name)(page.toPy(argument));
}

ask("unpack", "/wheels");
lap("unpack");
ask("load", AHEAD);
lap("imports");
ask("enter", "/folder");
for (let run = 1; run <= Number(times); run += 1) {
  process.exitCode = ask("run", command);
  lap(`run ${run}`);
}
console.error(JSON.stringify(took));
