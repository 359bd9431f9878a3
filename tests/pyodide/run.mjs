// Runs `python -m MODULE ARGUMENT…` in Pyodide, the Python of a browser page,
// in copies of folders, one after the other in one and the same page:
//
//     node run.mjs PYODIDE WHEELS TASKS
//
// PYODIDE is the folder of the npm package, WHEELS one of pure Python wheels,
// TASKS a list in JSON: of each the folder, the command, and how often it is
// run. What Python prints goes to this process's own output, with a null byte
// behind each task in both streams. On standard error follows a line of JSON:
// the exit status of the last run, and how many milliseconds each step took.
// This process's own is 70 where Pyodide itself has failed.
import { readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheels, tasks] = process.argv.slice(2);
// What the exercises and their suites stand on.
const AHEAD = ["winnow.execution.inline.pyodide", "parameterized", "pytest",
  "requests", "unittest.mock"];
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
for (const [number, task] of JSON.parse(tasks).entries()) {
  page.mountNodeFS(`/folder-${number}`, resolve(task.folder));
  ask("enter", `/folder-${number}`);
  let status = 0;
  for (let run = 1; run <= task.times; run += 1) {
    status = ask("run", task.command);
    lap(`run ${run}`);
  }
  writeSync(1, "\0");
  writeSync(2, `\0${JSON.stringify({ status, took })}\n`);
}
