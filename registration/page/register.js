// What the page asks of the API. It knows no page, so tests run it in node.

export const SECONDS_TO_ANSWER = 10;
export const AWAY = "We cannot be reached. Please try again soon.";

/**
 * Register somebody; resolve to whether that was done, and to a sentence.
 *
 * It never rejects: a browser tells a network that is away, an answer that CORS
 * keeps from us, and a time-out by one TypeError or another, and a person by
 * none of them.
 */
export async function register(api, email, password, ask = fetch) {
  try {
    const answer = await ask(`${api}/users`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(1000 * SECONDS_TO_ANSWER),
    });
    const { message } = await answer.json();
    if (typeof message !== "string") {
      throw new TypeError("This is no answer of the API's.");
    }
    return { done: answer.ok, message };
  } catch {
    return { done: false, message: AWAY };
  }
}
