// What the sheet knows of its rows: what stands on the server, what was typed over it, and what became of that.
// Nothing here touches the page; whoever paints listens. A row outlives the page of the list on which it was seen.
import { chance } from "./chance.js";

const MOST = 50; // rows of one request
const WAIT = 250; // rest after a key, in ms
const PAUSE = 2000; // before what had no answer is sent again by itself, in ms; twice as long each time, up to
const LONGEST = 60000;

// id → { version, base: code → text, mine: code → { text, state, words, theirs, sent }, dirty, lacks }
const rows = new Map();
const done = [];
const undone = [];
let timer = 0;
let again = 0;
let pause = PAUSE;
let onWay = null; // the request that is on its way
let last = null; // the one that had no answer, to be sent again under its own name
let halt = ""; // why nothing is sent by itself: offline, broken, ended
let savedAt = "";
let paint = () => {};

export const listen = (painter) => (paint = painter);
export const row = (id) => rows.get(id);

// A row of the page. What was learnt from a save after the page was made is newer than the page.
export function meet(id, version, base) {
  const known = rows.get(id);
  if (!known) rows.set(id, { version, base, mine: new Map(), dirty: false, lacks: null });
  else if (version > known.version) merge(known, version, new Map([...known.base, ...base]));
  else for (const [code, text] of base) if (!known.base.has(code)) known.base.set(code, text);
}

export function text(id, code) {
  const known = rows.get(id);
  return known?.mine.get(code)?.text ?? known?.base.get(code) ?? "";
}

// Writes cells, [{ id, code, text }], as one step that can be undone. Gives how many differ.
export function write(cells) {
  const step = set(cells);
  if (step.length) {
    done.push(step);
    undone.length = 0;
  }
  return step.length;
}

export const undo = () => back(done, undone, "before");
export const redo = () => back(undone, done, "after");

function back(from, to, which) {
  const step = from.pop();
  if (!step) return null;
  set(step.map((cell) => ({ id: cell.id, code: cell.code, text: cell[which] })));
  to.push(step);
  return step;
}

function set(cells) {
  const step = [];
  const touched = new Set();
  for (const { id, code, text: after } of cells) {
    const known = rows.get(id);
    const before = text(id, code);
    if (!known || before === after) continue;
    const old = known.mine.get(code);
    step.push({ id, code, before, after });
    touched.add(id);
    // Back to what stands, with nothing of it on the way: there is nothing to save any more.
    if (after === known.base.get(code) && old?.sent === undefined) known.mine.delete(code);
    else known.mine.set(code, { text: after, state: "unsaved", sent: old?.sent });
    known.dirty = known.mine.size > 0;
    for (const cell of known.mine.values()) if (cell.state === "refused") cell.state = "unsaved";
  }
  for (const id of touched) paint(id);
  soon();
  return step;
}

// What another person's value was answered with. When the last one is answered, the row is on its way again.
export function choose(id, code, keep) {
  const known = rows.get(id);
  const cell = known?.mine.get(code);
  if (cell?.state !== "both") return;
  if (keep) Object.assign(cell, { state: "unsaved", theirs: undefined, sent: undefined });
  else known.mine.delete(code);
  known.dirty = known.mine.size > 0;
  paint(id);
  soon();
}

export function retry() {
  clearTimeout(again);
  halt = "";
  for (const known of rows.values()) if (has(known, "unsaved", "refused")) known.dirty = true;
  flush();
}

const has = (known, ...states) => [...known.mine.values()].some((cell) => states.includes(cell.state));

// What is to be said about it all.
export function state() {
  const all = [...rows.values()].filter((known) => known.mine.size);
  const count = (...states) => all.filter((known) => has(known, ...states)).length;
  return {
    unsaved: all.length, saving: count("saving"), unfit: count("unfit", "refused"), both: count("both"),
    halt, savedAt, may: { undo: done.length > 0, redo: undone.length > 0 },
  };
}

export const troubled = () => [...rows].flatMap(([id, known]) => [...known.mine].filter(([, cell]) => ["unfit", "refused", "both"].includes(cell.state)).map(([code]) => ({ id, code })));

function soon() {
  clearTimeout(timer);
  if (halt && halt !== "ended") halt = ""; // the next key tries again by itself
  timer = setTimeout(flush, WAIT);
  paint(null);
}

