// <winnow-exercise lesson="7">: the exercise of a lesson, to type and check.
// <winnow-exercise exercise="github">: a whole exercise, its suites.
// <winnow-exercise own>: a module and tests of one's own.
import { Editor } from "./editor";
import * as kept from "./kept";
import type { Answer, Files, Request } from "./messages";
import { Python } from "./python";
import { STATIC } from "./paths";
import { frame } from "./report";
import { button, element, spoken } from "./elements";
import { isTest, next, whyNot } from "./words";

// From the build: where the modules of each exercise are.
declare const EXERCISES: Record<string, string>;

// How long after the last key the code is kept, in milliseconds.
const SAVED_AFTER = 400;

class Exercise extends HTMLElement {
  private readonly python = new Python();
  private start: Files = {};
  private names: string[] = [];
  private editor!: Editor;
  private state?: string;
  private done?: string;
  private mine?: Files;
  private isTyped = false;
  private saving?: ReturnType<typeof setTimeout>;
  private readonly tabs = element("div", { class: "winnow-tabs",
    role: "tablist", "aria-label": "Files" });
  private readonly pane = element("div", { class: "winnow-pane",
    role: "tabpanel", id: "winnow-pane" });
  private readonly status = element("div", { class: "winnow-status",
    role: "status" });
  private readonly bar = element("progress", { max: "1",
    "aria-label": "Progress" });
  private readonly far = element("p", { class: "winnow-far",
    "aria-hidden": "true" });
  private readonly report = element("div", { class: "winnow-reports" });
  private readonly checks = button("Check", () => this.check(), "primary");
  private readonly stops = button("Stop", () => this.python.stop());
  private readonly hints = button("Hint", () => this.hint());
  private readonly solves = button("Solution", () => this.solution());
  private readonly resets = button("Reset", () => this.reset());
  private readonly takes = button("Take home", () => this.takeHome());

  connectedCallback(): void {
    const data = this.querySelector("script[type='application/json']");
    if (!data || this.dataset.made) return;
    this.dataset.made = "yes";
    const { files, report } = JSON.parse(data.textContent ?? "{}") as
      { files: Files; report: string };
    this.start = files;
    const before = kept.read(this.key);
    this.state = before?.state;
    this.done = before?.done;
    this.replaceChildren(this.tabs, this.pane, this.actions(), this.bar,
      this.far, this.status, this.report);
    this.editor = new Editor(this.pane, {
      changed: () => this.saveSoon(), check: () => this.check() });
    const names = Object.keys(before?.files ?? {});
    this.names = this.isOwn && names.length ? names : Object.keys(files);
    for (const name of this.names) {
      this.addTab(name, before?.files[name] ?? files[name] ?? "", false);
    }
    this.choose(this.names[0] as string);
    if (!this.isOwn) void this.addModules();
    this.busy(false);
    if (report && !before) this.report.replaceChildren(frame(report));
    addEventListener("pagehide", () => this.isTyped && this.save());
    // Another tab has typed: here nothing of that may be written over.
    addEventListener("storage", (event) => {
      const theirs = kept.read(this.key);
      if (!event.key?.endsWith(`/${this.key}`) || !theirs || this.isTyped
        || this.checks.disabled) return;
      this.state = theirs.state;
      this.done = theirs.done;
      this.put(theirs.files);
      clearTimeout(this.saving);
      this.isTyped = false;
    });
    const machine = this.getAttribute("machine");
    if (machine) {
      this.checks.remove();
      this.stops.remove();
      this.say("This exercise has a database, a queue or a server, which a "
        + "page has not: check it on your machine. Take home gives you its "
        + `folder, with your tests; ${machine} installs what it needs.`);
      return;
    }
    this.addEventListener("focusin", () => void this.python.warm(),
      { once: true });
  }

  private get isOwn(): boolean {
    return this.hasAttribute("own");
  }

  private get key(): string {
    return this.getAttribute("name") ?? "own";
  }

  private get lesson(): string {
    return this.getAttribute("lesson") ?? "";
  }

