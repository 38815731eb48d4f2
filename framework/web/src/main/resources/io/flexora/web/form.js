// A form made of the configuration's schema. What is set stands in a tree as the YAML file has it; what is not set keeps its default.
const form = { kind: "run", schemas: {}, tree: null, sources: null, written: false };

const defs = () => form.schemas[form.kind].$defs;
const followed = schema => schema && schema.$ref ? { ...defs()[schema.$ref.replace("#/$defs/", "")], description: schema.description } : schema;
const variants = schema => {
  const one = followed(schema);
  return one && one.anyOf && !one.allOf ? one.anyOf.map(followed) : [one];
};

// The schema of something that is chosen by name: the names with what they mean, and the options of each.
function chooser(schema) {
  for (const one of variants(schema).flatMap(variant => variants(variant))) {
    if (one && one.allOf && one.allOf.every(part => part.if && part.then)) {
      const names = new Map();
      const words = new Map(variants(one.properties.use).flatMap(v => v && v.anyOf ? v.anyOf : [v]).filter(v => v && v.const !== undefined).map(v => [v.const, v.description]));
      for (const part of one.allOf) {
        const name = part.if.properties.use.enum.find(known => !known.includes("@"));
        if (name) names.set(name, { description: words.get(name) || "", options: followed(part.then) });
      }
      return names;
    }
  }
  return null;
}

// What a file has to have.
function emptyTree() {
  const tree = { name: form.kind };
  const schema = form.schemas[form.kind];
  const names = (schema.required || []).concat((schema.allOf || []).map(part => part.anyOf && part.anyOf[0].required && part.anyOf[0].required[0]).filter(Boolean));
  for (const name of names) if (schema.properties[name]) tree[name] = firstValue(schema.properties[name]);
  return tree;
}

const plainName = use => String(use || "").replace(/@.*/, "");
const optionsOf = (schema, tree) => {
  const names = chooser(schema);
  if (!names) return variants(schema).find(one => one && one.properties && !one.not) || null;
  const chosenName = typeof tree === "string" ? tree : tree && tree.use;
  return (names.get(plainName(chosenName || schema.default)) || {}).options || null;
};

const isPlain = text => /^[A-Za-z0-9_./+-][A-Za-z0-9_ ./+@:!~-]*$/.test(text) && !/: |:$| $/.test(text) && !/^[-.+]$|^- /.test(text);
const scalar = value => value === null ? "null" : isPlain(value) ? value : JSON.stringify(value);

function yaml(value, indent) {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    if (!value.length) return " []\n";
    if (value.every(one => one === null || typeof one !== "object")) return " [" + value.map(one => one !== null && /^[\w.+-]+$/.test(one) ? one : one === null ? "null" : JSON.stringify(one)).join(", ") + "]\n";
    return "\n" + value.map(one => pad + "-" + (typeof one === "object" && one !== null && !Array.isArray(one)
      ? " " + yaml(one, indent + 2).replace(/^\n/, "").trimStart() : yaml(one, indent + 2))).join("");
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    if (!entries.length) return " {}\n";
    return "\n" + entries.map(([key, inner]) => pad + scalar(key) + ":" + yaml(inner, indent + 2)).join("");
  }
  return " " + scalar(value) + "\n";
}

const written = () => yaml(form.tree, 0).replace(/^\n/, "");

function changed() {
  form.written = false;
  byId("yaml").value = written();
  showForm();
}

function field(schema, tree, key) {
  const one = followed(schema);
  const value = tree[key];
  const names = chooser(one);
  if (names) {
    const select = element("select");
    select.append(...[...names].map(([name, about]) => { const made = element("option", name); made.value = name; made.title = about.description; return made; }));
    select.value = plainName(typeof value === "string" ? value : value && value.use);
    select.addEventListener("change", () => { tree[key] = { use: select.value }; changed(); });
    return select;
  }
  const choices = variants(one).flatMap(v => v && v.enum ? v.enum : v && v.const !== undefined ? [v.const] : v && v.type === "boolean" ? ["true", "false"] : []);
  const plain = variants(one).every(v => v && (v.enum || v.const !== undefined || v.type === "boolean" || v.type === "null"));
  if (choices.length && plain) {
    const select = element("select");
    select.append(...choices.map(String).filter(choice => !choice.includes("@")).map(choice => element("option", choice)));
    select.value = value === null ? "" : String(value);
    select.addEventListener("change", () => { tree[key] = select.value; changed(); });
    return select;
  }
  const input = element("input");
  const list = Array.isArray(value);
  input.value = list ? value.join(", ") : value === null ? "" : String(value);
  input.spellcheck = false;
  input.addEventListener("change", () => {
    const text = input.value.trim();
    tree[key] = list ? text.split(",").map(part => part.trim()).filter(Boolean) : text === "" ? null : text;
    changed();
  });
  return input;
}

const isNested = value => value !== null && typeof value === "object" && (!Array.isArray(value) || value.some(one => one !== null && typeof one === "object"));

