// <winnow-progress>: what is done of the course in this browser, to take to
// another one, or to `winnow lessons`.
import { button, element } from "./elements";
import * as kept from "./kept";

// The form of the file: that of the command line, and the code besides.
const FORM = 1;
const LARGEST = 5_000_000;
// What is kept, and is no lesson: see exercise.ts.
const OTHERS = new Set(["own", "github"]);

interface File {
  winnow: number;
  lessons: Record<string, { done?: string }>;
  code?: Record<string, kept.Kept>;
}

class Progress extends HTMLElement {
  private readonly list = element("ul", {});
  private readonly status = element("p", { role: "status" });
  private readonly chooses = element("input", { type: "file", hidden: "yes",
    accept: ".json,application/json", "aria-label": "A file of progress" });

  connectedCallback(): void {
    this.chooses.addEventListener("change", () => void this.take());
    this.replaceChildren(this.list, element("div", { class: "winnow-row" },
      button("Export", () => this.give()),
      button("Import", () => this.chooses.click()),
      button("Forget all", () => this.forget())), this.chooses, this.status);
    this.show();
    if (!kept.keeps()) {
      this.say("This browser keeps nothing, as in a private window: export "
        + "before you close it.");
    }
  }

  private show(): void {
    const all = [...kept.all()].filter(([name]) => !OTHERS.has(name));
    const done = all.filter(([, { done }]) => done);
    this.list.replaceChildren(
      element("li", {}, `Lessons done: ${done.length}`),
      element("li", {}, `Lessons begun: ${all.length}`));
  }

  private give(): void {
    const file: File = { winnow: FORM, lessons: {}, code: {} };
    for (const [name, its] of kept.all()) {
      if (its.done) file.lessons[name] = { done: its.done };
      if (file.code) file.code[name] = its;
    }
    const link = element("a", { download: "winnow-progress.json",
      href: URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)],
        { type: "application/json" })) });
    link.click();
    this.say("The file is in your folder of downloads.");
  }

  private async take(): Promise<void> {
    const [chosen] = this.chooses.files ?? [];
    this.chooses.value = "";
    if (!chosen) return;
    try {
      if (chosen.size > LARGEST) throw new Error("it is too large");
      const file: File = JSON.parse(await chosen.text());
      if (file.winnow > FORM) throw new Error("it is of a newer Winnow");
      if (file.winnow !== FORM || typeof file.lessons !== "object"
        || !file.lessons) throw new Error("it is not Winnow's");
      this.say(`Lessons taken over: ${merge(file)}. What you have done here `
        + "is still done.");
    } catch (error) {
      const why = error instanceof SyntaxError ? "it is no JSON"
        : (error as Error).message;
      this.say(`${chosen.name} was not taken over: ${why}. Choose a file `
        + "that this page has exported.");
    }
    this.show();
  }

  private forget(): void {
    if (!confirm("Forget all code and progress in this browser?")) return;
    kept.forgetAll();
    this.show();
    this.say("All is forgotten.");
  }

  private say(text: string): void {
    this.status.textContent = text;
  }
}

// Takes over lessons; what is done stays done, and its code is the file's only
// where there was none. Returns how many lessons there were.
function merge(file: File): number {
  const code = file.code ?? {};
  const names = new Set([...Object.keys(file.lessons), ...Object.keys(code)]);
  for (const name of names) {
    const old = kept.read(name);
    const its = kept.isKept(code[name]) ? code[name] : { files: {} };
    const done = file.lessons[name]?.done;
    kept.write(name, { ...its, ...old,
      done: old?.done ?? (typeof done === "string" ? done : undefined) });
  }
  return names.size;
}

customElements.define("winnow-progress", Progress);
