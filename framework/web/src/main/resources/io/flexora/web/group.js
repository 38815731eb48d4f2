// Runs in groups of one value each: how many, and the mean of a metric with its interval. Comparisons are means already.
const GROUPED = ["strategy", "adapter", "model", "task"];

// The 97.5 % quantile of Student's t: a table where the expansion of Cornish and Fisher is off by more than 0.001.
function quantile(freedom) {
  const few = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469], z = 1.959964, n = freedom;
  if (n <= few.length) return few[n - 1];
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3);
}

function summary(values) {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean: n ? mean : undefined };
  const half = quantile(n - 1) * Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
  return { mean, low: mean - half, high: mean + half };
}

// The chosen metric, or that which decides in most of the runs.
function groupMetric(found) {
  if (vocabulary.metrics.has(table.of)) return table.of;
  const counts = new Map();
  for (const run of found) if (run.metric) counts.set(run.metric, (counts.get(run.metric) || 0) + 1);
  return [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a))[0] || "metric";
}

function groupsOf(found, metric) {
  const of = fieldOf(table.group), groups = new Map();
  for (const run of found.filter(one => one.kind === "run")) {
    const value = of(run).join(", ");
    const group = groups.get(value) || { value, runs: 0, values: [] };
    groups.set(value, group);
    group.runs++;
    if (run.metrics && run.metrics[metric]) group.values.push(run.metrics[metric].value);
  }
  const { lower_is_better: lower } = vocabulary.metrics.get(metric) || {};
  return [...groups.values()].map(group => ({ ...group, ...summary(group.values) }))
    .sort((a, b) => (a.mean === undefined) - (b.mean === undefined) || (lower ? a.mean - b.mean : b.mean - a.mean) || (a.value < b.value ? -1 : 1));
}

// Adds one group to the filter.
function only(value) {
  const quoted = text => text.includes("\"") ? "'" + text + "'" : "\"" + text + "\"";
  const part = (/^[\w.-]+$/.test(table.group) ? table.group : quoted(table.group)) + " = " + quoted(value);
  table.filter = table.filter ? "(" + table.filter + ") and " + part : part;
  byId("filter").value = table.filter;
  readTableFilter();
  changeTable();
}

function showGroups(found) {
  const place = byId("groups");
  let groups = [];
  const metric = groupMetric(found), described = vocabulary.metrics.get(metric);
  try {
    if (table.group) groups = groupsOf(found, metric);
  } catch {
    // No run that has been read so far has the option.
  }
  place.hidden = !groups.length;
  byId("group-metric").hidden = !table.group;
  if (!groups.length) return;
  const shown = value => ({ text: value === undefined ? "–" : measured({ ...described, value }), raw: value });
  const lines = () => [[table.group, "runs", "with " + metric, "mean " + metric, "95 % interval low", "95 % interval high"].map(plain),
    ...groups.map(group => [plain(group.value || "–"), plain(group.runs), plain(group.values.length), ...[group.mean, group.low, group.high].map(shown)])];
  const made = plainTable([table.group, "runs", "with " + metric, "mean " + metric, "95 % interval"], groups.slice(0, table.most).map(group => {
    const press = button(group.value || "–", "sort", () => only(group.value));
    press.disabled = !group.value;
    press.title = "Show only these runs";
    press.dataset.id = "group " + group.value;
    return [press, group.runs, group.values.length, shown(group.mean).text, group.low === undefined ? "–" : shown(group.low).text + " to " + shown(group.high).text];
  }));
  fill(place, made, tableButtons("groups by " + table.group, lines),
    element("p", "Interval of the mean over the runs that pass the filter, by Student's t. Comparisons are not counted." + (groups.length > table.most ? " " + (groups.length - table.most) + " more groups are in the saved tables." : ""), "hint"));
}

function showGroupPicks() {
  const options = [...vocabulary.options].filter(([path, values]) => values.size > 1 && !["name", "adapter.use"].includes(path) || path === table.group).map(([path]) => path).sort();
  offer(byId("group-by"), [["", "group by …"], ...GROUPED.filter(name => FIELDS.has(name) || optionPaths(name).length).map(name => [name, "by " + name]), ...options.map(path => [path, "by " + path])], table.group);
  offer(byId("group-metric"), [["", "mean of …"], ...[...vocabulary.metrics.keys()].sort().map(name => [name, "mean " + name])], table.of);
}

for (const [id, key] of [["group-by", "group"], ["group-metric", "of"]]) {
  byId(id).addEventListener("change", change => {
    table[key] = change.target.value;
    changeTable();
  });
}
