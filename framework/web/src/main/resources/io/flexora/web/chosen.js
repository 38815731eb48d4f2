// The chosen runs, in the order in which they were chosen, with what is known of each.
const chosen = new Map();
const options = { cells: false, all: false };
const PHASES = ["search", "train", "evaluate"];

// A tick in the table does not leave it.
let stay = false;

function choose(id, wanted) {
  stay = true;
  if (wanted) chosen.set(id, chosen.get(id) || null); else chosen.delete(id);
  location.hash = [...[...chosen.keys()].map(encodeURIComponent), ...tableParts()].join("&");
}

function fromHash() {
  const wanted = location.hash.slice(1).split("&").filter(part => part && !part.includes("=")).map(decoded);
  for (const id of [...chosen.keys()]) if (!wanted.includes(id)) chosen.delete(id);
  for (const id of wanted) if (!chosen.has(id)) chosen.set(id, null);
}

async function readChosen(changed) {
  let any = false;
  for (const [id, known] of [...chosen]) {
    const folder = id.split("/")[0];
    // What the table no longer has is asked for, too: the answer says that it is gone.
    const gone = !table.unread && !runs.has(folder);
    if (known && !known.works && !known.problem && !gone && !changed.has(folder)) continue;
    any = true;
    try {
      const read = await asked(runAddress("run.json", id));
      if (chosen.has(id)) chosen.set(id, read);
    } catch (problem) {
      if (chosen.has(id)) chosen.set(id, { id, problem: problem.message });
    }
  }
  return any;
}

const known = () => [...chosen.values()].filter(run => run && !run.problem);
const kindOf = id => [...chosen.keys()].indexOf(id);

// Every cell that is shown as a line of its own: of one run all of them, of several the main ones unless all are wanted.
function shownCells() {
  const all = options.cells || chosen.size === 1;
  const lines = [];
  for (const run of known().filter(one => one.kind === "run")) {
    const names = new Set([...Object.keys(run.cells), ...run.curves.map(curve => curve.cell), ...Object.keys(run.layers)]);
    names.delete("");
    const sorted = [...names].sort((a, b) => (b === "main") - (a === "main") || (a < b ? -1 : 1));
    for (const cell of sorted.filter(name => all || name === "main")) {
      lines.push({ run, cell, label: chosen.size === 1 ? cell : run.id + (cell === "main" ? "" : " " + cell) });
    }
  }
  lines.forEach((line, i) => { line.kind = chosen.size === 1 || options.cells ? i : kindOf(line.run.id); });
  return lines;
}

function card(id) {
  const details = chosen.get(id);
  const line = runs.get(id);
  const box = element("article", undefined, "card");
  const head = element("h3", id);
  if (chosen.size > 1) {
    head.prepend(element("b", undefined, "swatch k" + kindOf(id) % 8));
  }
  box.append(head);
  if (!details) {
    box.append(element("p", "Reading …"));
    return box;
  }
  const words = element("p", undefined, "words");
  if (line) {
    words.append(element("span", stateText(line), "mark " + line.state.replace(" ", "-")));
    const facts = [line.value === undefined ? "" : metricText(line), line.seconds === undefined ? "" : time(line.seconds), line.started ? "last started " + moment(line.started) : ""];
    words.append(" " + facts.filter(Boolean).join(" · "));
  } else if (details.works) {
    words.append(element("span", "running, " + details.phase + " " + details.step + (details.total ? " of " + details.total : ""), "mark running"));
  }
  box.append(words);
  if (details.problem) box.append(element("p", details.problem, "problem"));
  const links = element("p", undefined, "links");
  for (const file of details.files || []) {
    const made = link(file, reportAddress(id, file), file.endsWith(".html") ? "main" : "");
    made.target = "_blank";
    made.rel = "noopener";
    links.append(made, " ");
  }
  if (chosen.size > 1) links.append(button("remove", "small", () => choose(id, false)));
  box.append(links);
  for (const [cell, outcome] of Object.entries(details.cells || {})) {
    if (outcome.failure) box.append(element("p", cell + " failed: " + outcome.failure, "problem"));
  }
  if (line) box.append(...actionsOf(line));
  return box;
}

// What belongs to the page's actions is put in by those, where the page has them.
let actionsOf = () => [];

function showCurves(lines) {
  const figures = new Map();
  for (const line of lines) {
    for (const curve of line.run.curves.filter(one => one.cell === line.cell && one.points.length)) {
      const title = curve.phase + ": " + curve.name.replaceAll("_", " ") + " by step";
      if (!figures.has(title)) figures.set(title, []);
      figures.get(title).push({ label: line.label, kind: line.kind, points: curve.points });
    }
  }
  const order = title => PHASES.findIndex(phase => title.startsWith(phase));
  const titles = [...figures.keys()].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  fill(byId("curves-box"), titles.map(title => chart(title, figures.get(title))));
  byId("curves").hidden = !titles.length;
}

