// Draws the diagrams of a page, in the colours of its theme.
import { STATIC } from "./paths";

declare const MERMAID: string;

interface Mermaid {
  initialize(settings: object): void;
  run(what: { nodes: Iterable<Element> }): Promise<void>;
}

const nodes = [...document.querySelectorAll<HTMLElement>("pre.mermaid")];
const sources = nodes.map((node) => node.textContent ?? "");

function isDark(): boolean {
  const theme = document.body.dataset.theme;
  return theme === "dark" || (theme !== "light"
    && matchMedia("(prefers-color-scheme: dark)").matches);
}

async function draw(): Promise<void> {
  const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
  for (const [place, node] of nodes.entries()) {
    node.textContent = sources[place] ?? "";
    delete node.dataset.processed;
  }
  // Of the dark theme the words on arrows have too little contrast: WCAG 1.4.3.
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict",
    theme: isDark() ? "dark" : "neutral",
    themeVariables: isDark() ? { edgeLabelBackground: "#333333" } : {},
    fontFamily: "system-ui, sans-serif" });
  await mermaid.run({ nodes });
}

const script = document.createElement("script");
script.src = new URL(MERMAID, STATIC).href;
script.addEventListener("load", () => {
  void draw();
  new MutationObserver(() => void draw()).observe(
    document.body, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener(
    "change", () => void draw());
});
document.head.append(script);