  private actions(): HTMLElement {
    const helps = this.isOwn ? [this.resets, this.nameField()]
      : [this.hints, ...(this.lesson ? [this.solves] : []), this.resets,
        this.takes];
    return element("div", { class: "winnow-actions" },
      this.checks, this.stops, ...helps,
      element("span", { class: "winnow-keys" },
        (this.hasAttribute("machine") ? "" : "Ctrl-Enter checks. ")
        + "Tab indents; Escape, then Tab, leaves the editor."));
  }

  // Of a module of one's own, the name: its tests import it by that.
  private nameField(): HTMLElement {
    const field = element("input", { type: "text", size: "12",
      spellcheck: "false", autocapitalize: "off" });
    const module = () => this.names.find((name) => !isTest(name)) ?? "";
    queueMicrotask(() => { field.value = module().replace(/\.py$/, ""); });
    field.addEventListener("change", () => {
      const name = field.value.trim().replace(/\.py$/, "");
      if (/^[A-Za-z_]\w*$/.test(name) && !isTest(name)) {
        this.rename([`test_${name}.py`, `${name}.py`]);
      } else {
        this.say(`A module cannot be called ${name}: use letters, digits and `
          + "underscores, and do not begin with test_.", "bad");
        field.value = module().replace(/\.py$/, "");
      }
    });
    return element("label", { class: "winnow-name" }, "Module ", field);
  }

  private rename(names: string[]): void {
    const texts = Object.values(this.files());
    this.tabs.replaceChildren();
    this.names = names;
    names.forEach((name, place) =>
      this.addTab(name, texts[place] ?? "", false));
    this.choose(names[0] as string);
    this.save();
  }

