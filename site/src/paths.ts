// Where the site's own files are: beside the script that every page loads.
const script = document.querySelector<HTMLScriptElement>(
  "script[src*='_static/site.js']");

export const STATIC = new URL("./", script?.src ?? document.baseURI);
