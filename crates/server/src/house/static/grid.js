// The sheet under the hands: where one is, what is selected, typing, the clipboard. Loaded only where there is a sheet.
import * as cells from "./grid-cells.js";
import { format, parse } from "./grid-text.js";
import { forget, lookAhead, neighbour, turn } from "./grid-pages.js";
import * as rows from "./grid-rows.js";

const coarse = matchMedia("(pointer: coarse)");
const here = { row: 0, column: 1 };
const anchor = { row: 0, column: 1 };
let editing = ""; // "type" when begun by typing, "edit" by F2 or Enter
let dragging = false;
let wanted = null; // where to go once the next page is there

// One editor for all cells. In a cell that takes words it waits unseen with the focus, so that the first key, and the
// first stroke of a Japanese input method, fall into it.
const editor = document.createElement("textarea");
Object.assign(editor, { rows: 1, autocomplete: "off", spellcheck: false });

const at = ({ row, column }) => cells.body()[row]?.cells[column];
const place = (cell) => ({ row: cells.body().indexOf(cell.parentElement), column: cell.cellIndex });
const cellOf = (target) => target?.closest?.("table[data-grid] tbody :is(td, th)");

function begin() {
  if (!cells.table()) return;
  cells.upgrade();
  const last = cells.body().length - 1;
  if (wanted) {
    go({ row: wanted.row === "last" ? last : 0, column: wanted.column });
    wanted = null;
  } else {
    Object.assign(here, { row: Math.min(here.row, last), column: Math.min(here.column, cells.columns().length - 1) });
    Object.assign(anchor, here);
    at(here).tabIndex = 0;
    select();
  }
  cells.paint(null);
  lookAhead();
}

// ---- Where one is -------------------------------------------------------------------------------------------------

function go(to, { extend = false } = {}) {
  const all = cells.body();
  const row = Math.max(0, Math.min(to.row, all.length - 1));
  const column = Math.max(extend ? 1 : 0, Math.min(to.column, cells.columns().length - 1));
  for (const old of [at(here), at(here)?.querySelector(":scope > a[tabindex=\"0\"]")]) if (old) old.tabIndex = -1;
  Object.assign(here, { row, column });
  if (!extend) Object.assign(anchor, here);
  const cell = at(here);
  const kind = cells.kindOf(column);
  if (kind !== "mark" && !coarse.matches && cells.mayWrite(all[row], column)) wait(cell, row, column);
  else {
    if (editor.isConnected) editor.remove();
    const link = kind === "gutter" && cell.querySelector("a");
    (link || cell).tabIndex = 0;
    (link || cell).focus({ preventScroll: true });
  }
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  select();
}

// The editor waits in a cell: unseen, empty, named after the cell and what stands there.
function wait(cell, row, column) {
  const name = cells.columns().findIndex((head) => head.dataset.f === "name");
  const line = cells.body()[row];
  editor.className = "waiting";
  editor.value = "";
  editor.inputMode = ["score", "count"].includes(cells.kindOf(column)) ? "numeric" : "text";
  editor.maxLength = Number(cells.columns()[column].dataset.most);
  editor.setAttribute("aria-label", cells.words("where", { c: cells.headingOf(column), r: cells.textAt(line, name), v: cells.textAt(line, column) || cells.words("empty") }));
  for (const state of ["aria-invalid", "aria-describedby"]) {
    if (cell.hasAttribute(state)) editor.setAttribute(state, cell.getAttribute(state));
    else editor.removeAttribute(state);
  }
  if (editor.parentElement !== cell) cell.append(editor);
  editor.focus({ preventScroll: true });
}

function range() {
  const [top, bottom] = [anchor.row, here.row].sort((a, b) => a - b);
  const [left, right] = [anchor.column, here.column].sort((a, b) => a - b);
  return { top, bottom, left: Math.max(left, 1), right };
}

const isBlock = ({ top, bottom, left, right }) => top !== bottom || left !== right;

function select() {
  const grid = cells.table();
  for (const cell of grid.querySelectorAll("[aria-selected]")) cell.removeAttribute("aria-selected");
  grid.querySelector(".at")?.classList.remove("at");
  at(here)?.classList.add("at");
  const block = range();
  if (!isBlock(block)) return;
  const all = cells.body();
  for (let row = block.top; row <= block.bottom; row += 1) {
    for (let column = block.left; column <= block.right; column += 1) all[row].cells[column].setAttribute("aria-selected", "true");
  }
}

