// The sheet on the page: turns the table into a grid once, and paints cells as the rows' memory says.
import * as rows from "./grid-rows.js";

const bar = () => document.getElementById("gridbar");
export const table = () => document.querySelector("table[data-grid]");
export const body = () => [...(table()?.tBodies[0].rows ?? [])];
export const columns = () => [...(table()?.tHead.rows[0].cells ?? [])];

// A sentence of the bar with its values.
export function words(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), bar()?.dataset[name] ?? "");
}

const reading = (cell) => (cell.querySelector("a, div") ?? cell.firstChild)?.textContent ?? "";
export const codeOf = (column) => columns()[column]?.dataset.f;
export const kindOf = (column) => columns()[column]?.dataset.k ?? "gutter";
export const headingOf = (column) => columns()[column]?.textContent.replace(/[↑↓]/g, "").trim() ?? "";
export const idOf = (row) => row?.dataset.id;
export const isOpen = (row) => row?.dataset.v !== undefined;
export const mayWrite = (row, column) => isOpen(row) && column > 0 && kindOf(column) !== "fixed";

// What a cell says: from the rows' memory where it can be written, else from the page.
export const textAt = (row, column) => (isOpen(row) && kindOf(column) !== "fixed" ? rows.text(idOf(row), codeOf(column)) : row.cells[column].dataset.t ?? reading(row.cells[column]));

// Makes the table a grid. Without this file it stays a table whose names are links.
export function upgrade() {
  const grid = table();
  if (!grid || grid.role === "grid") return;
  const heads = columns();
  const first = Number(grid.dataset.first);
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-rowcount", Number(grid.dataset.total) + 1);
  grid.setAttribute("aria-colcount", heads.length);
  grid.setAttribute("aria-multiselectable", "true");
  grid.tHead.rows[0].setAttribute("aria-rowindex", 1);
  grid.closest(".scroll").removeAttribute("tabindex");
  const name = heads.findIndex((head) => head.dataset.f === "name");
  const fixed = heads.map((head) => head.dataset.k === "fixed");
  body().forEach((row, index) => {
    row.setAttribute("aria-rowindex", first + index + 1);
    const link = row.cells[name].querySelector("a");
    row.dataset.id = link.getAttribute("href").split("/").at(-1);
    const open = isOpen(row);
    if (open) {
      const cells = heads.flatMap((head, column) => (column && !fixed[column] ? [[head.dataset.f, reading(row.cells[column])]] : []));
      rows.meet(row.dataset.id, Number(row.dataset.v), new Map(cells));
    }
    // The number at the left opens the row at the side; the name becomes a cell like the others.
    const opener = document.createElement("a");
    Object.assign(opener, { href: link.getAttribute("href"), textContent: first + index, tabIndex: -1 });
    opener.dataset.panel = "";
    opener.dataset.behind = "#list";
    opener.setAttribute("aria-label", words("open", { n: first + index }));
    row.cells[0].replaceChildren(opener);
    link.replaceWith(link.textContent);
    for (let column = 1; column < heads.length; column += 1) {
      if (!open || fixed[column]) row.cells[column].setAttribute("aria-readonly", "true");
    }
    if (open) repaint(row);
  });
}

// Paints what was typed, and what became of it. Without an id only the bar is painted.
export function paint(id) {
  if (id) for (const row of body().filter((each) => each.dataset.id === id)) repaint(row);
  state();
}

function repaint(row) {
  const known = rows.row(row.dataset.id);
  columns().forEach((head, column) => {
    const code = head.dataset.f;
    if (!code) return;
    const cell = row.cells[column];
    if (head.dataset.k === "fixed") {
      if (code === "importance" && known.base.has(code)) {
        cell.className = `level n${known.base.get(code)}`;
        put(cell, known.base.get(code));
      }
      return;
    }
    const mine = known.mine.get(code);
    put(cell, rows.text(row.dataset.id, code));
    mark(cell, mine, `${row.dataset.id}-${code}`);
    if (mine?.state === "both") offer(cell, row.dataset.id, code, mine);
    if (code === "name" && known.lacks !== null) lack(cell, known.lacks);
  });
}

