// What this browser keeps of a lesson: its files, and what Winnow knows of it.
// Where it keeps nothing, as in a private window, the page does until it closes.
import type { Files } from "./messages";

export interface Kept {
  files: Files;
  state?: string;
  // The day on which the lesson was done, such as 2026-11-29.
  done?: string;
}

const PREFIX = "winnow/";
const LESSON = `${PREFIX}lesson/`;
const inPage = new Map<string, string>();

// Tells whether this browser keeps what it is given.
export function keeps(): boolean {
  try {
    localStorage.setItem(`${PREFIX}try`, "1");
    localStorage.removeItem(`${PREFIX}try`);
    return true;
  } catch {
    return false;
  }
}

export function read(name: string): Kept | undefined {
  let text: string | null | undefined;
  try {
    text = localStorage.getItem(LESSON + name);
  } catch {
    // Refused: see below.
  }
  text ??= inPage.get(name);
  try {
    const found = text ? JSON.parse(text) : undefined;
    return isKept(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

export function isKept(found: unknown): found is Kept {
  const files = (found as Kept | null)?.files;
  return typeof files === "object" && files !== null
    && Object.values(files).every((text) => typeof text === "string");
}

// Returns whether it will be there tomorrow.
export function write(name: string, kept: Kept): boolean {
  const text = JSON.stringify(kept);
  inPage.set(name, text);
  try {
    localStorage.setItem(LESSON + name, text);
    return true;
  } catch {
    return false;
  }
}

export function all(): Map<string, Kept> {
  const names = new Set(inPage.keys());
  try {
    for (let each = 0; each < localStorage.length; each += 1) {
      const key = localStorage.key(each) ?? "";
      if (key.startsWith(LESSON)) names.add(key.slice(LESSON.length));
    }
  } catch {
    // Nothing is kept but in this page.
  }
  const found = new Map<string, Kept>();
  for (const name of [...names].sort()) {
    const kept = read(name);
    if (kept) found.set(name, kept);
  }
  return found;
}

export function forgetAll(): void {
  for (const name of all().keys()) {
    inPage.delete(name);
    try {
      localStorage.removeItem(LESSON + name);
    } catch {
      // There was nothing to forget.
    }
  }
}
