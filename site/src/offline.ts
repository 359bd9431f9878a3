// The service worker: it keeps the site for when there is no network.
//
// What is named by its content, or by its version, never changes: the cache
// answers first. All else is asked for anew, and the cache answers where
// nobody else does. So an old service worker shows a new build's pages, with
// that build's scripts.
declare const BUILD: string;
// Paths from here: pages and small files, which are kept at once.
declare const AT_ONCE: string[];

const worker = self as unknown as {
  registration: { scope: string };
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: string, listener: (event: Lived) => void): void;
};

interface Lived {
  data: unknown;
  request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const PREFIX = "winnow-";
const CACHE = PREFIX + BUILD;
const NEVER_CHANGES = /[?&]v=|\/chunks\/|\/pyodide-[\d.]+\//;
const MOVES_ON = /\/pyodide-[\d.]+\//;

// It is in charge at once, and keeps the pages once a page has loaded: what the
// reader looks at comes first.
worker.addEventListener("install", (event) =>
  event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepPages());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET"
    || !request.url.startsWith(worker.registration.scope)) return;
  event.respondWith(NEVER_CHANGES.test(request.url)
    ? cacheFirst(request) : networkFirst(request));
});

async function keepPages(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of AT_ONCE) {
    const url = new URL(path, worker.registration.scope).href;
    if (await cache.match(url)) continue;
    await cache.add(url).catch(() => {
      // It is kept once somebody asks for it.
    });
  }
}

// Takes over what a new build has not changed, and drops the rest.
async function activate(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue;
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      const answer = MOVES_ON.test(request.url) && await old.match(request);
      if (answer) await cache.put(request, answer);
    }
    await caches.delete(name);
  }
  await worker.clients.claim();
}

async function cacheFirst(request: Request): Promise<Response> {
  return await caches.match(request) ?? await networkFirst(request, "default");
}

// "no-cache" asks whether what the browser has is still so: a host that says
// nothing of that lets it show an old page for days.
async function networkFirst(request: Request, cache: RequestCache = "no-cache"
): Promise<Response> {
  try {
    return await fetchAndKeep(request, cache);
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

async function fetchAndKeep(request: Request, cache: RequestCache
): Promise<Response> {
  const answer = await fetch(request, { cache });
  if (answer.ok) {
    const copy = answer.clone();
    // Where the disk is full, the site goes on without.
    void caches.open(CACHE).then((cache) => cache.put(request, copy))
      .catch(() => undefined);
  }
  return answer;
}
