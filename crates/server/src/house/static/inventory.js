// The inventory sheet by keyboard: j/k or arrows move from row to row, 1 confirms as unchanged, 2 opens the row to
// change it, 3 opens the form that retires it. Rows are <tr data-row>; their acts carry data-key. After a 1 the next
// row that waits has the focus, so that a department is through its rows in seconds.

let waiting = null;

const rows = () => [...document.querySelectorAll("tr[data-row]")];

function stand(row) {
  if (!row) return;
  const place = row.querySelector("th a");
  place.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
  const all = rows();
  if (!all.length) return;
  const here = event.target.closest("tr[data-row]");
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step) {
    if (!here && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    return stand(here ? all[all.indexOf(here) + step] : all.find((row) => row.querySelector("[data-key='1']")) ?? all[0]);
  }
  const act = here && ["1", "2", "3"].includes(event.key) && here.querySelector(`[data-key="${event.key}"]`);
  if (!act) return;
  event.preventDefault();
  if (event.key === "1") {
    const after = all.slice(all.indexOf(here) + 1).find((row) => row.querySelector("[data-key='1']"));
    waiting = (after ?? here).id;
  }
  if (event.key === "3") {
    act.open = true;
    act.querySelector("input:not([type=hidden])").focus();
  } else act.click();
});

document.addEventListener("swapped", () => {
  if (waiting) stand(document.getElementById(waiting));
  waiting = null;
});