function layerRows(lines) {
  const rows = [];
  for (const { run, cell, label, kind } of lines) {
    const outcome = run.cells[cell];
    const live = run.layers[cell] || {};
    const scores = outcome ? outcome.scores : live;
    const described = outcome && outcome.descriptions.length ? outcome.descriptions : Object.keys(scores).map(name => ({ name, title: name, neutral: 0 }));
    const first = described.find(one => scores[one.name]);
    const selected = outcome ? outcome.selected : [];
    const values = first ? scores[first.name] : [];
    const layers = Math.max(values.length, selected.length ? Math.max(...selected) + 1 : 0, ...Object.values(run.cells).map(other =>
      Math.max(0, ...other.selected.map(layer => layer + 1), ...Object.values(other.scores).map(score => score.length))));
    if (!layers) continue;
    rows.push({ label, kind, strip: strip(layers, i => selected.includes(i) ? 1 : 0,
      i => "layer " + i + (selected.includes(i) ? ", chosen" : outcome ? ", not chosen" : "") + (values[i] === undefined ? "" : ", " + first.title + " " + number(values[i]))),
      bars: first ? bars(values, first, selected) : null, title: first ? first.title : "", modules: outcome ? outcome.modules : [] });
  }
  return rows;
}

function bars(values, described, selected) {
  const w = 12 * values.length, h = 44;
  const finite = values.filter(v => v !== null);
  const low = Math.min(described.neutral, ...finite), high = Math.max(described.neutral, ...finite), size = high - low || 1;
  const y = v => 2 + (high - v) / size * (h - 4);
  const svg = drawn("svg", { viewBox: "0 0 " + w + " " + h, class: "bars", role: "img", "aria-label": described.title + " of each layer: " + values.map(number).join(", ") });
  svg.style.maxWidth = 1.7 * values.length + "rem";
  values.forEach((v, i) => {
    if (v === null) return;
    const bar = drawn("rect", { x: 12 * i + 2, width: 8, y: Math.min(y(v), y(described.neutral)), height: Math.max(1, Math.abs(y(v) - y(described.neutral))), class: selected.includes(i) ? "on" : "off" });
    bar.append(drawn("title", {}, "layer " + i + ": " + described.title + " " + number(v)));
    svg.append(bar);
  });
  svg.append(drawn("line", { class: "grid", x1: 0, x2: w, y1: y(described.neutral), y2: y(described.neutral) }));
  return svg;
}

function showLayers(lines) {
  const rows = layerRows(lines).map(row => {
    const box = element("div", undefined, "layers");
    const name = element("h3", row.label + (row.title ? " · " + row.title : ""));
    if (lines.length > 1) name.prepend(element("b", undefined, "swatch k" + row.kind % 8));
    box.append(name);
    if (row.bars) box.append(row.bars);
    box.append(row.strip);
    if (row.modules.length) {
      const modules = element("ul", undefined, "modules");
      modules.setAttribute("aria-label", "Chosen modules of " + row.label);
      modules.append(...row.modules.map(line => element("li", line)));
      box.append(modules);
    }
    box.append(chartButtons("layers " + name.textContent, box));
    return box;
  });
  for (const run of known().filter(one => one.kind === "comparison")) {
    for (const group of run.groups || []) {
      for (const strategy of group.strategies.filter(one => one.frequency)) {
        const box = element("div", undefined, "layers");
        box.append(element("h3", [chosen.size > 1 ? run.id : "", group.model, group.task, strategy.name].filter(Boolean).join(" · ") + " · share of the seeds"));
        box.append(strip(strategy.frequency.length, i => strategy.frequency[i], i => "layer " + i + ": chosen by " + Math.round(100 * strategy.frequency[i]) + " % of the seeds"));
        box.append(chartButtons("layers " + box.firstChild.textContent, box));
        rows.push(box);
      }
    }
  }
  fill(byId("layers-box"), rows);
  byId("layers").hidden = !rows.length;
}

function plainTable(heads, rows) {
  const made = element("table", undefined, "plain");
  const top = element("tr");
  for (const head of heads) top.append(element("th", head));
  const thead = element("thead"), body = element("tbody");
  thead.append(top);
  for (const row of rows) {
    const line = element("tr");
    row.forEach((value, i) => {
      const cell = element(i ? "td" : "th", value instanceof Node ? undefined : value);
      if (value instanceof Node) cell.append(value);
      line.append(cell);
    });
    body.append(line);
  }
  made.append(thead, body);
  return made;
}

function columnText(column) {
  if (column.unit === "seconds") return time(column.value);
  if (column.unit === "bytes") return bytes(column.value);
  return column.value === undefined ? "–" : column.value.toLocaleString("en");
}

// Of cells every metric is saved as a column of its own; of strategies the ends of the interval.
function costLines(cells) {
  const outcomes = cells.map(({ run, cell }) => run.cells[cell]);
  const metrics = [...new Set(outcomes.flatMap(outcome => [outcome.decides, ...outcome.metrics.map(metric => metric.metric)]).filter(Boolean))];
  const columns = outcomes[0].columns;
  return [["cell", ...metrics].map(plain).concat(columns.map(column => ({ text: column.title, raw: column.title + (column.unit ? " (" + column.unit + ")" : "") }))),
    ...outcomes.map((outcome, i) => [plain(cells[i].label), ...metrics.map(name => metered(outcome.metrics.find(metric => metric.metric === name))),
      ...outcome.columns.map(column => ({ text: columnText(column), raw: column.value }))])];
}

