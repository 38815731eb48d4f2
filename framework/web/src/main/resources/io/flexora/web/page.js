// What is asked for again and again, and what is shown.
const POLL = 2000;
let timer = 0;
let index = "", version = 0;
let opened = false;
let view = "runs";

function show(name) {
  view = name;
  for (const tab of document.querySelectorAll("nav [data-view]")) tab.setAttribute("aria-current", String(tab.dataset.view === name));
  if (name === "start") openForm().catch(alertOf);
  for (const section of document.querySelectorAll("main > [data-view]")) section.hidden = section.dataset.view !== name;
}

async function ask() {
  clearTimeout(timer);
  let unread = 0;
  const place = byId("asking");
  try {
    const answer = await asked("runs.json?index=" + index + "&since=" + version);
    index = answer.index;
    version = answer.version;
    byId("folder").textContent = answer.folder;
    const could = actions.can;
    actions.can = answer.actions;
    showToken();
    if (!could && view === "start") {
      const from = location.hash.match(/[#&]from=([\w.-]+)/);
      if (from && hasToken()) startFrom(from[1]); else openForm().catch(alertOf);
    }
    byId("manual").hidden = !answer.manual;
    unread = answer.unread;
    takeRuns(answer);
    if (!opened && answer.own && runs.has(answer.own)) {
      opened = true;
      if (!location.hash) location.hash = encodeURIComponent(answer.own);
    }
    const changed = await readChosen(new Set(answer.runs.map(run => run.id)));
    await readComparison();
    await readCommands();
    if (changed) showChosen();
    place.hidden = true;
    const running = [...runs.values()].filter(run => run.state === "running").length;
    document.title = (running ? running + " running, " : "") + "Flexora";
  } catch (problem) {
    // A fetch without an answer is a TypeError; what the program has answered is said as it stands.
    place.textContent = problem instanceof TypeError ? "No answer from the program: it has ended, or cannot be reached. The page shows the last known state." : problem.message;
    place.hidden = false;
  }
  timer = setTimeout(ask, unread ? 50 : POLL);
}

function follow() {
  fromHash();
  takeTable();
  keepTable();
  pickedCell = null;
  show(chosen.size ? "chosen" : view === "chosen" ? "runs" : view);
  showTable();
  showChosen();
  ask();
}

for (const tab of document.querySelectorAll("nav [data-view]")) tab.addEventListener("click", () => show(tab.dataset.view));
window.addEventListener("hashchange", () => {
  const at = view;
  takeToken();
  follow();
  if (stay) show(at);
  stay = false;
});
document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else ask(); });
takeToken();
fromHash();
takeTable();
show(chosen.size ? "chosen" : (location.hash.match(/[#&]view=(runs|start|chat)/) || [])[1] || "runs");
ask();
