// What the page asks of the API, and what it makes of each answer.
//
// node's own runner, and a stub for fetch: no browser, no server, no package.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AWAY, register } from "./register.js";

const API = "https://api.example.org";

/** Return a fetch that gives one answer, and notes how it was called. */
function stub(status, body) {
  const calls = [];
  const ask = async (...call) => {
    calls.push(call);
    return new Response(body, { status });
  };
  return { ask, calls };
}

test("it posts what the API takes, once", async () => {
  const { ask, calls } = stub(202, '{"message": "Look."}');

  await register(API, "ada@example.org", "correct horse battery", ask);

  assert.equal(calls.length, 1);
  const [url, options] = calls[0];
  assert.equal(url, "https://api.example.org/users");
  assert.equal(options.method, "POST");
  assert.deepEqual(options.headers, { "Content-Type": "application/json" });
  assert.deepEqual(JSON.parse(options.body), {
    email: "ada@example.org", password: "correct horse battery" });
});

test("what is accepted is done, with the API's sentence", async () => {
  const { ask } = stub(202, '{"message": "Look into your mailbox."}');

  assert.deepEqual(await register(API, "a", "b", ask), {
    done: true, message: "Look into your mailbox." });
});

for (const status of [400, 413, 422, 429, 503]) {
  test(`${status} is not done, and says why`, async () => {
    const { ask } = stub(status, '{"message": "Because."}');

    assert.deepEqual(await register(API, "a", "b", ask), {
      done: false, message: "Because." });
  });
}

for (const [what, status, body] of [
  ["a proxy's page", 502, "<html>Bad Gateway</html>"],
  ["an empty answer", 200, ""], ["no sentence", 500, "{}"],
  ["nothing at all", 500, "null"], ["another's JSON", 202, '{"message": 1}']]) {
  test(`${what} is told as an outage`, async () => {
    const { ask } = stub(status, body);

    assert.deepEqual(await register(API, "a", "b", ask), {
      done: false, message: AWAY });
  });
}

test("a network that is away, or CORS, is told as an outage", async () => {
  const ask = async () => { throw new TypeError("Failed to fetch"); };

  assert.deepEqual(await register(API, "a", "b", ask), {
    done: false, message: AWAY });
});

test("it waits for an answer only so long", async (context) => {
  const given = [];
  context.mock.method(AbortSignal, "timeout", (milliseconds) => {
    given.push(milliseconds);
    return AbortSignal.abort();
  });
  const ask = async (_, { signal }) => signal.throwIfAborted();

  assert.deepEqual(await register(API, "a", "b", ask), {
    done: false, message: AWAY });
  assert.deepEqual(given, [10_000]);
});