function strategyLines(strategies) {
  const end = (group, one, i) => metered(one.within && { ...group, value: one.within[i] });
  return [["strategy", "metric", "mean", "interval low", "interval high", "search seconds", "seconds", "memory bytes", "parameters", "in words"].map(plain),
    ...strategies.map(({ name, group, one }) => [plain(name), plain(group.metric || ""), metered({ ...group, value: one.value }), end(group, one, 0), end(group, one, 1),
      timed(one.search_seconds), timed(one.seconds), sized(one.memory), { text: one.parameters === undefined ? "–" : one.parameters, raw: one.parameters }, plain(one.sentence)])];
}

function showCost(lines) {
  const made = [];
  const cells = lines.filter(line => line.run.cells[line.cell]);
  const rows = cells.map(({ run, cell, label }) => {
    const outcome = run.cells[cell];
    const deciding = outcome.metrics.find(metric => metric.metric === outcome.decides);
    return [label, deciding ? deciding.metric + " " + measured(deciding) : "–", ...outcome.columns.map(columnText),
      outcome.metrics.filter(metric => metric !== deciding).map(metric => metric.metric + " " + measured(metric)).join(", ")];
  });
  if (rows.length) {
    made.push(plainTable(["cell", "metric", ...cells[0].run.cells[cells[0].cell].columns.map(column => column.title), "other metrics"], rows), tableButtons("results and cost", () => costLines(cells)));
  }
  const strategies = known().filter(run => run.kind === "comparison").flatMap(run => (run.groups || []).flatMap(group => group.strategies.map(one =>
    ({ name: [chosen.size > 1 ? run.id : "", group.model, group.task, one.name].filter(Boolean).join(" · "), group, one }))));
  if (strategies.length) {
    made.push(plainTable(["strategy", "mean", "confidence interval", "search", "time", "memory", "parameters", "in words"], strategies.map(({ name, group, one }) =>
      [name, (group.metric || "") + " " + measured({ ...group, value: one.value }), one.within ? one.within.map(v => measured({ ...group, value: v })).join(" to ") : "–",
        time(one.search_seconds), time(one.seconds), bytes(one.memory), one.parameters === undefined ? "–" : Math.round(one.parameters).toLocaleString("en"), one.sentence])),
    tableButtons("strategies", () => strategyLines(strategies)));
  }
  fill(byId("cost-box"), made);
  byId("cost").hidden = !made.length;
}

function showConfigurations() {
  const all = known();
  const keys = new Set(all.flatMap(run => Object.keys(run.configuration || {})));
  const differs = key => new Set(all.map(run => run.configuration[key])).size > 1;
  const every = options.all || all.length === 1;
  const rows = [...keys].filter(key => every || differs(key)).map(key => [key, ...all.map(run => {
    const value = run.configuration[key];
    return element("span", value === undefined ? "–" : value === "" ? "none" : value, all.length > 1 && differs(key) ? "differs" : "");
  })]);
  byId("configuration-title").textContent = all.length === 1 ? "Configuration" : every ? "Configurations" : "Differences of the configurations";
  const title = all.length > 1 && !rows.length ? [element("p", "Their configurations are the same.")] : [plainTable(["option", ...all.map(run => run.id)], rows)];
  if (title[0].rows) title.push(tableButtons("configuration", () => cellsOf(title[0])));
  fill(byId("configuration-box"), title);
  byId("configuration").hidden = !all.length;
}

function showNotices() {
  const notices = known().flatMap(run => (run.notices || []).map(notice => ({ ...notice, run: run.id })));
  notices.sort((a, b) => (a.time < b.time ? 1 : -1));
  fill(byId("notices-box"), notices.slice(0, 20).map(notice => {
    const item = element("li", notice.sentence + " ");
    item.append(element("small", (chosen.size > 1 ? notice.run + ", " : "") + moment(notice.time)));
    return item;
  }));
  byId("notices").hidden = !notices.length;
}

function showChosen() {
  byId("chosen-tab").textContent = "Chosen (" + chosen.size + ")";
  byId("chosen-empty").hidden = chosen.size > 0;
  fill(byId("cards"), [...chosen.keys()].map(card));
  const lines = shownCells();
  byId("choices").hidden = chosen.size < 2;
  showCurves(lines);
  showLayers(lines);
  showCost(lines);
  showConfigurations();
  showNotices();
  const comparisons = known().filter(run => run.kind === "comparison");
  byId("comparison").hidden = comparisons.length !== 1;
}

byId("all-cells").addEventListener("change", change => { options.cells = change.target.checked; showChosen(); });
byId("all-options").addEventListener("change", change => { options.all = change.target.checked; showChosen(); });
byId("log-axis").addEventListener("change", change => { drawing.log = change.target.checked; showChosen(); });
byId("smoothing").addEventListener("input", change => { drawing.smoothing = Number(change.target.value); showChosen(); });