// Up and down lead over the end of the page to the next one.
async function step(down, right, extend) {
  const to = { row: here.row + down, column: here.column + right };
  const beyond = to.row < 0 ? "prev" : to.row >= cells.body().length ? "next" : "";
  const onEdge = down < 0 ? here.row === 0 : here.row === cells.body().length - 1;
  if (beyond && onEdge && !extend && neighbour(beyond)) {
    wanted = { row: beyond === "prev" ? "last" : 0, column: here.column };
    if (!(await turn(beyond))) wanted = null;
    return;
  }
  go(to, { extend });
}

const screen = () => {
  const box = cells.table().closest(".scroll").getBoundingClientRect();
  const tall = at(here).getBoundingClientRect().height || 36;
  return Math.max(1, Math.floor((Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) / tall) - 2);
};

// ---- Typing -------------------------------------------------------------------------------------------------------

function edit(how = "edit") {
  const line = cells.body()[here.row];
  if (!cells.mayWrite(line, here.column)) return refuse();
  if (cells.kindOf(here.column) === "mark") return toggle();
  const box = at(here).querySelector("div.both button");
  if (box && how === "edit") return box.focus();
  if (editor.parentElement !== at(here)) wait(at(here), here.row, here.column);
  editing = how;
  editor.className = "open";
  if (how === "edit") {
    editor.value = cells.textAt(line, here.column);
    editor.setSelectionRange(editor.value.length, editor.value.length);
  }
  at(here).classList.add("editing");
}

function refuse() {
  const line = cells.body()[here.row];
  if (here.column > 0) cells.say(cells.words(cells.isOpen(line) ? "fixed" : "closed"));
}

// Ends typing. `all` writes to every selected cell.
function commit({ all = false } = {}) {
  if (!editing) return;
  const typed = editor.value;
  close();
  const block = all ? range() : { top: here.row, bottom: here.row, left: here.column, right: here.column };
  fill(block, () => typed);
}

function close() {
  editing = "";
  editor.className = "waiting";
  editor.value = "";
  at(here)?.classList.remove("editing");
}

function toggle() {
  const block = range();
  const on = cells.textAt(cells.body()[here.row], here.column) === "";
  fill(block, (row, column) => (cells.kindOf(column) === "mark" ? (on ? "○" : "") : null));
}

// Writes to the cells of a block what `of` gives for each; null leaves a cell alone. Says how many, when asked.
function fill({ top, bottom, left, right }, of, said = false) {
  const all = cells.body();
  const written = [];
  let skipped = 0;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const text = of(row, column);
      if (text === null) continue;
      const tidy = tidied(text, cells.kindOf(column));
      if (cells.mayWrite(all[row], column)) written.push({ id: cells.idOf(all[row]), code: cells.codeOf(column), text: tidy });
      else if (tidy !== cells.textAt(all[row], column)) skipped += 1;
    }
  }
  const n = rows.write(written);
  if (said) cells.say(cells.words(skipped ? "skipped" : "pasted", { n, m: skipped }));
  else if (skipped && !written.length) refuse();
  refresh();
}

// As the server will keep it, where that is certain: no blanks around, one line where a line is meant, marks as ○.
function tidied(text, kind) {
  const trimmed = kind === "long" ? text.trim() : text.replace(/\s*\n\s*/g, " ").trim();
  if (kind === "mark") return /^[○〇◯●]$/.test(trimmed) ? "○" : trimmed;
  return ["score", "count"].includes(kind) ? trimmed.normalize("NFKC") : trimmed;
}

// The name that the waiting editor carries follows what it waits over.
function refresh() {
  if (!editing && editor.isConnected && editor.parentElement === at(here)) wait(at(here), here.row, here.column);
}

editor.addEventListener("input", () => editing || edit("type"));
editor.addEventListener("compositionstart", () => editing || edit("type"));
editor.addEventListener("focusout", () => commit());

// ---- Clipboard ----------------------------------------------------------------------------------------------------

