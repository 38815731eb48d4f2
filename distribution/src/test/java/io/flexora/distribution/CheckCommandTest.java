package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  @TempDir Path folder;

  @Test
  void quietLeavesTheMemoryInAllAndTheVerdict() throws Exception {
    Path file = TinyExperiment.in(folder).file();
    String runs = "output_dir=" + folder.resolve("runs");
    Command command = new Command(folder.resolve("cache"));

    Program.Outcome whole = command.run(List.of("check", file.toString(), "--set", runs));
    Program.Outcome verbose =
        command.run(List.of("check", file.toString(), "--set", runs, "--verbose"));
    Program.Outcome quiet = command.run(List.of("check", file.toString(), "--set", runs, "-q"));

    String verdict = "The experiment is valid and would run on ";
    assertThat(whole.out()).contains("Adapted modules", verdict).doesNotContain("Configuration");
    assertThat(verbose.out()).contains("Configuration", "  seed: ", "Adapted modules", verdict);
    assertThat(whole.out())
        .contains("What to expect with 60 rows ")
        .contains("main: not measured with these options, but with selection: top-k.")
        .containsPattern(
            "all: On an encoder of 12 layers, .* 3 random layers on average over 4 tasks \\(.*"
                + " Here: 0\\.\\d+ times the rows")
        .containsPattern("random: there .* all layers at ");
    assertThat(quiet.code()).as(quiet.err()).isZero();
    List<String> lines = quiet.out().lines().toList();
    assertThat(lines.get(0)).matches("Memory of the process at its peak, about: [\\d.]+ [MG]iB");
    assertThat(lines.get(lines.size() - 1)).startsWith(verdict);
    assertThat(quiet.out())
        .doesNotContain("Configuration", "Adapted modules", "Tokenized examples", "Cells");
  }

  @Test
  void aComparisonIsPlannedAndNothingIsMeasured() throws Exception {
    Program.Outcome whole = checkOfComparison();
    assertThat(whole.code()).as(whole.err()).isZero();
    assertThat(whole.err()).doesNotContain("Benchmarking");
    assertThat(whole.out())
        .containsPattern(
            "bert\\.glosses\\.random\\.2 +missing +[\\d,]+ +[\\d,]+ +\\d+ MiB +unknown")
        .containsPattern("4 cells, 4 to run, each with up to \\d+ MiB\\. Their time is unknown\\.")
        .contains("No estimate for all cells: not measured")
        .containsPattern(
            "(?s)Measured\\s+on\\s+an\\s+encoder\\s+of\\s+12\\s+layers,.*:"
                + "\\s+all\\s+[+-]\\d\\.\\d.*;\\s+random\\s")
        .endsWith("The comparison is valid." + System.lineSeparator());

    Program.Outcome quiet = checkOfComparison("-q");
    assertThat(quiet.code()).as(quiet.err()).isZero();
    assertThat(quiet.out())
        .startsWith("4 cells, 4 to run, ")
        .endsWith("The comparison is valid." + System.lineSeparator())
        .doesNotContain("CELL", "bert.glosses");
    assertThat(quiet.err()).isEmpty();

    Program.Outcome json = checkOfComparison("--json");
    JsonNode plan =
        json.out()
            .lines()
            .map(CheckCommandTest::json)
            .filter(line -> line.get("type").asText().equals("plan"))
            .findFirst()
            .orElseThrow();
    assertThat(plan.get("cells").size()).isEqualTo(4);
    assertThat(plan.at("/cells/0/estimate_missing").asText()).startsWith("not measured");
    assertThat(plan.at("/cells/0/expected/gains/0/to").asText()).isEqualTo("random");
    assertThat(TinyExperiment.runs(folder)).isEmpty();
  }

  @Test
  void theMistakesOfAComparisonAreToldTogether() throws Exception {
    Program.Outcome wrong =
        checkOfComparison(
            "--set",
            "seeds=[3,1,3]",
            "--set",
            "baseline=ramdom",
            "--set",
            "tune={trials: 3, options: {trainer.lerning_rate: {low: 1, high: 2}}}");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("error: 3 mistakes in the configuration:")
        .contains("'seeds[2]' is 3", "did you mean 'random'?", "no option 'lerning_rate'");

    Program.Outcome unread =
        checkOfComparison("--set", "models.bert.source=file:" + folder.resolve("nowhere.onnx"));
    assertThat(unread.code()).isEqualTo(2);
    assertThat(unread.err()).startsWith("error: ").contains("nowhere.onnx");
    assertThat(unread.out()).isEmpty();
  }

  private Program.Outcome checkOfComparison(String... more) throws Exception {
    Path file = TinyComparison.in(folder).file();
    List<String> words = new ArrayList<>(List.of("check", file.toString()));
    words.addAll(List.of("--set", "output_dir=" + folder.resolve("runs")));
    words.addAll(List.of(more));
    return new Command(folder.resolve("cache")).run(words);
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(line, e);
    }
  }
}