  private addTab(name: string, text: string, isFixed: boolean): void {
    this.editor.add(name, text, isFixed);
    const tab = button(name, () => this.choose(name));
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "winnow-pane");
    if (isFixed) tab.append(element("small", {}, " to read"));
    tab.dataset.file = name;
    this.tabs.append(tab);
    tab.addEventListener("keydown", (event) => {
      const all = [...this.tabs.children] as HTMLElement[];
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(all.indexOf(tab) + step + all.length) % all.length];
      next?.click();
      next?.focus();
    });
    this.mark();
  }

  private choose(name: string): void {
    this.editor.show(name);
    this.pane.setAttribute("aria-label", name);
    this.pane.dataset.file = name;
    this.mark();
  }

  private mark(): void {
    for (const tab of this.tabs.children as Iterable<HTMLElement>) {
      const isShown = tab.dataset.file === this.pane.dataset.file;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
  }

  private async addModules(): Promise<void> {
    try {
      const name = this.getAttribute("exercise") ?? "";
      const answer = await fetch(new URL(EXERCISES[name] ?? "", STATIC));
      const modules: Files = await answer.json();
      for (const [file, text] of Object.entries(modules)) {
        this.addTab(file, text, true);
      }
    } catch {
      this.say("The modules to read could not be loaded. The check has "
        + "them anyway.");
    }
  }

  private files(): Files {
    return Object.fromEntries(this.names.map(
      (name) => [name, this.editor.text(name)]));
  }

  private saveSoon(): void {
    this.isTyped = true;
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVED_AFTER);
  }

  private save(): void {
    clearTimeout(this.saving);
    this.isTyped = false;
    const isKept = kept.write(this.key, { files: this.files(),
      state: this.state, done: this.done });
    this.classList.toggle("winnow-unkept", !isKept);
  }

  private async ask(name: Request["name"]): Promise<Answer | undefined> {
    this.save();
    this.busy(true);
    this.say("Python is being loaded.");
    try {
      const answer = await this.python.ask({ name, request: {
        lesson: this.lesson, exercise: this.getAttribute("exercise") ?? "",
        files: this.files(), state: this.state } }, {
        loading: (bytes, of) => this.go(bytes / of,
          `${megabytes(bytes)} of ${megabytes(of)} MB`),
        tried: (done, of) => this.go(done / of, `${done} of ${of} tried`),
        running: () => {
          this.go();
          this.say(name.startsWith("check") ? "Your tests are running."
            : "One moment.");
        },
        words: (text) => this.say(text),
      });
      if (answer.error !== undefined) {
        this.report.replaceChildren();
        this.say(answer.error, "bad");
        return undefined;
      }
      if (answer.state) this.state = answer.state;
      return answer;
    } catch (error) {
      this.report.replaceChildren();
      this.say(whyNot(error as Error), "bad");
      return undefined;
    } finally {
      this.busy(false);
      this.save();
    }
  }

  private async check(): Promise<void> {
    if (this.checks.disabled || !this.checks.isConnected) return;
    const answer = await this.ask(this.isOwn ? "check own" : "check");
    if (!answer?.html) return;
    this.report.replaceChildren(frame(answer.html));
    this.dispatchEvent(new CustomEvent("winnow-report", {
      bubbles: true, detail: answer.json }));
    if (answer.done && this.lesson) {
      this.done ??= new Date().toISOString().slice(0, 10);
      this.save();
      this.busy(false);
      this.dispatchEvent(new CustomEvent("winnow-done", { bubbles: true }));
    }
    if (answer.clean && this.lesson) {
      this.say(`Lesson ${this.lesson} done.`, "good", next());
    } else if (answer.clean) {
      this.say("Your tests catch every fault.", "good");
    } else this.say("The report is ready, below.");
  }

  private async hint(): Promise<void> {
    const answer = await this.ask("hint");
    if (!answer?.text) return;
    const { number, of, text } = answer;
    this.say(`Hint ${number} of ${of}`, "", spoken(text));
  }

  // The page has the solution, folded; elsewhere a link leads to it.
  private solution(): void {
    const folds = [...document.querySelectorAll("article details")];
    const fold = folds.find((each) => each.querySelector("summary")
      ?.textContent?.includes("solution")) as HTMLDetailsElement | undefined;
    if (!fold) {
      this.say("The solution is on the page of the lesson.");
      return;
    }
    fold.open = true;
    fold.scrollIntoView({ block: "start" });
    fold.querySelector("summary")?.focus({ preventScroll: true });
  }

  private reset(): void {
    this.mine = this.files();
    if (this.isOwn) this.rename(Object.keys(this.start));
    this.put(this.start);
    this.state = undefined;
    this.save();
    this.report.replaceChildren();
    this.say("The files are as they were to begin with.", "", button(
      "Bring mine back", () => {
        if (this.isOwn) this.rename(Object.keys(this.mine ?? {}));
        this.put(this.mine ?? {});
        this.save();
        this.say("Your own files are back.");
      }));
    this.busy(false);
  }

  private put(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      if (this.names.includes(name)) this.editor.replace(name, text);
    }
  }

  private async takeHome(): Promise<void> {
    const answer = await this.ask("take home");
    if (!answer?.zip) return;
    const bytes = Uint8Array.from(atob(answer.zip), (each) =>
      each.charCodeAt(0));
    const name = answer.name ?? "winnow.zip";
    const link = element("a", { download: name, href: URL.createObjectURL(
      new Blob([bytes], { type: "application/zip" })) }, name);
    link.click();
    this.say("Unpack it, and type winnow check in its folder: ", "", link);
  }

  // Shows how far it has come: the number is beside the bar, and is its value
  // for a screen reader, which reads it when asked and never by itself.
  private go(share?: number, text = ""): void {
    if (share === undefined) this.bar.removeAttribute("value");
    else this.bar.value = Math.min(share, 1);
    this.bar.setAttribute("aria-valuetext", text);
    this.far.textContent = text;
  }

  private busy(is: boolean): void {
    this.far.hidden = !is;
    this.checks.disabled = is;
    this.stops.disabled = !is;
    for (const each of [this.hints, this.resets, this.takes]) {
      each.disabled = is;
    }
    this.solves.disabled = is || !this.done;
    this.solves.title = this.done ? "" : "It opens once the lesson is done.";
    this.bar.hidden = !is;
    this.toggleAttribute("aria-busy", is);
  }

  private say(text: string, colour = "", ...more: Node[]): void {
    this.status.replaceChildren(
      element("p", { class: colour && `winnow-${colour}` }, text), ...more);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

customElements.define("winnow-exercise", Exercise);