function copied() {
  const all = cells.body();
  const block = range();
  const lines = [];
  for (let row = block.top; row <= block.bottom; row += 1) {
    const line = [];
    for (let column = block.left; column <= block.right; column += 1) line.push(cells.textAt(all[row], column));
    lines.push(line);
  }
  return lines;
}

function paste(text) {
  let block = parse(text);
  const chosen = range();
  const high = cells.body().length - chosen.top;
  const broad = cells.columns().length - chosen.left;
  const wide = Math.max(...block.map((line) => line.length));
  if (block.length > high) return cells.say(cells.words("high", { n: block.length, m: high }));
  if (wide > broad) return cells.say(cells.words("broad", { n: wide, m: broad }));
  if (block.length === 1 && wide === 1 && isBlock(chosen)) {
    // One value over a selection fills it.
    return fill(chosen, () => block[0][0], true);
  }
  const target = { top: chosen.top, bottom: chosen.top + block.length - 1, left: chosen.left, right: chosen.left + wide - 1 };
  fill(target, (row, column) => block[row - target.top][column - target.left] ?? null, true);
  Object.assign(anchor, { row: target.top, column: target.left });
  go({ row: target.bottom, column: target.right }, { extend: true });
}

const inGrid = () => cells.table()?.contains(document.activeElement) && !editing && !document.activeElement.closest("div.both");

document.addEventListener("copy", (event) => inGrid() && take(event));
document.addEventListener("cut", (event) => {
  if (!inGrid()) return;
  take(event);
  fill(range(), () => "");
});
document.addEventListener("paste", (event) => {
  if (!inGrid()) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");
  if (text) paste(text);
});

function take(event) {
  event.preventDefault();
  const block = copied();
  event.clipboardData.setData("text/plain", format(block));
  cells.say(cells.words("copied", { n: block.flat().length }));
}

function down() {
  const block = range();
  const from = block.top === block.bottom ? block.top - 1 : block.top;
  if (from < 0) return;
  fill({ ...block, top: from + 1 }, (_, column) => cells.textAt(cells.body()[from], column), true);
}

function back(which) {
  const step = which();
  if (!step) return cells.say(cells.words("nothing"));
  cells.say(cells.words(which === rows.undo ? "undone" : "redone", { n: step.length }));
  refresh();
}

// ---- Keys ---------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.isComposing || event.keyCode === 229) return;
  const act = event.target.closest("div.both") ? choosing(event) : editing ? whileEditing(event) : whileMoving(event);
  if (!act) return;
  event.preventDefault();
  act();
});

function whileEditing(event) {
  const { key, shiftKey, altKey } = event;
  const ctrl = event.ctrlKey || event.metaKey;
  const then = (down, right) => () => {
    commit();
    step(down, right);
  };
  if (key === "Escape") return () => (close(), go(here));
  if (key === "Enter" && ctrl) return () => (commit({ all: true }), go(here, { extend: true }));
  if (key === "Enter" && altKey) return () => editor.setRangeText("\n", editor.selectionStart, editor.selectionEnd, "end");
  if (key === "Enter") return then(shiftKey ? -1 : 1, 0);
  if (key === "Tab") return then(0, shiftKey ? -1 : 1);
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  return editing === "type" && arrows[key] && !ctrl && !shiftKey ? then(...arrows[key]) : null;
}

function whileMoving(event) {
  const { key, shiftKey } = event;
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  const last = { row: cells.body().length - 1, column: cells.columns().length - 1 };
  const to = (row, column) => () => go({ row, column }, { extend: shiftKey });
  const moves = {
    ArrowUp: () => step(ctrl ? -here.row : -1, 0, shiftKey), ArrowDown: () => step(ctrl ? last.row - here.row : 1, 0, shiftKey),
    ArrowLeft: () => step(0, ctrl ? 1 - here.column : -1, shiftKey), ArrowRight: () => step(0, ctrl ? last.column - here.column : 1, shiftKey),
    Home: ctrl ? to(0, 1) : to(here.row, 1), End: ctrl ? to(last.row, last.column) : to(here.row, last.column),
    PageUp: () => step(-screen(), 0, shiftKey), PageDown: () => step(screen(), 0, shiftKey),
  };
  if (moves[key]) return moves[key];
  if (key === "Tab") {
    const edge = shiftKey ? here.column === 0 : here.column === last.column;
    return edge ? null : () => go({ row: here.row, column: here.column + (shiftKey ? -1 : 1) });
  }
  if (ctrl) {
    const acts = { d: down, z: () => back(shiftKey ? rows.redo : rows.undo), y: () => back(rows.redo), Enter: open };
    acts.a = () => (Object.assign(anchor, { row: 0, column: 1 }), go(last, { extend: true }));
    return acts[key.length === 1 ? key.toLowerCase() : key] ?? null;
  }
  if (key === "F2" || key === "Enter") return here.column === 0 || !cells.isOpen(cells.body()[here.row]) ? open : () => edit();
  if (key === "Delete" || key === "Backspace") return () => fill(range(), () => "");
  if (key === "Escape") return isBlock(range()) ? () => go(here) : null;
  const isMark = cells.kindOf(here.column) === "mark" && cells.mayWrite(cells.body()[here.row], here.column);
  if (key === " " && isMark) return toggle;
  if (event.target !== editor && key.length === 1) return coarse.matches && !isMark ? () => (edit("type"), (editor.value = key)) : refuse;
  return null;
}