// The text of a cell; notes that stand in it and the editor stay.
function put(cell, text) {
  if (cell.querySelector(":scope > .both")) cell.querySelector(":scope > .both").remove();
  if (reading(cell) === text && cell.firstChild?.className !== "why") return;
  const held = [...cell.children].filter((child) => child.matches("small, textarea"));
  const long = text.length > 70 || text.includes("\n");
  const shown = long && cell.tagName === "TD" ? Object.assign(document.createElement("div"), { textContent: text }) : document.createTextNode(text);
  const focused = held.find((child) => child === document.activeElement);
  for (const node of [...cell.childNodes]) if (!held.includes(node)) node.remove();
  cell.prepend(shown);
  focused?.focus({ preventScroll: true });
}

const STATES = ["unsaved", "saving", "unfit", "both", "refused"];

function mark(cell, mine, id) {
  cell.classList.remove(...STATES);
  cell.querySelector(":scope > .why")?.remove();
  for (const name of ["aria-invalid", "aria-describedby", "aria-busy"]) cell.removeAttribute(name);
  if (!mine) return;
  cell.classList.add(mine.state);
  if (mine.state === "saving") cell.setAttribute("aria-busy", "true");
  if (mine.state === "unfit" || mine.state === "refused") {
    const why = Object.assign(document.createElement("small"), { className: "why", id: `why-${id}`, textContent: mine.words });
    cell.append(why);
    cell.setAttribute("aria-invalid", "true");
    cell.setAttribute("aria-describedby", why.id);
  }
}

// Both values, of which the person chooses one. Enter leads in, the arrows between, Esc out.
function offer(cell, id, code, mine) {
  const box = document.createElement("div");
  box.className = "both";
  const choice = (name, value, keep) => {
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
    button.append(Object.assign(document.createElement("b"), { textContent: words(name) }), Object.assign(document.createElement("span"), { textContent: value || words("empty") }));
    button.addEventListener("click", () => box.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { id, code, keep } })));
    return button;
  };
  box.append(choice("mine", mine.text, true), choice("theirs", mine.theirs, false));
  cell.append(box);
  cell.setAttribute("aria-invalid", "true");
}

function lack(cell, sentence) {
  let note = cell.querySelector(".lack");
  if (!sentence || !location.search.includes("view=ledger")) return note?.remove();
  note ??= cell.appendChild(Object.assign(document.createElement("small"), { className: "lack" }));
  note.textContent = sentence;
}

let spoken = "";
let saying = 0;

// The bar: one sentence about everything that is not saved, or that it is. It is read out when it rests.
function state() {
  const line = document.getElementById("grid-state");
  if (!line) return;
  const now = rows.state();
  const n = now.unsaved;
  const [name, values] = now.halt && n ? [now.halt, { n }]
    : now.saving ? ["saving", { n: now.saving }]
    : now.both ? ["both", { n: now.both }]
    : now.unfit ? ["unfit", { n: now.unfit }]
    : n ? ["unsaved", { n }]
    : now.savedAt ? ["saved", { t: now.savedAt }] : ["ready", {}];
  const sentence = words(name, values);
  bar().dataset.state = now.halt && n ? "halted" : name;
  const press = (what) => bar().querySelector(`[data-do=${what}]`);
  press("retry").hidden = !(now.halt && n);
  press("sign-in").hidden = !(now.halt === "ended" && n);
  press("next").hidden = !(now.both || now.unfit);
  press("undo").toggleAttribute("disabled", !now.may.undo);
  press("redo").toggleAttribute("disabled", !now.may.redo);
  clearTimeout(saying);
  if (sentence === spoken) return;
  saying = setTimeout(() => (line.textContent = spoken = sentence), name === "saving" ? 300 : 0);
}

// A sentence about what was just done, until the next state is told.
export function say(sentence) {
  const line = document.getElementById("grid-state");
  if (line && sentence) line.textContent = spoken = sentence;
}
