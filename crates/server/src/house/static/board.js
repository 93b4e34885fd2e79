// The monthly board: one cell is in the tab order, arrows and j/k move it, Enter opens the panel (panel.js).
// Inside the panel c presses [data-act=check], r goes to the reason [data-act=return], n follows [data-act=next].

const links = (row) => [...row.querySelectorAll("td.cell")];

function place(board, link) {
  for (const other of board.querySelectorAll("td.cell a")) other.tabIndex = other === link ? 0 : -1;
}

function ready() {
  for (const board of document.querySelectorAll("table.board")) {
    const first = board.querySelector("td.cell.now.warn a, td.cell.now.late a, td.cell.now a") ?? board.querySelector("td.cell a");
    if (first) place(board, first);
  }
}
ready();
document.addEventListener("swapped", ready);
document.addEventListener("focusin", (event) => {
  const board = event.target.matches("td.cell a") && event.target.closest("table.board");
  if (board) place(board, event.target);
});

const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], k: [-1, 0], j: [1, 0] };

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const cell = event.target.closest("table.board td.cell");
  if (cell && steps[event.key]) {
    event.preventDefault();
    move(cell, ...steps[event.key]);
  } else if (!event.target.matches("input, textarea, select")) {
    act(event);
  }
});

// Walks on in the same direction past cells that hold nothing to open.
function move(cell, down, right) {
  const rows = [...cell.closest("tbody").rows];
  let row = rows.indexOf(cell.parentElement);
  let column = links(cell.parentElement).indexOf(cell);
  for (;;) {
    row += down;
    column += right;
    const next = rows[row] && links(rows[row])[column];
    if (!next) return;
    const link = next.querySelector("a");
    if (!link || next.offsetParent === null) continue;
    link.focus({ preventScroll: true });
    return link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function act(event) {
  const name = { c: "check", r: "return", n: "next" }[event.key];
  const target = name && event.target.closest("#panel")?.querySelector(`[data-act=${name}]`);
  if (!target) return;
  event.preventDefault();
  const fold = target.closest("details");
  if (fold) fold.open = true;
  if (name === "return") target.focus();
  else target.click();
}
