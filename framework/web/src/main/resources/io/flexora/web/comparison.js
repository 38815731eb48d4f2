// The cells of one comparison: how far each is, its losses, its errors.
const COMPARISON_STATES = {
  preparing: "Preparing: loading the model and the data.",
  running: "Running.",
  interrupted: "Interrupted: its process has died. Continue with flexora resume.",
  cancelled: "Cancelled. Continue with flexora resume.",
  ended: "Ended.",
};
const CELL_WORDS = { to_do: "to do", running: "running", interrupted: "interrupted", done: "done", failed: "failed" };
let pickedCell = null;
// The squares that are shown, by their cells: of thousands few change from one look to the next.
let squares = new Map();

function progressBar(status) {
  const counts = status.counts || {};
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  const state = byId("state");
  state.textContent = status.problem || COMPARISON_STATES[status.state] || status.state;
  state.classList.toggle("trouble", Boolean(status.problem));
  const bar = byId("bar");
  bar.replaceChildren();
  for (const kind of ["done", "failed", "running", "interrupted"]) {
    if (!counts[kind]) continue;
    const part = element("i", undefined, kind);
    part.style.width = 100 * counts[kind] / all + "%";
    bar.append(part);
  }
  bar.setAttribute("aria-label", (counts.done || 0) + " of " + all + " cells are done");
  const figures = [["done", (counts.done || 0) + " of " + all], ["running", counts.running || 0],
    ["failed", counts.failed || 0], ["to do", (counts.to_do || 0) + (counts.interrupted || 0)],
    ["time so far", time(status.seconds)]];
  if (status.state === "running") {
    figures.push(["time left", status.seconds_left === undefined ? "known after the first cell" : "about " + time(status.seconds_left)]);
  }
  byId("figures").replaceChildren(...figures.map(([name, value]) => {
    const pair = element("div");
    pair.append(element("dt", name), element("dd", String(value)));
    return pair;
  }));
}

function cellLabel(cell) {
  if (cell.state === "done") return cell.value === undefined ? "✓" : measured(cell);
  if (cell.state === "running") return "▸ " + (cell.phase ? cell.phase + " " + cell.step : "start");
  return { failed: "✕ failed", interrupted: "‖ halted" }[cell.state] || "·";
}

function square(cell, shown, before) {
  const look = JSON.stringify([cell, cell.id === shown]);
  const known = before.get(cell.id);
  const made = known && known.look === look ? known : { look, button: newSquare(cell, shown) };
  squares.set(cell.id, made);
  return made.button;
}

// What a trial was judged by are not the test examples.
function resultWords(cell) {
  const value = cell.metric + " " + measured(cell);
  return cell.trial === undefined ? value : "trial " + cell.trial + " of the tuning, on tuning examples: " + value;
}

function newSquare(cell, shown) {
  const button = element("button", cellLabel(cell), cell.state);
  button.type = "button";
  button.dataset.id = cell.id;
  if (cell.state === "done" && cell.value !== undefined) button.dataset.raw = cell.value;
  if (cell.trial !== undefined) button.classList.add("trial");
  const words = [cell.id, CELL_WORDS[cell.state] || cell.state];
  if (cell.metric && cell.value !== undefined) words.push(resultWords(cell));
  if (cell.seconds !== undefined && cell.state !== "to_do") words.push(time(cell.seconds));
  button.title = words.join(", ");
  button.setAttribute("aria-label", words.join(", "));
  button.setAttribute("aria-pressed", String(cell.id === shown));
  button.addEventListener("click", () => { pickedCell = cell.id; ask(); });
  return button;
}

function groupTable(group, shown, before) {
  const box = element("div", undefined, "group");
  const metric = group.rows.flatMap(row => row.cells).map(cell => cell.metric).find(Boolean);
  box.append(element("h2", group.model + " · " + group.task + (metric ? " · " + metric : "")));
  const seeds = [...new Set(group.rows.flatMap(row => row.cells.map(cell => cell.seed)))].sort((a, b) => a - b);
  const made = element("table");
  const top = element("tr");
  top.append(element("th", "strategy"), ...seeds.map(seed => element("th", "seed " + seed)));
  const thead = element("thead");
  thead.append(top);
  const body = element("tbody");
  for (const row of group.rows) {
    const line = element("tr");
    const name = element("th", row.strategy);
    name.scope = "row";
    line.append(name);
    const places = new Map(seeds.map(seed => [seed, element("td")]));
    for (const cell of row.cells) places.get(cell.seed).append(square(cell, shown, before));
    line.append(...places.values());
    body.append(line);
  }
  made.append(thead, body);
  const wide = element("div", undefined, "wide");
  wide.append(made);
  box.append(wide, tableButtons(["cells", group.model, group.task].join(" "), () => cellsOf(made)));
  if (group.rows.some(row => row.cells.some(cell => cell.trial !== undefined))) {
    box.append(element("p", "Small: trials, on tuning examples. Large: the test examples.", "hint"));
  }
  return box;
}

function showCells(status) {
  const section = byId("cells");
  const scrolled = [...section.querySelectorAll(".wide")].map(wide => wide.scrollLeft);
  const before = squares;
  squares = new Map();
  fill(section, status.groups.map(group => groupTable(group, status.cell && status.cell.id, before)));
  section.querySelectorAll(".wide").forEach((wide, i) => { wide.scrollLeft = scrolled[i] || 0; });
}

function showCell(status, comparison) {
  const one = status.cell;
  byId("cell").hidden = !one;
  if (!one) return;
  byId("cell-name").textContent = one.id;
  const words = [CELL_WORDS[one.state] || one.state];
  if (one.state === "running" && one.phase) words.push(one.phase + ", step " + one.step);
  if (one.seconds !== undefined) words.push(time(one.seconds));
  if (one.metric && one.value !== undefined) words.push(resultWords(one));
  if (one.layers.length) words.push("layers " + one.layers.join(", "));
  if (!one.curves.length) words.push(["running", "to_do"].includes(one.state) ? "no losses yet" : "no losses");
  byId("cell-state").textContent = words.join(" · ");
  const open = link("open as a run", "#" + encodeURIComponent(comparison + "/" + one.id));
  byId("cell-state").append(" ", open);
  fill(byId("cell-modules"), one.modules.map(line => element("li", line)));
  byId("cell-modules").hidden = !one.modules.length;
  const phases = [...new Set(one.curves.map(curve => curve.phase))];
  fill(byId("charts"), phases.map(phase => chart(phase + ": loss by step",
    one.curves.filter(curve => curve.phase === phase && curve.points.length)
      .map((curve, i) => ({ label: curve.name.replaceAll("_", " "), kind: i, points: curve.points })))));
}

async function readComparison() {
  const found = known().filter(run => run.kind === "comparison");
  if (found.length !== 1) return;
  const id = found[0].id;
  const status = await asked(runAddress("status.json", id, pickedCell ? "&cell=" + encodeURIComponent(pickedCell) : ""));
  progressBar(status);
  showCells(status);
  showCell(status, id);
  byId("errors").hidden = !(status.errors || []).length;
  fill(byId("error-list"), (status.errors || []).map(error => {
    const item = element("li");
    item.append(element("strong", error.cell), element("pre", error.cause));
    return item;
  }));
}