const open = () => cells.body()[here.row].cells[0].querySelector("a").click();

function choosing(event) {
  const buttons = [...event.target.closest("div.both").querySelectorAll("button")];
  const next = buttons[(buttons.indexOf(event.target.closest("button")) + 1) % buttons.length];
  if (event.key === "Escape") return () => go(here);
  return event.key.startsWith("Arrow") || event.key === "Tab" ? () => next.focus() : null;
}

// ---- Hands --------------------------------------------------------------------------------------------------------

document.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.button || event.target.closest("a, button") || (editing && event.target === editor)) return;
  event.preventDefault();
  commit();
  const again = coarse.matches && cell === at(here) && cell.contains(document.activeElement);
  if (again) return edit();
  go(place(cell), { extend: event.shiftKey });
  dragging = !event.shiftKey;
});
document.addEventListener("mouseover", (event) => {
  const cell = dragging && event.buttons === 1 && cellOf(event.target);
  if (cell && cell !== at(here)) go(place(cell), { extend: true });
});
document.addEventListener("mouseup", () => (dragging = false));
document.addEventListener("dblclick", (event) => {
  const cell = cellOf(event.target);
  if (cell && cell === at(here) && !editing && !event.target.closest("a, button") && cells.kindOf(here.column) !== "mark") edit();
});
document.addEventListener("focusin", (event) => {
  const cell = cellOf(event.target);
  if (cell && event.target === cell && cell.tabIndex === 0 && cell === at(here) && !cell.classList.contains("editing") && !dragging) go(here, { extend: isBlock(range()) });
});
document.addEventListener("chosen", ({ detail }) => {
  rows.choose(detail.id, detail.code, detail.keep);
  go(here);
});
document.addEventListener("click", async (event) => {
  const rel = event.target.closest?.(".pager a[rel]")?.rel;
  const what = event.target.closest?.("#gridbar [data-do]")?.dataset.do;
  if (rel && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    wanted = null;
    if (await turn(rel)) cells.table()?.closest(".scroll").scrollTo({ top: 0 });
  }
  if (what === "undo") back(rows.undo);
  if (what === "redo") back(rows.redo);
  if (what === "retry") rows.retry();
  if (what === "next") trouble();
}, true);

// To the next cell that waits for a person, on this page.
function trouble() {
  const all = cells.body();
  const heads = cells.columns().map((head) => head.dataset.f);
  const spots = rows.troubled().map(({ id, code }) => ({ row: all.findIndex((row) => row.dataset.id === id), column: heads.indexOf(code) }));
  const shown = spots.filter((spot) => spot.row >= 0 && spot.column >= 0).sort((a, b) => a.row - b.row || a.column - b.column);
  const next = shown.find((spot) => spot.row > here.row || (spot.row === here.row && spot.column > here.column)) ?? shown[0];
  if (next) go(next);
}

rows.listen((id) => {
  cells.paint(id);
  if (id && cells.idOf(cells.body()[here.row]) === id) refreshQuietly();
});

// What became of the cell under the waiting editor is told by the editor, if it has the focus.
function refreshQuietly() {
  if (document.activeElement === editor) refresh();
}

document.addEventListener("swapped", begin);
document.addEventListener("rows-saved", forget);
begin();
