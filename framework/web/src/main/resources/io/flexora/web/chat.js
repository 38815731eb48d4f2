// A tuned model beside its base: both are asked the same, one after the other, and answer as the text comes.
const SIDES = [{ id: "tuned", title: "tuned", base: false }, { id: "base", title: "base", base: true }];
const chat = { stop: null };

function showChatRuns() {
  const ended = [...runs.values()].filter(run => run.kind === "run" && ["done", "failed"].includes(run.state));
  fill(byId("chat-runs"), ended.slice(0, 300).map(run => { const option = element("option"); option.value = run.id; return option; }));
}

function chatWith(run) {
  byId("chat-run").value = run;
  show("chat");
}

function bubble(side, text, className) {
  const made = element("div", text, "bubble " + className);
  byId("chat-" + side.id).append(made);
  made.scrollIntoView({ block: "nearest" });
  return made;
}

// Each line of the answer is a piece of the text, or how it ended.
async function answerOf(side, asking, signal) {
  const place = bubble(side, "", "answer");
  const state = element("small", "loading the model …");
  place.append(state);
  try {
    const answer = await act("chat", { ...asking, base: side.base }, signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "", text = "";
    for (;;) {
      const { value, done } = await reader.read();
      const lines = (rest + (value || "")).split("\n");
      rest = lines.pop();
      for (const line of lines.filter(Boolean)) {
        const told = JSON.parse(line);
        if (told.piece) text += told.piece;
        place.textContent = text.replace(/\n$/, "");
        if (told.end !== undefined) place.append(element("small", told.end.split("\n").pop()));
        if (told.problem !== undefined) place.append(element("small", told.problem, "problem"));
      }
      if (done) return;
    }
  } catch (problem) {
    place.append(element("small", problem.name === "AbortError" ? "stopped" : problem.message, "problem"));
  }
}

async function sendChat(event) {
  event.preventDefault();
  if (chat.stop) { chat.stop.abort(); return; }
  const prompt = byId("chat-prompt").value;
  if (!prompt.trim()) return;
  const asking = { run: byId("chat-run").value.trim(), prompt, system: byId("chat-system").value };
  for (const name of ["max_tokens", "temperature", "top_p", "seed"]) {
    const value = Number(byId("chat-" + name).value);
    if (byId("chat-" + name).value !== "" && Number.isFinite(value)) asking[name] = value;
  }
  chat.stop = new AbortController();
  byId("chat-send").textContent = "Stop";
  for (const side of SIDES) bubble(side, prompt, "asked");
  byId("chat-prompt").value = "";
  for (const side of SIDES) {
    if (!chat.stop.signal.aborted) await answerOf(side, asking, chat.stop.signal);
  }
  chat.stop = null;
  byId("chat-send").textContent = "Send";
  byId("chat-prompt").focus();
}

byId("chat").addEventListener("submit", sendChat);
byId("chat-prompt").addEventListener("keydown", key => {
  if (key.key === "Enter" && !key.shiftKey && !chat.stop) sendChat(key);
});
byId("chat-clear").addEventListener("click", () => SIDES.forEach(side => fill(byId("chat-" + side.id))));
