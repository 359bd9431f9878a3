// What every page loads: each part comes only where a page has a use for it.
import * as kept from "./kept";
import { STATIC } from "./paths";

if (document.querySelector("winnow-exercise")) void import("./exercise");
if (document.querySelector("winnow-progress")) void import("./progress");
if (document.querySelector("pre.mermaid")) void import("./diagrams");

// Ticks off what is done, in the list of all pages.
function tick(): void {
  const pages = new Map([...document.querySelectorAll<HTMLAnchorElement>(
    ".sidebar-tree a")].map((link) => [nameOf(link.href), link]));
  for (const [name, { done }] of kept.all()) {
    const link = pages.get(name);
    if (!done || !link || link.querySelector(".winnow-tick")) continue;
    const mark = document.createElement("span");
    mark.className = "winnow-tick";
    mark.textContent = " ✓";
    mark.title = `done on ${done}`;
    link.append(mark);
  }
}

// The name of a lesson, of its page's address: …/07_patch_where_it_is_looked_up.html.
function nameOf(address: string): string {
  const page = new URL(address, document.baseURI).pathname.split("/").pop();
  return page?.replace(/^\d+_|\.html$/g, "") ?? "";
}

// What is folded is printed, too; not every browser's style sheet can.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});

addEventListener("winnow-done", tick);
tick();
if ("serviceWorker" in navigator) {
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(new URL("../sw.js", STATIC));
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage("keep");
    } catch {
      // A private window, or no https: the site works without.
    }
  });
}
