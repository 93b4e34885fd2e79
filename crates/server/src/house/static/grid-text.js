// A block of cells as text, the way spreadsheets put it on the clipboard: tabs between cells, a line per row, and
// quotation marks around what holds a tab, a line break or a quotation mark.

export function format(block) {
  const cell = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return block.map((row) => row.map(cell).join("\t")).join("\r\n");
}

export function parse(text) {
  const block = [[]];
  let cell = "";
  let at = 0;
  const take = () => {
    block.at(-1).push(cell.replace(/\r\n?/g, "\n"));
    cell = "";
  };
  while (at < text.length) {
    const c = text[at];
    if (c === '"' && cell === "" && closes(text, at)) {
      const end = closes(text, at);
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else if (c === "\t") {
      take();
      at += 1;
    } else if (c === "\n" || c === "\r") {
      take();
      at += text.startsWith("\r\n", at) ? 2 : 1;
      if (at < text.length) block.push([]);
      else return block;
    } else {
      cell += c;
      at += 1;
    }
  }
  take();
  return block;
}

// Where the quotation that opens here closes: a mark that is not doubled, with the end of the cell behind it.
function closes(text, open) {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') at += 1;
    else return at + 1 === text.length || /[\t\r\n]/.test(text[at + 1]) ? at : 0;
  }
  return 0;
}
