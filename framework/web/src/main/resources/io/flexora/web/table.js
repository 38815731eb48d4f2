const SHOWN = 200;
const STATES = ["running", "done", "failed", "interrupted", "not begun", "damaged"];
const runs = new Map();
const table = { sort: "started", down: true, most: SHOWN, filter: "", fits: () => true, picks: {}, group: "", of: "" };

const strategyOf = run => run.strategy || (run.strategies || []).join(", ");
const COLUMNS = [
  { key: "name", title: "name", of: run => run.id },
  { key: "kind", title: "kind", of: run => run.kind, filtered: true },
  { key: "state", title: "state", of: run => STATES.indexOf(run.state), show: stateText, raw: run => run.state },
  { key: "started", title: "last started", of: run => run.started || "", show: run => moment(run.started) },
  { key: "model", title: "model", of: run => run.model || "", show: run => short(run.model || "–"), filtered: true },
  { key: "task", title: "task", of: run => run.task || "", show: run => run.task || "–", filtered: true },
  { key: "strategy", title: "strategy", of: strategyOf, show: strategyText, filtered: true },
  { key: "value", title: "metric", of: run => run.value, show: metricText, figure: true },
  { key: "cost", title: "cost: search", unit: "seconds", of: run => run.search_seconds, show: run => time(run.search_seconds), figure: true },
  { key: "memory", title: "memory", unit: "bytes", of: run => run.memory, show: run => bytes(run.memory), figure: true },
  { key: "time", title: "time", unit: "seconds", of: run => run.seconds, show: run => time(run.seconds), figure: true },
];

function stateText(run) {
  if (run.state !== "running") return run.state;
  if (run.kind === "comparison") return "running, " + (run.cells_done || 0) + " of " + (run.cells || "?");
  return run.phase ? "running, " + run.phase + " " + run.step + (run.total ? " of " + run.total : "") : "running";
}

function strategyText(run) {
  const others = (run.strategies || []).filter(one => one !== run.strategy).length;
  if (run.kind === "comparison" && !run.strategy) return others + (others === 1 ? " strategy" : " strategies");
  return run.strategy ? run.strategy + (others > (run.kind === "run" ? 0 : -1) && others ? " + " + others : "") : "–";
}

function metricText(run) {
  return run.value === undefined ? "–" : (run.metric || "") + " " + measured(run);
}

const PICKS = {
  kind: run => [run.kind], state: run => [run.state], model: run => (run.model || "").split(", "),
  task: run => (run.task || "").split(", "), strategy: run => run.strategies || [],
};

function matches(run) {
  for (const [key, wanted] of Object.entries(table.picks)) {
    if (wanted && !PICKS[key](run).includes(wanted)) return false;
  }
  return table.fits(run);
}

// A filter that cannot be read leaves the last one that could be; its names are those of the runs read so far.
function readTableFilter() {
  const field = byId("filter"), place = byId("filter-problem");
  try {
    table.fits = readFilter(table.filter);
    place.textContent = "";
  } catch (problem) {
    place.textContent = table.unread === 0 ? problem.message : "";
  }
  place.hidden = !place.textContent;
  field.setAttribute("aria-invalid", String(!place.hidden));
}

function sorted() {
  const of = COLUMNS.find(column => column.key === table.sort).of;
  const sign = table.down ? -1 : 1;
  const found = [];
  for (const run of runs.values()) if (matches(run)) found.push(run);
  // What has no value stands last, whichever way the rest is sorted.
  return found.sort((a, b) => {
    const x = of(a), y = of(b);
    if (x === undefined || y === undefined) return x === y ? (a.id < b.id ? -1 : 1) : x === undefined ? 1 : -1;
    return x === y ? (a.id < b.id ? -1 : 1) : (x < y ? -1 : 1) * sign;
  });
}

function classOf(column) {
  return column.figure ? "figure" : column.filtered ? "filtered" : "";
}

function tableHead() {
  const line = element("tr");
  line.append(element("th"));
  for (const column of COLUMNS) {
    const head = element("th", undefined, classOf(column));
    head.scope = "col";
    const at = table.sort === column.key;
    head.setAttribute("aria-sort", at ? (table.down ? "descending" : "ascending") : "none");
    const press = button(column.title + (at ? (table.down ? " ▾" : " ▴") : ""), "sort", () => {
      table.down = at ? !table.down : Boolean(column.figure) || column.key === "started";
      table.sort = column.key;
      keepTable();
      showTable();
    });
    press.dataset.key = column.key;
    head.append(press);
    line.append(head);
  }
  fill(byId("runs-head"), line);
}

function tableRow(run) {
  const line = element("tr", undefined, chosen.has(run.id) ? "chosen" : "");
  const box = element("td");
  const tick = element("input");
  tick.type = "checkbox";
  tick.checked = chosen.has(run.id);
  tick.setAttribute("aria-label", "choose " + run.id);
  tick.addEventListener("change", () => choose(run.id, tick.checked));
  box.append(tick);
  line.append(box);
  for (const column of COLUMNS) {
    const cell = element("td", undefined, classOf(column));
    cell.dataset.title = column.title;
    if (column.key === "name") {
      cell.append(link(run.id, "#" + encodeURIComponent(run.id)));
      cell.title = run.id;
    } else if (column.key === "state") {
      cell.append(element("span", stateText(run), "mark " + run.state.replace(" ", "-")));
      if (run.problem) cell.title = run.problem;
    } else {
      cell.textContent = (column.show || column.of)(run);
      if (column.key === "model") cell.title = run.model || "";
      if (column.key === "strategy") cell.title = (run.strategies || []).join(", ");
    }
    line.append(cell);
  }
  return line;
}

