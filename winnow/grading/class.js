"use strict";
// The page is whole without this: tables can be sorted, and learners sought.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = (cell.dataset.value ?? cell.textContent).trim();
    const number = parseFloat(text);
    return Number.isNaN(number) || /^[^-\d]/.test(text) ? text.toLowerCase() : number;
  };
  const compare = (one, other) => {
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one !== typeof other) return typeof one === "number" ? 1 : -1;
    return one < other ? -1 : one > other ? 1 : 0;
  };
  const sort = (head, column) => {
    const falls = head.getAttribute("aria-sort") === "ascending";
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    rows.sort((one, other) => compare(one[0], other[0]) * (falls ? -1 : 1));
    body.append(...rows.map(([, row]) => row));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent.trim();
    button.title = "Sort by this column" + (head.title ? `: ${head.title}` : "");
    const link = head.querySelector("a");
    if (head.hasAttribute("aria-label")) {
      button.setAttribute("aria-label", `Sort by ${head.getAttribute("aria-label")}`);
    }
    button.addEventListener("click", () => sort(head, column));
    if (link) link.replaceWith(button);
    else head.replaceChildren(button);
  });
}
for (const field of document.querySelectorAll("input[data-filters]")) {
  field.closest(".filter").hidden = false;
  const rows = [...document.getElementById(field.dataset.filters).tBodies[0].rows];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
  });
}
