// What the page and the worker with Python tell each other.

export type Files = Record<string, string>;

// A question to winnow/cli/in_page.py: the name of a function, and its request.
export interface Request {
  name: "check" | "check own" | "hint" | "take home";
  request: { lesson?: string; exercise?: string; files: Files;
    state?: string };
}

export interface Answer {
  error?: string;
  json?: string;
  html?: string;
  clean?: boolean;
  state?: string;
  done?: boolean;
  number?: number;
  of?: number;
  text?: string;
  name?: string;
  zip?: string;
}

export type Told =
  | { kind: "loading"; bytes: number; of: number }
  | { kind: "tried"; done: number; of: number }
  | { kind: "ready" }
  | { kind: "first words"; words: string }
  | { kind: "answer"; answer: Answer; heap: number }
  | { kind: "failed"; why: string };
