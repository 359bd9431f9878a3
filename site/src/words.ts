// What the exercise says where something has gone wrong, or is done.
import { element } from "./elements";
import { Stopped } from "./python";

// Tells whether a file is one of tests.
export function isTest(name: string): boolean {
  return name.startsWith("test_");
}

// The sentence for what has gone wrong with Python itself.
export function whyNot(error: Error): string {
  if (error instanceof Stopped) {
    return "The check was stopped. Your tests are as they were.";
  }
  const last = error.message.trim().split("\n").pop() ?? "";
  if (/memory|RangeError|Aborted/i.test(last)) {
    return "Your tests have used all the memory that a page has. The next "
      + "check begins with a new Python.";
  }
  if (/fetch|import|\.(zip|mjs|wasm|json)/.test(last)) {
    return "Python could not be loaded: is there a network? Press Check to "
      + `try again. (${last})`;
  }
  return "Python has ended. This may be a bug in Winnow, not in your tests; "
    + `the next check begins with a new Python. (${last})`;
}

// A link to the next lesson, where the page has one.
export function next(): Node {
  const link = document.querySelector<HTMLAnchorElement>("a.next-page");
  const title = link?.querySelector(".title")?.textContent;
  return link && title ? element("a", { href: link.href },
    `Next: ${title}`) : document.createTextNode("");
}