async function flush() {
  clearTimeout(timer);
  if (onWay || halt) return paint(null);
  const batch = [...rows].filter(([, known]) => known.dirty && known.mine.size && !has(known, "both")).slice(0, MOST);
  if (!batch.length) return paint(null);
  const pairs = [];
  for (const [id, known] of batch) {
    pairs.push(["row", id], ["version", known.version]);
    for (const [code, cell] of known.mine) {
      pairs.push([code, cell.text]);
      Object.assign(cell, { state: "saving", sent: cell.text, words: "" });
    }
    known.dirty = false;
    paint(id);
  }
  // The same rows again, after no answer came, are the same request: the server answers it as the first one.
  const body = new URLSearchParams(pairs).toString();
  onWay = last?.body === body ? last : { body, req: chance() };
  paint(null);
  const answer = await ask(onWay);
  last = answer.why ? onWay : null;
  onWay = null;
  if (answer.why !== "offline") pause = PAUSE;
  if (answer.why) {
    halt = answer.why;
    if (halt === "offline") waitForLine();
    for (const [id, known] of batch) {
      for (const cell of known.mine.values()) if (cell.state === "saving") cell.state = "unsaved";
      known.dirty = true;
      paint(id);
    }
  } else {
    const told = new Map(answer.rows.map((each) => [each.id, each]));
    for (const [id, known] of batch) {
      hear(known, told.get(id));
      paint(id);
    }
    document.dispatchEvent(new CustomEvent("rows-saved"));
    if ([...rows.values()].some((known) => known.dirty)) setTimeout(flush);
  }
  paint(null);
}

// The browser says that the line is back before it carries anything, or does not say it at all.
function waitForLine() {
  clearTimeout(again);
  again = setTimeout(retry, pause);
  pause = Math.min(pause * 2, LONGEST);
}

async function ask({ body, req }) {
  try {
    const answer = await fetch("/assets/rows", {
      method: "post", credentials: "same-origin", headers: { Accept: "application/json" },
      body: new URLSearchParams(`req=${req}&${body}`),
    });
    if (answer.status === 401) return { why: "ended" };
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return { why: "broken" };
    return await answer.json();
  } catch {
    return { why: "offline" };
  }
}

// The answer about one row.
function hear(known, told) {
  if (!told) return;
  const cells = new Map(Object.entries(told.cells));
  for (const code of known.base.keys()) if (!cells.has(code)) cells.set(code, "");
  if (told.lacks !== undefined && told.version) known.lacks = told.lacks;
  if (told.state === "stale" || (told.state === "now" && told.version !== known.version)) return merge(known, told.version, cells);
  if (told.state === "saved") {
    Object.assign(known, { version: told.version, base: cells });
    savedAt = new Date().toTimeString().slice(0, 5);
    for (const [code, cell] of known.mine) {
      if (cell.text === cell.sent) known.mine.delete(code);
      else Object.assign(cell, { state: "unsaved", sent: undefined });
    }
    known.dirty = known.mine.size > 0;
    return;
  }
  if (told.state === "now") {
    known.dirty = true; // The request of this name has not touched it: it goes once more under a new one.
    for (const cell of known.mine.values()) Object.assign(cell, { state: "unsaved", sent: undefined });
    return;
  }
  for (const [code, cell] of known.mine) {
    const changed = cell.text !== cell.sent;
    cell.sent = undefined;
    if (changed) known.dirty = true;
    cell.state = changed ? "unsaved" : told.errors[code] ? "unfit" : told.state === "unfit" ? "unsaved" : "refused";
    cell.words = told.errors[code] ?? told.says;
  }
  // What does not fit may be a cell nobody touched here; then the first that was says so.
  const stray = Object.entries(told.errors).find(([code]) => !known.mine.has(code));
  const [first] = known.mine.values();
  if (stray && first) Object.assign(first, { state: "unfit", words: stray[1] });
}

// Somebody else saved the row. Cells he left alone stay mine, cells in which we agree are done; the rest is asked.
function merge(known, version, cells) {
  for (const [code, cell] of known.mine) {
    const theirs = cells.get(code) ?? "";
    if (theirs === cell.text) known.mine.delete(code);
    else if (theirs === known.base.get(code) || theirs === cell.sent) Object.assign(cell, { state: "unsaved", sent: undefined });
    else Object.assign(cell, { state: "both", theirs, sent: undefined });
  }
  Object.assign(known, { version, base: cells });
  known.dirty = known.mine.size > 0;
}

addEventListener("online", () => {
  if (halt === "offline") retry();
});
addEventListener("beforeunload", (event) => {
  if ([...rows.values()].some((known) => known.mine.size)) event.preventDefault();
});
