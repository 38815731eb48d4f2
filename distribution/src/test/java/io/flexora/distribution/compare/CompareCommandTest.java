package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code compare} as a user sees it. */
class CompareCommandTest {

  private static final int WRONG_INPUT = 2;

  @TempDir Path folder;
  private TinyComparison tiny;
  private Path working;

  @BeforeEach
  void prepare() throws IOException {
    tiny = TinyComparison.in(Files.createDirectory(folder.resolve("data")));
    working = Files.createDirectory(folder.resolve("working"));
  }

  @Test
  void theTableSaysWhatWasFoundAndTheExitCodeThatACellFailed() throws Exception {
    Program.Outcome outcome =
        Program.run(
            working,
            arguments(List.of(), List.of("strategies.beyond=" + TinyComparison.FAILING))
                .toArray(String[]::new));

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("bert on glosses, 40 test examples, 4 layers")
        .containsPattern("all (†|\\*) +0-3 +954 +0\\.\\d{4} (±|\\+-) 0\\.\\d{4} +2")
        .containsPattern("random .*[+-]0\\.\\d{4} +\\[[+-]0\\.\\d{4}, [+-]0\\.\\d{4}\\]")
        .contains("not distinguishable")
        .containsPattern("2 of its 2 cells\\s+exceeded")
        .contains("bert.glosses.beyond.1 failed: ")
        .contains("comparison.csv");
    assertThat(outcome.err())
        .contains("6 cells")
        .containsPattern("1/6  bert\\.glosses\\.all\\.1  accuracy \\d+\\.\\d\\d %, ");

    Path run = TinyExperiment.runs(working).get(0);
    Program.Outcome report = command().run(List.of("report", run.toString(), "--json"));
    JsonNode line = new ObjectMapper().readTree(report.out());
    assertThat(line.get("type").asText()).isEqualTo("comparison");
    assertThat(line.get("done").asInt()).isEqualTo(4);
    assertThat(line.at("/failures/bert.glosses.beyond.1").asText()).isNotEmpty();
    assertThat(line.at("/comparison/groups/0/strategies").size()).isEqualTo(3);
    assertThat(report.code()).isEqualTo(1);
  }

  @Test
  void aDryRunTellsWhatItWouldTakeAndWritesNothing() throws Exception {
    assertThat(dryRun())
        .containsPattern(
            "bert\\.glosses\\.random\\.2 +missing +[\\d,]+ +[\\d,]+ +\\d+ MiB +\\d+\\.\\d +benchmark")
        .contains("4 cells, 4 to run", "Sequentially they take about")
        .contains("Measured by a benchmark of");
  }