function showTable() {
  const focus = document.activeElement && document.activeElement.dataset.key;
  tableHead();
  const found = sorted();
  showGroups(found);
  fill(byId("runs-body"), found.slice(0, table.most).map(tableRow));
  const states = {};
  for (const run of found) states[run.state] = (states[run.state] || 0) + 1;
  byId("count").textContent = found.length + (found.length === runs.size ? "" : " of " + runs.size) + (runs.size === 1 ? " run" : " runs")
    + STATES.filter(state => states[state]).map(state => ", " + states[state] + " " + state).join("")
    + (table.unread ? "; reading " + table.unread + " more" : "");
  const more = found.length - table.most;
  byId("more").hidden = more <= 0;
  byId("more").textContent = "Show " + Math.min(more, 5 * SHOWN) + " more of " + more;
  byId("none").hidden = found.length > 0 || (!runs.size && table.unread !== 0);
  byId("none").textContent = runs.size ? "No run fits the filter." : "There are no runs here yet. Start one: flexora run config/quickstart.yaml";
  if (focus) {
    const again = byId("runs-head").querySelector("[data-key=" + focus + "]");
    if (again) again.focus({ preventScroll: true });
  }
}

// Gives a list its options, [value, text] each, if they are others than it has.
function offer(select, options, value) {
  const had = [...select.options].map(option => option.value);
  if (had.length !== options.length || had.some((one, i) => one !== options[i][0])) {
    fill(select, options.map(([one, text]) => {
      const made = element("option", text);
      made.value = one;
      return made;
    }));
  }
  select.value = value || "";
}

function showPicks() {
  for (const [key, of] of Object.entries(PICKS)) {
    const values = new Set();
    for (const run of runs.values()) for (const value of of(run)) if (value) values.add(value);
    offer(byId("pick-" + key), [["", "any " + key], ...[...values].sort().map(value => [value, key === "model" ? short(value) : value])], table.picks[key]);
  }
  showGroupPicks();
}

function takeRuns(answer) {
  if (answer.whole) {
    runs.clear();
    for (const words of Object.values(vocabulary)) words.clear();
  }
  for (const run of answer.runs) {
    run.search = [run.id, run.name, run.kind, run.state, run.model, run.task, (run.strategies || []).join(" "), run.metric, run.problem].join(" ").toLowerCase();
    runs.set(run.id, run);
    learnNames(run);
  }
  for (const gone of answer.removed) runs.delete(gone);
  const read = table.unread !== answer.unread;
  table.unread = answer.unread;
  if (read || answer.whole || answer.runs.length || answer.removed.length) {
    showPicks();
    readTableFilter();
    showTable();
    showChatRuns();
  }
}

// All rows that fit, not only those shown; every metric is a column of its own.
function runLines() {
  const columns = COLUMNS.filter(column => column.key !== "value"), metrics = [...vocabulary.metrics.keys()].sort();
  return [[...columns.map(column => ({ text: column.title, raw: column.title + (column.unit ? " (" + column.unit + ")" : "") })), ...metrics.map(plain)],
    ...sorted().map(run => [...columns.map(column => ({ text: (column.show || column.of)(run), raw: (column.raw || column.of)(run) })), ...metrics.map(name => metered((run.metrics || {})[name]))])];
}

byId("runs-save").append(tableButtons("runs", runLines));

// What of the table stands in the page's address, so that a link shows the same.
const LINKED = ["filter", ...Object.keys(PICKS), "sort", "group", "of"];

function tableParts() {
  const values = { filter: table.filter, ...table.picks, group: table.group, of: table.of, sort: table.sort === "started" && table.down ? "" : (table.down ? "-" : "") + table.sort };
  return LINKED.filter(key => values[key]).map(key => key + "=" + encodeURIComponent(values[key]));
}

// An address without any of them leaves the table as it is.
function takeTable() {
  const parts = location.hash.slice(1).split("&").map(part => part.match(/^(\w+)=(.*)$/)).filter(part => part && LINKED.includes(part[1]));
  if (!parts.length) return;
  const values = Object.fromEntries(parts.map(([, key, value]) => [key, decoded(value)]));
  table.filter = values.filter || "";
  byId("filter").value = table.filter;
  readTableFilter();
  for (const key of Object.keys(PICKS)) table.picks[key] = values[key] || "";
  table.group = values.group || "";
  table.of = values.of || "";
  showPicks();
  const sort = values.sort || "-started", key = sort.replace(/^-/, "");
  table.sort = COLUMNS.some(column => column.key === key) ? key : "started";
  table.down = sort.startsWith("-");
}

let keeping = 0;

// Browsers refuse addresses that change at every letter.
function keepTable() {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    const others = location.hash.slice(1).split("&").filter(part => part && !LINKED.includes(part.split("=")[0]));
    const all = [...others, ...tableParts()];
    const hash = all.length ? "#" + all.join("&") : "";
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname);
  }, 300);
}

function changeTable() {
  table.most = SHOWN;
  keepTable();
  showTable();
}

byId("filter").addEventListener("input", () => {
  table.filter = byId("filter").value.trim();
  readTableFilter();
  changeTable();
});
for (const key of Object.keys(PICKS)) {
  byId("pick-" + key).addEventListener("change", change => {
    table.picks[key] = change.target.value;
    changeTable();
  });
}
byId("more").addEventListener("click", () => { table.most += 5 * SHOWN; showTable(); });
