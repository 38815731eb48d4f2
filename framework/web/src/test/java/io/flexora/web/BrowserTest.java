package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flexora.api.plan.ChosenModule;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser makes of the page; skipped where there is no Chromium. */
class BrowserTest {

  @TempDir Path runs;
  @TempDir Path profile;

  @Test
  void theTableAndTheChosenRunsAreDrawn() throws Exception {
    ChosenModule[] modules = {ChosenModule.of(0, "query", 8), ChosenModule.of(2, "query", 8)};
    String first = name(WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75, modules));
    String second = name(WrittenRun.done(runs, "second", "autolora", "5e-4", 0.5));
    try (RunFolder live = WrittenRun.begun(runs, "live", "flexora", "1e-3");
        LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      WrittenRun.step(live, "search", 3, 2.0);
      String dom = dom(page.address() + "#" + first + "&" + second);

      assertThat(dom)
          .contains("3 runs, 1 running, 2 done", "running, search 3 of 9", "accuracy 75.0 %")
          .contains(
              "Chosen (2)", "Differences of the configurations", "train: training loss by step")
          .contains(">5e-4<", ">selector<", "<li>layers 0, 2: query (rank 8)</li></ul>")
          .doesNotContain(">trainer.betas<", "No answer from the program");
      assertThat(dom.split("class=\"curve ", -1)).as("two runs, search and train").hasSize(5);
    }
  }

  @Test
  void anEmptyTableTellsThatThereAreNoRunsOnceAllFoldersAreRead() throws Exception {
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      assertThat(dom(page.address()))
          .contains("<p id=\"none\">There are no runs here yet", ">any model<", "0 runs<");

      assertThat(
              domWith(
                  page,
                  "takeRuns({whole: true, runs: [], removed: [], unread: 3}); say('So far.');"))
          .contains("<p id=\"none\" hidden=\"\">", "0 runs; reading 3 more<")
          .as("what is under way is no problem")
          .contains("<span id=\"form-said\" role=\"status\">So far.<");
    }
  }

  @Test
  void trialsAreToldFromResultsAndNamesAreWhole() throws Exception {
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      String dom =
          domWith(
              page,
              """
              const done = { seed: 1, state: "done", metric: "accuracy", percent: true };
              takeRuns({ whole: true, unread: 0, removed: [], runs: [
                { id: "c-1", kind: "comparison", state: "done", strategies: ["all"] }] });
              showCells({ groups: [{ model: "m", task: "t", rows: [{ strategy: "all", cells: [
                { ...done, id: "m.t.all.1.trial-0", trial: 0, value: 0.9 },
                { ...done, id: "m.t.all.1", value: 0.86 }] }] }] });
              showCell({ cell: { id: "m.t.all.1", state: "done", layers: [], curves: [],
                modules: [] } }, "c-1");
              byId("layers-box").append(strip(3, i => i / 2, i => "layer " + i));
              """);
      assertThat(dom)
          .contains("done, trial 0 of the tuning, on tuning examples: accuracy 90.0 %\"")
          .contains("title=\"m.t.all.1, done, accuracy 86.0 %\"")
          .contains("Small: trials, on tuning examples. Large: the test examples.")
          .contains("title=\"c-1\"", ">1 strategy<")
          .containsPattern(">state<.*>last started ▾<.*>model<")
          .contains("done · no losses <a")
          .contains("<i class=\"on\" title=\"layer 2\"")
          .contains("<i title=\"layer 1\" style=\"--share: 50%;\">");
    }
  }

  @Test
  void runsAreFilteredByMetricsOptionsAndWords() throws Exception {
    WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75);
    WrittenRun.done(runs, "second", "autolora", "5e-4", 0.5);
    WrittenComparison.write(runs.resolve("third/configuration.yaml"), "name: third");
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put("", "first second third");
    filters.put("accuracy > 0.7 and selector = flexora", "first");
    filters.put("accuracy>=50% learning_rate = 0.0005", "second");
    filters.put("selector = flexora or not (time < 11 or memory > 0.5GiB)", "first third");
    filters.put("not begun", "third");
    filters.put("trainer.learning_rate != 1e-3", "second");
    filters.put("model contains BGE started > 2020-01-01", "");
    filters.put("bge auto", "second");
    filters.put("it's", "");
    filters.put(
        "acuracy > 1", "No run has a column, metric or option acuracy. Did you mean accuracy?");
    filters.put("accuracy >", "A value is missing after accuracy >.");
    filters.put("accuracy > high", "accuracy > needs a number, not high.");
    filters.put("(first", "A closing parenthesis is missing.");
    filters.put("first) and", "An opening parenthesis is missing before ).");
    filters.put("first or", "A word or comparison is missing after or.");
    filters.put("= 3", "A word or comparison is missing before =.");
    filters.put("\"first", "A closing quotation mark is missing.");
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      String table = StatusJson.text(new RunIndex(new RunsFolder(runs), Instant::now).json("", 0));
      String dom =
          domWith(
              page,
              """
              takeRuns(%s);
              for (const text of %s) {
                let said;
                try {
                  const fits = readFilter(text);
                  said = [...runs.values()].filter(fits).map(run => run.name).sort().join(" ");
                } catch (problem) {
                  said = problem.message;
                }
                document.body.append(element("p", text + " -> " + said + ";"));
              }
              byId("filter").value = "first";
              byId("filter").dispatchEvent(new Event("input"));
              byId("filter").value = "first and";
              byId("filter").dispatchEvent(new Event("input"));
              """
                  .formatted(table, StatusJson.text(Map.of("texts", filters.keySet())) + ".texts"));
      filters.forEach(
          (text, said) -> assertThat(dom).contains(escaped(text + " -> " + said + ";")));
      assertThat(dom)
          .as("a filter that cannot be read leaves the last one that could be")
          .contains("aria-invalid=\"true\"", ">A word or comparison is missing after and.</p>")
          .contains("1 of 3 runs");
      assertThat(dom(page.address() + "#filter=accuracy%20%3E%200.7&sort=-value"))
          .contains("1 of 3 runs", "metric ▾", ">first-20260102-030405<")
          .doesNotContain(">second-20260102-030405<");
    }
  }

  @Test
  void runsAreGroupedWithMeansAndIntervals() throws Exception {
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      String dom =
          domWith(
              page,
              """
              const metric = { metric: "accuracy", percent: true, unit: "" };
              const run = (strategy, value, seed) => ({ id: strategy + seed, name: "r", kind: "run",
                state: "done", model: "m", task: "t", strategy, strategies: [strategy], ...metric,
                value, options: { seed: String(seed), "trainer.betas": '["1"]' },
                metrics: value === undefined ? {} : { accuracy: { ...metric, value } } });
              table.group = "strategy";
              takeRuns({ whole: true, unread: 0, removed: [], runs: [run("a", 0.79, 1),
                run("a", 0.8, 2), run("a", 0.81, 3), run("b", 0.85, 1), run("b", undefined, 2),
                { ...run("b", 0.1, 9), kind: "comparison", id: "c" }] });
              const said = text => document.body.append(element("pre", text));
              const rows = () => [...document.querySelectorAll("#groups tr")].slice(1)
                .map(line => [...line.cells].map(cell => cell.textContent).join(", ")).join("; ");
              said("by strategy: " + rows());
              said("options: " + [...byId("group-by").options].map(one => one.value).join(" "));
              [...document.querySelectorAll("#groups button")][1].click();
              said("only: " + table.filter + ": " + rows());
              """);
      assertThat(dom)
          .contains("by strategy: b, 2, 1, 85.0 %, –; a, 3, 3, 80.0 %, 77.5 % to 82.5 %<")
          .contains("options:  strategy model task seed<")
          .contains("only: strategy = \"a\": a, 3, 3, 80.0 %, 77.5 % to 82.5 %<")
          .contains(">3 of 6 runs, 3 done<");
    }
  }

  @Test
  void tablesAndChartsAreSaved() throws Exception {
    ChosenModule[] modules = {ChosenModule.of(0, "query", 8)};
    String first = name(WrittenRun.done(runs, "first", "flexora", "1e-3", 0.75, modules));
    WrittenRun.done(runs, "second", "autolora", "5e-4", 0.8);
    RunsFolder folder = new RunsFolder(runs);
    String table = StatusJson.text(new RunIndex(folder, Instant::now).json("", 0));
    String details = StatusJson.text(new RunDetails(runs.resolve(first), first).json());
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      String dom =
          domWith(
              page,
              """
              const said = text => document.body.append(element("pre", text));
              takeRuns(%s);
              said(csv(runLines()) + markdown(runLines()));
              said(csv([[plain('a "b", c'), { text: "75 %%", raw: 0.75 }, plain("–")]]));
              said(csv([[plain("=1+1"), plain("-0.5"), plain("@x")]]));
              said(markdown([[plain("a|b")], [plain("c\\nd")]]));
              const run = %s;
              chosen.set(run.id, run);
              showChosen();
              said(csv(costLines(shownCells())));
              said(csv(cellsOf(document.querySelector("#configuration-box table"))));
              const figure = document.querySelector("#curves-box figure");
              const parts = new DOMParser().parseFromString(picture("a < b", figure), "image/svg+xml");
              said("drawn: " + ["path", "circle", "text"].map(tag =>
                parts.getElementsByTagName(tag).length) + " " + parts.querySelector("path").getAttribute("stroke"));
              const layers = picture("layers", document.querySelector("#layers-box .layers"));
              said("squares: " + layers.split("<rect").length + (/color\\(|NaN/.test(layers) ? "?" : ""));
              drawing.log = true;
              drawing.smoothing = 0.5;
              const curve = { label: "a", kind: 0, points: [[1, 0.01], [2, 10]] };
              const words = [...chart("t", [curve]).querySelectorAll("text")];
              said("ticks: " + words.map(one => one.textContent).join(" "));
              said("smoothed: " + JSON.stringify(smoothed([[1, 2], [2, 5]])));
              png(layers).then(blob => said("png: " + blob.type + (blob.size > 500 ? "!" : "?")));
              """
                  .formatted(table, details));
      assertThat(dom)
          .contains(
              "name,kind,state,last started,model,task,strategy,cost: search (seconds),memory (bytes),time (seconds),accuracy\n")
          .contains(",done,,hf:org/bge-small,classification,flexora,4,1073741824,10,0.75\n")
          .contains("| done | – | bge-small | classification | autolora + 1 | 4.0 s | 1.0 GiB |")
          .contains("'=1+1,-0.5,'@x\n")
          .contains("\"a \"\"b\"\", c\",0.75,\n", "| a\\|b |\n|---|\n| c d |\n")
          .contains("cell,accuracy,", "trainer.betas,\"[0.9, 0.999]\"")
          .contains("drawn: 1,1,", " rgb(31, 95, 191)", "squares: 7<", "ticks: 0.01 0.1 1 10 1 2<")
          .contains("smoothed: [[1,2],[2,4]]", "png: image/png!")
          .contains("aria-label=\"Save train: training loss by step as SVG\"");
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Test
  void aChosenComparisonThatIsDeletedIsSaidToBeGone() throws Exception {
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      String dom =
          domWith(
              page,
              """
              let looks = 0;
              const said = body => new Response(JSON.stringify(body));
              window.fetch = async address => {
                const run = { id: "c-1", kind: "comparison", state: "done", strategies: [],
                  groups: [], files: [], configuration: {} };
                if (address.startsWith("runs.json")) {
                  looks++;
                  return said({ index: "i", version: looks, whole: looks === 1, unread: 0,
                    folder: "/runs", runs: looks === 1 ? [run] : [],
                    removed: looks === 2 ? ["c-1"] : [] });
                }
                if (looks > 1) return new Response("there is no c-1\\n", { status: 404 });
                return said(address.startsWith("run.json") ? run : { state: "ended", groups: [] });
              };
              chosen.set("c-1", null);
              (async () => { for (let i = 0; i < 3; i++) await ask(); })();
              """);
      assertThat(dom)
          .containsPattern("<p id=\"asking\"[^>]* hidden=\"\"")
          .contains("<p class=\"problem\">there is no c-1</p>", "0 runs<");
    }
  }

  @Test
  void theFormIsMadeOfTheSchema() throws Exception {
    WrittenComparison.write(runs.resolve(".config/quick.yaml"), "name: q\nmodel: {use: m}");
    try (LivePage page =
        LivePage.over(runs)
            .actions(this::command, () -> {}, runs.resolve(".config"))
            .open(LivePage.LOOPBACK, 0)) {
      String with = dom(page.addressWithToken() + "&view=start");
      assertThat(with)
          .contains("<option>quick.yaml</option>", "add an option")
          .contains("a word of the schema")
          .doesNotContain(page.token().orElseThrow());
      String without = dom(page.address() + "#view=start");
      assertThat(without).contains("enter its token").doesNotContain("a word of the schema");
    }
  }

  private List<String> command(List<String> arguments) {
    List<String> line = new ArrayList<>(FlexoraHost.javaCommand(runs));
    line.add(FakeFlexora.class.getName());
    line.addAll(arguments);
    return line;
  }

  private static String name(Path run) {
    return run.getFileName().toString();
  }

  /** What the page is after a script. */
  private String domWith(LivePage page, String script) throws IOException, InterruptedException {
    Path file = profile.resolve("with.html");
    try (InputStream in = URI.create(page.address()).toURL().openStream()) {
      String html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(file, html + "<script>" + script + "</script>");
    }
    return dom(file.toUri().toString());
  }

  private String dom(String address) throws IOException, InterruptedException {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "there is no chromium on the PATH");
    List<String> command = new ArrayList<>(List.of(browser.get().toString()));
    command.addAll(
        List.of("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000"));
    command.addAll(List.of("--user-data-dir=" + profile, "--dump-dom", address));
    Path out = profile.resolve("dom.html");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(profile.resolve("errors.txt").toFile())
            .start();
    try {
      assumeTrue(process.waitFor(60, TimeUnit.SECONDS), "chromium does not end on this machine");
    } finally {
      process.destroyForcibly().waitFor();
    }
    return Files.readString(out, StandardCharsets.UTF_8).replaceAll("(?s)<script>.*?</script>", "");
  }

  private static Optional<Path> browser() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