  @Test
  void aDryRunWithoutABenchmarkMeasuresNothing() throws Exception {
    Program.Outcome outcome = here(List.of("--dry-run", "--benchmark=0"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).doesNotContain("Benchmarking");
    assertThat(outcome.out())
        .contains("4 cells, 4 to run", "Their time is unknown.")
        .contains("No estimate for all cells: not measured")
        .doesNotContain("Measured by a benchmark");
  }

  @Test
  void aDryRunWithoutTheModelStillTellsTheCellsAndWhyItCannotTellMore() throws Exception {
    Program.Outcome outcome =
        here(List.of("--dry-run"), "models.bert.source=file:" + working.resolve("nowhere.onnx"));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(TinyExperiment.runs(working)).isEmpty();
    assertThat(outcome.out())
        .containsPattern("bert\\.glosses\\.random\\.2 +missing +unknown +unknown +unknown +unknown")
        .contains("4 cells, 4 to run. Their time is unknown.")
        .contains("No estimate for all cells:")
        .contains("nowhere.onnx");
  }

  @Test
  void aDryRunTellsOfATaskThatCannotBeReadAndBenchmarksTheOther() throws Exception {
    String other =
        "tasks.other={dataset: {use: wordnet, source: 'file:%s'},"
            + " task: {use: classification, text: gloss, label: supersense}}";
    assertThat(dryRun(other.formatted(working)))
        .containsPattern(
            "bert\\.glosses\\.all\\.1 +missing +[\\d,]+ +[\\d,]+ +\\d+ MiB +\\d+\\.\\d +benchmark")
        .containsPattern("bert\\.other\\.all\\.1 +missing +unknown +unknown +unknown +unknown")
        .contains("No estimate for bert.other.all.1 and 3 more:");
  }

  @Test
  void aBenchmarkThatFailsIsToldAndTheOthersAreMade() throws Exception {
    assertThat(dryRun("strategies.beyond=" + TinyComparison.FAILING))
        .containsPattern(
            "bert\\.glosses\\.beyond\\.1 +missing +[\\d,]+ +[\\d,]+ +\\d+ MiB +unknown")
        .containsPattern(
            "bert\\.glosses\\.all\\.1 +missing +[\\d,]+ +[\\d,]+ +\\d+ MiB +\\d+\\.\\d +benchmark")
        .contains("Sequentially they take more than")
        .contains("No estimate for bert.glosses.beyond.1 and 1 more: the benchmark failed:");
  }

  @Test
  void wrongComparisonsAreRefusedWithOneClearMessageBeforeAnythingIsWritten() throws Exception {
    assertThat(refused("seeds=[3,1,3]")).contains("'seeds[2]' is 3, as 'seeds[0]' is");
    assertThat(refused("seeds=[]")).contains("option 'seeds' is empty");
    assertThat(refused("baseline=ramdom"))
        .contains("none of the strategies; did you mean 'random'? There are: all, random");
    assertThat(refused("equivalence={margin: 0.01, against: al}"))
        .contains(
            "--set equivalence={margin: 0.01, against: al}: option 'equivalence.against' is 'al'")
        .contains("none of the strategies; did you mean 'all'? There are: all, random");
    assertThat(refused("strategies.mine=randm"))
        .contains("there is no selector 'randm'; did you mean 'random'?");
    assertThat(refused("strategies.Mine=random")).contains("strategy 'Mine' cannot name a folder");
    assertThat(refused("budget.layers=5"))
        .contains("--set budget.layers=5: option 'budget.layers' is 5")
        .contains("model 'bert' has 4 layers; write a number from 1 to 4");
    assertThat(refused("budget={hold: parameters, parameters: 500}"))
        .contains("one layer of model 'bert' takes 570 trainable parameters")
        .contains("write 570 or more");
    assertThat(refused("budget={hold: layers, layers: 2, search: included}"))
        .contains("'search: included' concerns time, but hold is layers");
    assertThat(refused("budget={hold: seconds}")).contains("add 'seconds: N'");
    assertThat(refused("budget={hold: steps, layers: 3}")).contains("'layers: 3' has no effect");
    assertThat(refused("strategies.beyond={use: layers, layers: [0, 4]}"))
        .contains("--set strategies.beyond={use: layers, layers: [0, 4]}: ")
        .contains("selector layers lists [4], but the model has 4 layers, 0 to 3");
    assertThat(refused("budget={hold: steps, steps: 2}"))
        .contains("compare.yaml:", "selector random is to choose the 'same' number of layers");
    assertThat(refused("models.bert.source=file:/nowhere/model.onnx")).contains("/nowhere");
  }

  private String refused(String... assignments) throws Exception {
    Program.Outcome outcome = here(List.of(), assignments);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(WRONG_INPUT);
    assertThat(outcome.err()).startsWith("error: ").doesNotContain("Exception", "\tat ");
    assertThat(TinyExperiment.runs(working)).isEmpty();
    return outcome.err();
  }

  private String dryRun(String... assignments) throws Exception {
    Program.Outcome outcome = here(List.of("--dry-run", "--benchmark", "6"), assignments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(TinyExperiment.runs(working)).isEmpty();
    return outcome.out();
  }

  private Program.Outcome here(List<String> flags, String... assignments) {
    List<String> all = new ArrayList<>(List.of(assignments));
    all.add("output_dir=" + working.resolve("runs"));
    return command().run(arguments(flags, all));
  }

  private Command command() {
    return new Command(folder.resolve("cache"));
  }

  private List<String> arguments(List<String> flags, List<String> assignments) {
    List<String> arguments = new ArrayList<>(List.of("compare", tiny.file().toString()));
    arguments.addAll(flags);
    for (String assignment : assignments) {
      arguments.addAll(List.of("--set", assignment));
    }
    return arguments;
  }
}
