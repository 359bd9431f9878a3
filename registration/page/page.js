// The form: one request at a time, and its answer for people to read.

import { register } from "./register.js";

const form = document.querySelector("form");
const button = form.querySelector("button");
const status = document.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  status.textContent = "One moment …";
  const { email, password } = form.elements;
  const { done, message } = await register(
    form.dataset.api, email.value, password.value);
  // As text: what an API says is no HTML.
  status.textContent = message;
  button.disabled = false;
  if (done) {
    form.reset();
  }
});
