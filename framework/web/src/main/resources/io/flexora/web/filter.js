// The filter over the table: words, and comparisons of columns, metrics and options, joined by and, or, not.
const vocabulary = { metrics: new Map(), options: new Map() };

const several = text => (text || "").split(", ");
// Extensions are compared by their names, whatever their versions.
const unversioned = value => value.replace(/^([\w-]+)@\d[\w.-]*$/, "$1");
const strategiesOf = run => run.kind === "run" ? [run.strategy] : run.strategies;
const FIELDS = new Map(Object.entries({
  name: run => [run.id, run.name], kind: run => [run.kind], state: run => [run.state], started: run => [run.started && moment(run.started)],
  model: run => several(run.model), task: run => several(run.task), strategy: strategiesOf, metric: run => [run.metric], value: run => [run.value],
  search: run => [run.search_seconds], memory: run => [run.memory], time: run => [run.seconds], parameters: run => [run.parameters],
}));

function learnNames(run) {
  for (const [name, metric] of Object.entries(run.metrics || {})) vocabulary.metrics.set(name, metric);
  for (const [path, value] of Object.entries(run.options || {})) {
    const values = vocabulary.options.get(path) || new Set();
    vocabulary.options.set(path, values.add(value));
  }
}

// The paths that a name stands for: its own, or all that end with it.
function optionPaths(name) {
  const all = vocabulary.options;
  const own = [name, name + ".use"].filter(path => all.has(path));
  return own.length ? own : [...all.keys()].filter(path => path.endsWith("." + name) || path.endsWith("." + name + ".use"));
}

function fieldOf(name) {
  const column = FIELDS.get(name.toLowerCase());
  if (column) return run => (column(run) || []).filter(value => value !== undefined && value !== null && value !== "");
  if (vocabulary.metrics.has(name)) return run => run.metrics && run.metrics[name] ? [run.metrics[name].value] : [];
  const paths = optionPaths(name);
  if (paths.length) return run => paths.map(path => (run.options || {})[path]).filter(value => value !== undefined).map(unversioned);
  const near = nearest(name);
  throw new Error("No run has a column, metric or option " + name + "." + (near ? " Did you mean " + near + "?" : ""));
}

function nearest(name) {
  const names = new Set([...FIELDS.keys(), ...vocabulary.metrics.keys(), ...[...vocabulary.options.keys()].flatMap(path => [path, path.replace(/\.use$/, "").replace(/^.*\./, "")])]);
  let best = "", least = 1 + name.length / 3;
  for (const one of names) {
    const away = distance(name.toLowerCase(), one.toLowerCase());
    if (away < least) { best = one; least = away; }
  }
  return best;
}

// Levenshtein's.
function distance(a, b) {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

const UNITS = { "%": 0.01, s: 1, min: 60, m: 60, h: 3600, d: 86400, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

// A number, also with a unit, or NaN.
function numeric(value) {
  if (typeof value === "number") return value;
  const [, digits, unit] = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(%|s|min|m|h|d|[kmg]ib)?$/i.exec(value) || [];
  return digits === undefined ? NaN : Number(digits) * (unit ? UNITS[unit.toLowerCase()] : 1);
}

function same(value, wanted) {
  const a = numeric(value), b = numeric(wanted);
  return Number.isNaN(a) || Number.isNaN(b) ? String(value).toLowerCase() === wanted.toLowerCase() : Math.abs(a - b) <= 1e-9 * Math.abs(b);
}

const TESTS = {
  "=": same, "!=": (value, wanted) => !same(value, wanted),
  "<": (value, wanted) => value < wanted, "<=": (value, wanted) => value <= wanted, ">": (value, wanted) => value > wanted, ">=": (value, wanted) => value >= wanted,
  contains: (value, wanted) => String(value).toLowerCase().includes(wanted.toLowerCase()),
};

function comparison(name, sign, wanted) {
  const of = fieldOf(name), test = TESTS[sign];
  if (sign === "!=") return run => of(run).length > 0 && of(run).every(value => test(value, wanted));
  if (!/[<>]/.test(sign)) return run => of(run).some(value => test(value, wanted));
  if (name.toLowerCase() === "started") return run => of(run).some(value => test(value, wanted));
  const limit = numeric(wanted);
  if (Number.isNaN(limit)) throw new Error(name + " " + sign + " needs a number, not " + wanted + ".");
  return run => of(run).some(value => test(numeric(value), limit));
}

// The state of two words is one, so that it is not read as a negation.
const TOKENS = /"([^"]*)"|'([^']*)'|!=|<=|>=|==|[=<>()]|not begun(?!\S)|[^\s()<>="'!][^\s()<>="!]*|\S/gi;
const JOINED = new Set(["and", "or", "not", "(", ")"]);

// A test of runs; an error says what is wrong with the text.
function readFilter(text) {
  const tokens = [...text.matchAll(TOKENS)].map(([whole, double, single]) => {
    const quoted = double === undefined ? single : double;
    return quoted === undefined ? { text: whole === "==" ? "=" : whole, key: whole === "==" ? "=" : whole.toLowerCase() } : { text: quoted };
  });
  let at = 0;
  const is = key => at < tokens.length && tokens[at].key === key;
  const take = key => is(key) && Boolean(++at);
  const isSign = () => at < tokens.length && tokens[at].key !== undefined && Object.hasOwn(TESTS, tokens[at].key);

  function either() {
    const parts = [both()];
    while (take("or")) parts.push(both());
    return run => parts.some(part => part(run));
  }

  function both() {
    const parts = [one()];
    while (at < tokens.length && !is("or") && !is(")")) {
      take("and");
      parts.push(one());
    }
    return run => parts.every(part => part(run));
  }

  function one() {
    if (take("not")) {
      const part = one();
      return run => !part(run);
    }
    if (take("(")) {
      const part = either();
      if (!take(")")) throw new Error("A closing parenthesis is missing.");
      return part;
    }
    const before = at ? " after " + tokens[at - 1].text : "";
    if (at === tokens.length) throw new Error("A word or comparison is missing" + before + ".");
    if (tokens[at].text === "\"" || tokens[at].text === "'") throw new Error("A closing quotation mark is missing.");
    if (isSign() && tokens[at].key !== "contains" || JOINED.has(tokens[at].key)) throw new Error("A word or comparison is missing before " + tokens[at].text + ".");
    const name = tokens[at++].text;
    if (!isSign()) return run => run.search.includes(name.toLowerCase());
    const sign = tokens[at++].key;
    if (at === tokens.length || isSign() || JOINED.has(tokens[at].key)) throw new Error("A value is missing after " + name + " " + sign + ".");
    return comparison(name, sign, tokens[at++].text);
  }

  if (!tokens.length) return () => true;
  const whole = either();
  if (at < tokens.length) throw new Error("An opening parenthesis is missing before " + tokens[at].text + ".");
  return whole;
}
