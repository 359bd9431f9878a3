// Python, as a page asks it: one question at a time, in a worker that can be
// ended. A second worker is kept warm, so that the next check waits for none.
import type { Answer, Request, Told } from "./messages";
import { STATIC } from "./paths";

// From the build: the worker's script, with its version.
declare const PROGRAM: string;

// A worker that has taken more memory than this is not used again.
const MOST_MEMORY = 512 * 2 ** 20;
// Where a machine has less than this, in GB, no spare worker is kept.
const ROOMY = 4;

export class Stopped extends Error {}

export interface Hears {
  // How much of Python has been loaded, in bytes.
  loading(bytes: number, of: number): void;
  // How many variants of the modules have met the tests.
  tried(done: number, of: number): void;
  running(): void;
  words(text: string): void;
}

class Started {
  readonly worker = new Worker(new URL(PROGRAM, STATIC), { type: "module" });
  ready = false;
  failed = "";
  hears: (told: Told) => void = () => {};

  constructor() {
    this.worker.onmessage = (event: MessageEvent<Told>) => {
      const told = event.data;
      if (told.kind === "ready") this.ready = true;
      this.told(told);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.told({ kind: "failed", why: event.message || "it ended" });
    };
  }

  private told(told: Told): void {
    if (told.kind === "failed") this.failed = told.why;
    this.hears(told);
  }
}

// Waits until the service worker keeps what is fetched, if there is one; a
// page waits for that once, and not long.
const PATIENCE = 1500;
let waited: Promise<unknown> | undefined;

function settled(): Promise<unknown> {
  const service = navigator.serviceWorker;
  if (!service || service.controller) return Promise.resolve();
  return waited ??= Promise.race([
    new Promise((give) => service.addEventListener("controllerchange", give)),
    new Promise((give) => setTimeout(give, PATIENCE))]);
}

export class Python {
  private current?: Started;
  private spare?: Started;
  private stopping?: () => void;

  // Begins to load, before anything is asked.
  async warm(): Promise<void> {
    await settled();
    this.current ??= new Started();
  }

  async ask(question: Request, hears: Hears): Promise<Answer> {
    let isStopped = false;
    this.stopping = () => { isStopped = true; };
    await this.warm();
    this.stopping = undefined;
    if (isStopped) throw new Stopped();
    return this.asked(question, hears);
  }

  private asked(question: Request, hears: Hears): Promise<Answer> {
    if (this.current?.failed) this.current = undefined;
    const its = this.current ??= this.spare ?? new Started();
    if (its === this.spare) this.spare = undefined;
    return new Promise((give, refuse) => {
      const end = () => {
        this.stopping = undefined;
        its.hears = () => {};
      };
      this.stopping = () => {
        end();
        this.replace();
        refuse(new Stopped());
      };
      its.hears = (told) => {
        if (told.kind === "loading") hears.loading(told.bytes, told.of);
        else if (told.kind === "tried") hears.tried(told.done, told.of);
        else if (told.kind === "ready") hears.running();
        else if (told.kind === "first words") hears.words(told.words);
        else if (told.kind === "failed") {
          end();
          this.replace();
          refuse(new Error(told.why));
        } else {
          end();
          if (told.heap > MOST_MEMORY) this.replace();
          this.keepSpare();
          give(told.answer);
        }
      };
      its.worker.postMessage(question);
      if (its.ready) hears.running();
    });
  }

  stop(): void {
    this.stopping?.();
  }

  // Ends the worker; the next question is answered by another one.
  private replace(): void {
    this.current?.worker.terminate();
    this.current = this.spare?.failed ? undefined : this.spare;
    this.spare = undefined;
  }

  private keepSpare(): void {
    const { deviceMemory = ROOMY } = navigator as { deviceMemory?: number };
    if (deviceMemory >= ROOMY) this.spare ??= new Started();
  }
}
