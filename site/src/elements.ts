// Short ways to make elements.
type Child = Node | string;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Record<string, string> = {}, ...inside: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value) made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

export function button(text: string, press: () => void, kind = ""
): HTMLButtonElement {
  const made = element("button", { type: "button",
    class: `winnow-button ${kind}`.trim() }, text);
  made.addEventListener("click", press);
  return made;
}

// A text of paragraphs, with lines of code and `names`, as elements.
export function spoken(text: string): HTMLElement {
  const all = element("div", { class: "winnow-spoken" });
  for (const part of text.split(/\n\n+/)) {
    const code = part.split("\n").filter((line) => line.startsWith("    "));
    const said = part.split("\n").filter((line) => !line.startsWith("    "));
    const words = said.join(" ").split("`");
    all.append(element("p", {}, ...words.map((word, place) =>
      place % 2 ? element("code", {}, word) : word)));
    if (code.length) all.append(element("pre", {}, code.join("\n")));
  }
  return all;
}
