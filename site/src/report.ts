// A report in the page: the page that `--format html` writes, in a frame.
// It has no script and may load nothing: its own policy says so, and the
// frame lets none run.
export function frame(html: string): HTMLIFrameElement {
  const made = document.createElement("iframe");
  made.title = "The report of your tests";
  made.className = "winnow-report";
  made.setAttribute("sandbox", "allow-same-origin");
  made.srcdoc = html;
  made.addEventListener("load", () => {
    const inside = made.contentDocument;
    if (!inside) return;
    const fit = () => {
      made.style.height = `${inside.documentElement.offsetHeight + 4}px`;
    };
    new ResizeObserver(fit).observe(inside.documentElement);
    // A link would move the frame's own history; here the page scrolls.
    inside.addEventListener("click", (event) => {
      const link = (event.target as Element).closest?.("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      const found = inside.getElementById(
        (link.getAttribute("href") as string).slice(1));
      for (let fold = found?.closest("details"); fold;
        fold = fold.parentElement?.closest("details")) fold.open = true;
      found?.scrollIntoView({ block: "center" });
      found?.focus({ preventScroll: true });
    });
    fit();
  });
  return made;
}