function firstValue(schema) {
  const one = followed(schema);
  const names = chooser(one);
  if (names) return { use: plainName(typeof one.default === "string" ? one.default : schema.default) || [...names.keys()][0] };
  if (schema.default !== undefined) return JSON.parse(JSON.stringify(schema.default), (k, v) => typeof v === "number" || typeof v === "boolean" ? String(v) : v);
  const first = variants(one).find(v => v && v.type !== "null") || {};
  if (first.type === "object") return {};
  if (first.type === "array") return [];
  return first.enum ? first.enum[0] : first.minimum !== undefined ? String(first.minimum) : "";
}

// The options of a mapping that are set, and a list of those that can be.
function fields(schema, tree, path) {
  const made = [];
  const options = (optionsOf(schema, tree) || {}).properties || {};
  const extra = variants(schema).find(one => one && one.additionalProperties && typeof one.additionalProperties === "object");
  for (const key of Object.keys(tree)) {
    if (key === "use") continue;
    const inner = options[key] || (extra && extra.additionalProperties) || null;
    const about = inner ? inner.description || "" : "";
    const row = element("div", undefined, "setting");
    const label = element("label", key);
    label.title = about;
    row.append(label);
    if (inner && (!isNested(tree[key]) || chooser(followed(inner)))) {
      const input = field(inner, tree, key);
      input.setAttribute("aria-label", [...path, key].join("."));
      row.append(input);
    } else if (!isNested(tree[key])) {
      row.append(element("code", String(tree[key])));
    }
    row.append(button("✕", "small", () => { delete tree[key]; changed(); }));
    row.lastChild.title = "back to the default";
    if (about) row.append(element("small", about));
    made.push(row);
    if (isNested(tree[key]) && !Array.isArray(tree[key])) {
      const box = element("div", undefined, "nested");
      box.append(...fields(inner || {}, tree[key], [...path, key]));
      made.push(box);
    }
  }
  const free = Object.keys(options).filter(key => !(key in tree) && key !== "use" && !options[key].deprecated);
  if (free.length) {
    const add = element("select", undefined, "add");
    add.setAttribute("aria-label", "add an option" + (path.length ? " of " + path.join(".") : ""));
    add.append(element("option", "add an option" + (path.length ? " of " + path[path.length - 1] : "") + " …"));
    add.append(...free.map(key => {
      const option = element("option", key + (options[key].default === undefined ? "" : " (" + (typeof options[key].default === "object" ? JSON.stringify(options[key].default) : options[key].default) + ")"));
      option.value = key;
      option.title = options[key].description || "";
      return option;
    }));
    add.addEventListener("change", () => { tree[add.value] = firstValue(options[add.value]); changed(); });
    made.push(add);
  }
  if (extra) {
    const add = button("add a name …", "small", () => {
      const name = prompt("Name");
      if (name) { tree[name] = firstValue(extra.additionalProperties); changed(); }
    });
    made.push(add);
  }
  return made;
}

function showForm() {
  byId("form-kind").value = form.kind;
  fill(byId("settings"), fields(form.schemas[form.kind], form.tree, []));
}

async function openForm() {
  if (!hasToken()) return;
  if (!form.schemas[form.kind]) {
    say("Reading the schema of the installed plugins …");
    form.schemas[form.kind] = (await acted("schema", { kind: form.kind })).schema;
    say("");
  }
  if (!form.tree) form.tree = emptyTree();
  if (!form.sources) {
    form.sources = (await acted("files")).files;
    fill(byId("form-source"), element("option", "an empty file"), form.sources.map(name => element("option", name)));
    byId("form-source").options[0].value = "";
  }
  if (!form.written) byId("yaml").value = written();
  showForm();
}

async function startLike(kind, from, name) {
  show("start");
  try {
    form.kind = kind;
    form.tree = (await acted("read", from)).tree;
    if (name) form.tree.name = name;
    // The folder of runs is that of the page.
    delete form.tree.output_dir;
    byHand(false);
    await openForm();
  } catch (problem) {
    alertOf(problem);
  }
}

// Only a comparison names strategies.
async function startFrom(file) {
  try {
    const { tree } = await acted("read", { file });
    await startLike(tree.strategies ? "comparison" : "run", { file });
    byId("form-source").value = file;
  } catch (problem) {
    alertOf(problem);
  }
}

async function send(action) {
  say("");
  try {
    const named = byId("yaml").value.match(/^name: *["']?([\w.-]+)/m);
    await acted(action, { kind: form.kind, name: named ? named[1] : form.kind, yaml: byId("yaml").value });
    await readCommands();
    byId("started").scrollIntoView({ block: "nearest" });
  } catch (problem) {
    alertOf(problem);
  }
}

byId("check").addEventListener("click", () => send("check"));
byId("start").addEventListener("click", () => send("start"));
// The form cannot read what was written by hand: it rests until that is given up.
function byHand(written) {
  form.written = written;
  byId("settings").inert = written;
  byId("form-again").hidden = !written;
}

byId("yaml").addEventListener("input", () => byHand(true));
byId("form-again").addEventListener("click", () => { byHand(false); changed(); });
byId("form-kind").addEventListener("change", () => {
  form.kind = byId("form-kind").value;
  form.tree = null;
  byHand(false);
  openForm().catch(alertOf);
});
byId("form-source").addEventListener("change", () => {
  const file = byId("form-source").value;
  if (file) {
    startFrom(file);
  } else {
    form.tree = emptyTree();
    byHand(false);
    changed();
  }
});
