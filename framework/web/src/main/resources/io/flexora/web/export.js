// Tables as CSV and Markdown, charts as SVG and PNG: files that the browser saves.
const fileName = title => title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "flexora";

function save(name, content) {
  const place = URL.createObjectURL(content);
  const made = link("", place);
  made.download = name;
  made.click();
  setTimeout(() => URL.revokeObjectURL(place), 10000);
}

// A table is lists of cells, { text, raw } each: Markdown shows the text, CSV the unrounded value.
// A spreadsheet takes a text with such a beginning for a formula, so it gets an apostrophe, as in comparison.csv.
const inert = value => /^[=+\-@]/.test(value) && Number.isNaN(Number(value)) ? "'" + value : value;
const csvCell = value => /[",\r\n]/.test(value) ? "\"" + value.replaceAll("\"", "\"\"") + "\"" : value;
const csv = lines => lines.map(line => line.map(cell => csvCell(inert(String(cell.raw === undefined ? cell.text === "–" ? "" : cell.text : cell.raw)))).join(",") + "\n").join("");

function markdown([head, ...lines]) {
  const row = cells => "| " + cells.map(cell => String(cell.text).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replace(/\s+/g, " ").trim()).join(" | ") + " |\n";
  return row(head) + "|" + "---|".repeat(head.length) + "\n" + lines.map(row).join("");
}

// The cells of a table in the page; an element that shows a rounded value carries the value as data-raw.
function cellsOf(drawnTable) {
  return [...drawnTable.rows].map(line => [...line.cells].map(cell => {
    const parts = cell.children.length ? [...cell.children] : [cell];
    return { text: parts.map(part => part.textContent).join(" "), raw: parts.some(part => part.dataset.raw) ? parts.map(part => part.dataset.raw || part.textContent).join(" ") : undefined };
  }));
}

const plain = text => ({ text });
const timed = seconds => ({ text: time(seconds), raw: seconds });
const sized = size => ({ text: bytes(size), raw: size });
const metered = metric => ({ text: metric ? measured(metric) : "–", raw: metric && metric.value });

function saveButtons(title, kinds) {
  const place = element("p", undefined, "save");
  for (const [kind, press] of Object.entries(kinds)) {
    const made = button(kind, "small", press);
    made.setAttribute("aria-label", "Save " + title + " as " + kind);
    made.title = "Save as " + kind;
    made.dataset.id = "save " + title + " " + kind;
    place.append(made, " ");
  }
  return place;
}

const tableButtons = (title, lines) => saveButtons(title, {
  CSV: () => save(fileName(title) + ".csv", new Blob([csv(lines())], { type: "text/csv" })),
  Markdown: () => save(fileName(title) + ".md", new Blob([markdown(lines())], { type: "text/markdown" })),
});

// Drawing programs do not know what a mixed colour is computed to.
const plainColour = colour => colour.replace(/^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+).*$/, (whole, ...parts) => "rgb(" + parts.slice(0, 3).map(part => Math.round(255 * part)).join(", ") + ")");

// The colours and fonts of the page go into a picture as attributes: it has no style sheet.
const STYLES = ["fill", "stroke", "stroke-width", "stroke-linejoin", "opacity", "font-size", "font-family"];

function styled(original) {
  const copy = original.cloneNode(true);
  const from = [original, ...original.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((one, i) => {
    const style = getComputedStyle(one);
    for (const name of STYLES) to[i].setAttribute(name, style.getPropertyValue(name));
    to[i].removeAttribute("style");
  });
  return copy;
}

// One picture of a title, the drawings of a place, its squares and its legend.
function picture(title, place) {
  const width = 480, page = getComputedStyle(document.body), ink = page.color;
  const svg = drawn("svg", { xmlns: SVG, width });
  const words = (text, x, y, more) => drawn("text", { x, y, fill: ink, "font-family": "system-ui, sans-serif", "font-size": 12, ...more }, text);
  let y = 22;
  const inside = [words(title, 10, y, { "font-size": 13 })];
  y += 10;
  for (const one of place.querySelectorAll("svg")) {
    const copy = styled(one), [, , w, h] = one.getAttribute("viewBox").split(" ").map(Number);
    for (const [name, value] of Object.entries({ x: 10, y, width: w, height: h })) copy.setAttribute(name, value);
    svg.setAttribute("width", Math.max(svg.getAttribute("width"), w + 20));
    inside.push(copy);
    y += h + 6;
  }
  const perLine = 18;
  const squares = [...place.querySelectorAll(".strip i")];
  squares.forEach((square, i) => {
    const style = getComputedStyle(square), x = 10 + i % perLine * 25, at = y + Math.floor(i / perLine) * 25;
    inside.push(drawn("rect", { x, y: at, width: 23, height: 22, rx: 3, fill: plainColour(style.backgroundColor) }),
      words(square.textContent, x + 11.5, at + 15, { fill: style.color, "font-size": 11, "text-anchor": "middle" }));
  });
  y += Math.ceil(squares.length / perLine) * 25;
  for (const key of place.querySelectorAll(".key")) {
    y += 16;
    inside.push(drawn("rect", { x: 10, y: y - 6, width: 14, height: 3, fill: getComputedStyle(key.firstChild).backgroundColor }), words(key.lastChild.textContent, 30, y));
  }
  const height = y + 12;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + height);
  svg.append(drawn("rect", { width: "100%", height: "100%", fill: getComputedStyle(document.documentElement).getPropertyValue("--card").trim() }), ...inside);
  return new XMLSerializer().serializeToString(svg);
}

// Two pixels for each of the drawing's, so that print is sharp.
async function png(svg) {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  await image.decode();
  const canvas = element("canvas");
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

const chartButtons = (title, place) => saveButtons(title, {
  SVG: () => save(fileName(title) + ".svg", new Blob([picture(title, place)], { type: "image/svg+xml" })),
  PNG: async () => save(fileName(title) + ".png", await png(picture(title, place))),
});
