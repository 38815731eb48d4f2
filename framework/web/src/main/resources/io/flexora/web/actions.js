// What changes something. The token stands in the address that the terminal shows, behind the #, which a browser sends to nobody.
const TOKEN = "flexora-token";
const actions = { can: false, commands: [], said: new Map() };

function takeToken() {
  const found = location.hash.match(/(?:^#|&)token=([\w-]+)/);
  if (!found) return;
  sessionStorage.setItem(TOKEN, found[1]);
  history.replaceState(null, "", location.pathname + location.hash.replace(/&?token=[\w-]+/, "").replace(/^#$/, ""));
}

const hasToken = () => actions.can && Boolean(sessionStorage.getItem(TOKEN));

async function act(name, asking, signal) {
  const answer = await fetch("action/" + name, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", "Flexora-Token": sessionStorage.getItem(TOKEN) || "" },
    body: JSON.stringify(asking || {}),
  });
  if (answer.status === 401) {
    sessionStorage.removeItem(TOKEN);
    showToken();
  }
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer;
}

const acted = async (name, asking) => (await act(name, asking)).json();

function showToken() {
  byId("start-tab").hidden = !actions.can;
  byId("chat-tab").hidden = !hasToken();
  byId("token").hidden = !actions.can || hasToken();
  byId("start-form").hidden = !hasToken();
}

// Says how it went beside the button that was pressed.
async function pressed(id, work, words) {
  actions.said.set(id, "…");
  try {
    await work();
    actions.said.set(id, words);
  } catch (problem) {
    actions.said.set(id, problem.message);
  }
  showChosen();
  ask();
}

actionsOf = run => {
  if (!hasToken()) return [];
  const place = element("p", undefined, "links");
  if (run.state === "running") {
    place.append(button("Stop", "act", () => pressed(run.id, () => act("stop", { run: run.id }), "asked to save a checkpoint and stop")));
  } else if (["interrupted", "not begun", "failed"].includes(run.state)) {
    place.append(button("Resume", "act", () => pressed(run.id, async () => { await acted("resume", { run: run.id }); show("start"); }, "")));
  }
  if (run.state !== "damaged") {
    place.append(button("New run like this", "act", () => startLike(run.kind, { run: run.id }, run.name)));
  }
  if (run.kind === "run" && ["done", "failed"].includes(run.state)) {
    place.append(button("Chat", "act", () => chatWith(run.id)));
  }
  if (actions.said.get(run.id)) place.append(element("span", actions.said.get(run.id), "words"));
  return [place];
};

async function readCommands() {
  if (!hasToken() || (view !== "start" && !actions.commands.some(command => !command.ended))) return;
  const before = JSON.stringify(actions.commands);
  actions.commands = (await acted("started")).started;
  if (JSON.stringify(actions.commands) !== before) showCommands();
}

function showCommands() {
  const open = new Set([...document.querySelectorAll("#started details[open]")].map(one => one.dataset.id));
  const seen = new Set([...document.querySelectorAll("#started details")].map(one => one.dataset.id));
  fill(byId("started"), actions.commands.map((command, i) => {
    const box = element("details", undefined, "command");
    box.dataset.id = String(command.id);
    box.open = open.has(box.dataset.id) || (!seen.has(box.dataset.id) && i === 0);
    const title = element("summary", command.title + " ");
    const state = command.ended ? (command.code === 0 ? "ended" : command.code === 130 || command.code === 143 ? "stopped" : "failed, exit code " + command.code) : "running";
    title.append(element("span", state, "mark " + (command.ended ? (command.code === 0 ? "done" : state === "stopped" ? "interrupted" : "failed") : "running")));
    box.append(title, element("pre", command.output || "Nothing was said yet."));
    if (!command.ended) box.append(button("Stop", "act", () => act("end", { command: command.id }).then(readCommands, alertOf)));
    return box;
  }));
}

function say(text, isProblem) {
  const place = byId("form-said");
  place.textContent = text;
  place.classList.toggle("problem", Boolean(isProblem));
}

const alertOf = problem => say(problem.message, true);

byId("token").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, byId("token-value").value.trim().replace(/.*token=/, ""));
  byId("token-value").value = "";
  showToken();
  openForm().catch(alertOf);
});
