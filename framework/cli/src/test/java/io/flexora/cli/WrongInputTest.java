package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.cli.command.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrongInputTest {

  @TempDir Path home;

  @BeforeEach
  void makeAnInstallationWithoutBundles() throws Exception {
    Files.createDirectories(home.resolve("bundles"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fly", "run", "run a b", "plugins show", "export run", "--colour"})
  void aCommandLineThatIsNotUnderstoodIsToldInOneMessage(String arguments) {
    Invocation wrong =
        Invocation.of(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err()).startsWith("error: ").contains("--help").doesNotContain("\tat ");
    assertThat(wrong.out()).isEmpty();
  }

  @Test
  void aMisspelledCommandIsAnsweredWithTheRightOne() {
    assertThat(Invocation.of("plugin").err()).contains("plugins");
    assertThat(Invocation.of("rum").err())
        .startsWith("error: flexora has no command 'rum'; did you mean 'run'");
  }

  @Test
  void aMisspelledCommandOfACommandIsToo() {
    Invocation wrong = Invocation.of("plugins", "nw", "selector", "x");

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err().lines())
        .containsExactly(
            "error: flexora plugins has no command 'nw'; did you mean 'new'? Known are audit,"
                + " index, install, list, new, remove, search, show, update, use",
            "See flexora plugins --help");
  }

  @Test
  void anArgumentTooManyIsAnsweredWithWhatIsTaken() {
    assertThat(Invocation.of("ui", "runs").err())
        .startsWith("error: argument 'runs' is one too many: flexora ui takes options alone");
    assertThat(Invocation.of("run", "a.yaml", "b.yaml").err())
        .startsWith("error: argument 'b.yaml' is one too many: flexora run takes FILE and options");
  }

  @Test
  void aFolderOfRunsThatIsNotThereIsRefused() {
    Invocation wrong = Invocation.of("ui", "--runs", "/nowhere/runs");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .isEqualToIgnoringNewLines(
            "error: --runs /nowhere/runs: there is no such folder; name one that has runs");
  }

  /** The parser's own failure is no defect of code whose place would help. */
  @Test
  void ofAFileThatIsNoYamlThereIsNothingToDebug() throws Exception {
    Path file = Files.writeString(home.resolve("tab.yaml"), "name: x\n\tseed: 1\n");

    assertThat(Invocation.at(home, "run", file.toString()).err())
        .contains("tab.yaml:2:1: a tab is not accepted here")
        .doesNotContain("--debug");
  }

  @Test
  void aWrongValueIsAnsweredWithWhatIsAccepted() {
    assertThat(Invocation.of("evaluate", "a.yaml", "--split", "dev").err())
        .startsWith(
            "error: --split 'dev' is not accepted; write one of: train, validation, test\n");
    assertThat(Invocation.of("doctor", "--time-limit", "abc").err())
        .startsWith("error: --time-limit 'abc' is not accepted; write a whole number\n");
    assertThat(Invocation.of("query", "--time-limit", "abc").err())
        .startsWith("error: --time-limit 'abc' is not accepted; write a number\n");
  }

  @Test
  void onATerminalAnErrorIsBrokenBetweenWords() {
    String folder = "/nowhere/" + "x".repeat(50);

    assertThat(Invocation.onTerminal(80, "plugins", "--home", folder).err().lines())
        .containsExactly(
            "error: " + folder + " is not an", "installation of Flexora: it has no folder bundles");
  }

  @Test
  void aMissingInstallationIsNamed() {
    Invocation wrong = Invocation.of("plugins", "--home", "/nowhere");

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err()).contains("/nowhere", "not an installation").hasLineCount(1);
  }

  @Test
  void aMissingFileIsNamed() {
    Invocation wrong = Invocation.at(home, "run", "missing.yaml");

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err()).contains("missing.yaml").doesNotContain("\tat ");
  }

  @Test
  void aComparisonIsNoExperimentNorTheOtherWayRound() throws Exception {
    Path comparison = home.resolve("many.yaml");
    Files.writeString(comparison, "name: many\nstrategies: {all: all}\n");
    assertThat(Invocation.at(home, "run", comparison.toString()).err())
        .contains(
            "many.yaml:2:1: this file has 'strategies' and is a comparison", "flexora compare")
        .hasLineCount(1);

    Path experiment = home.resolve("one.yaml");
    Files.writeString(experiment, "name: one\nselector: all\n");
    assertThat(Invocation.at(home, "compare", experiment.toString()).err())
        .contains("one.yaml:2:1: this file has 'selector' and is an experiment", "flexora run")
        .hasLineCount(1);
  }

  @Test
  void aCheckTakesBothButMeasuresAnExperimentAlone() throws Exception {
    Path comparison = home.resolve("many.yaml");
    Files.writeString(comparison, "name: many\nstrategies: {all: all}\n");
    assertThat(Invocation.at(home, "check", comparison.toString()).err())
        .contains("mistakes in the configuration", "seeds")
        .doesNotContain("is a comparison");

    Invocation measured = Invocation.at(home, "check", comparison.toString(), "--benchmark");
    assertThat(measured.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(measured.err())
        .contains("--benchmark is for an experiment, but " + comparison + " is a comparison")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"export @ --to peft", "evaluate @", "predict @ --text x", "generate @ --prompt x"})
  void aComparisonIsNoRunButItsCellsAre(String arguments) throws Exception {
    Path comparison = Files.createDirectories(home.resolve("many"));
    Files.writeString(comparison.resolve("configuration.yaml"), "strategies: {all: all}\n");
    Files.writeString(comparison.resolve("ledger.jsonl"), "");
    String[] command = arguments.replace("@", comparison.toString()).split(" ");
    String refusal =
        "error: " + comparison + " is the folder of a comparison, whose cells are runs; ";

    assertThat(Invocation.at(home, command).err())
        .isEqualToNormalizingNewlines(refusal + "it has none yet\n");

    Path cell = Files.createDirectories(comparison.resolve("cells/m.t.all.1"));
    Files.createDirectories(comparison.resolve("cells/m.t.none.1"));
    Invocation wrong = Invocation.at(home, command);
    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err())
        .isEqualToNormalizingNewlines(
            refusal + "name the folder of one of them, such as " + cell + "\n");
  }

  @Test
  void anExportIsOfARunOrOfAnAdapterOfAnExperiment() throws Exception {
    String run = Files.createDirectories(home.resolve("run")).toString();
    String file = Files.writeString(home.resolve("one.yaml"), "name: one\n").toString();
    String gone = home.resolve("gone").toString();

    assertThat(refused("export", run, "--adapter", "mine", "--to", "peft", "--output", "out"))
        .isEqualTo(
            "error: --adapter mine: an adapter is exported with the model of an experiment's file,"
                + " but "
                + run
                + " is a folder; name the YAML file, or leave --adapter out to export what the run"
                + " has trained\n");
    for (String source : List.of(file, gone)) {
      assertThat(refused("export", source, "--to", "peft"))
          .isEqualTo(
              "error: "
                  + source
                  + " is not the folder of a run, so nothing is trained that could be exported;"
                  + " name the folder of a run (runs/NAME-TIME), or an adapter (--adapter)\n");
    }
    assertThat(refused("export", file, "--adapter", "mine", "--to", "peft"))
        .isEqualTo("error: --adapter mine: --output is missing; name the folder to write to\n");
    assertThat(refused("export", file, "--to", "gguf-f16"))
        .isEqualTo("error: --output is missing; name the folder to write to\n");
    assertThat(refused("export", gone, "--adapter", "mine", "--to", "peft", "--output", "out"))
        .contains(gone, "there is no such file")
        .hasLineCount(1);
    assertThat(
            refused(
                "export",
                file,
                "--adapter",
                "mine",
                "--to",
                "peft",
                "--output",
                "o",
                "--check",
                "vlm"))
        .contains("error: tool 'vlm' (--check) is not known", "vllm");
    assertThat(refused("export", file, "--adapter", "mine", "--cell", "all", "--to", "peft"))
        .startsWith("error: ")
        .contains("--adapter", "--cell", "mutually exclusive");
  }

  @Test
  void aShrinkIsOfARunOrOfAnAdapterOfAnExperiment() throws Exception {
    String run = Files.createDirectories(home.resolve("run")).toString();
    String file = Files.writeString(home.resolve("one.yaml"), "name: one\n").toString();

    assertThat(
            refused("shrink", run, "--adapter", "mine", "--parameters", "25%", "--output", "out"))
        .startsWith("error: --adapter mine: an adapter is shrunk with the model and data of")
        .hasLineCount(1);
    assertThat(refused("shrink", file, "--parameters", "25%"))
        .contains("is not the folder of a run, so nothing is trained that could be shrunk")
        .hasLineCount(1);
    assertThat(refused("shrink", file, "--adapter", "mine", "--margin", "0.1"))
        .isEqualTo("error: --adapter mine: --output is missing; name the folder to write to\n");
    assertThat(refused("shrink", run)).contains("--parameters", "--margin");
    assertThat(refused("shrink", run, "--parameters", "25%", "--margin", "0.1"))
        .contains("--parameters", "--margin", "mutually exclusive");
    assertThat(
            refused("shrink", file, "--adapter", "mine", "--output", "out", "--parameters", "few"))
        .startsWith("error: --parameters few: neither a number of parameters")
        .hasLineCount(1);
    assertThat(refused("shrink", file, "--adapter", "mine", "--output", "out", "--margin", "-1"))
        .startsWith("error: --margin -1.0: not a number of nats")
        .hasLineCount(1);
    assertThat(refused("shrink", run, "--margin", "much")).contains("--margin", "much");
  }

  private String refused(String... arguments) {
    Invocation wrong = Invocation.at(home, arguments);
    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    return wrong.err().replace("\r\n", "\n");
  }

  @Test
  void anOutputThatIsNoFileIsRefusedBeforeAnythingIsRead() {
    assertThat(refused("predict", "missing.yaml", "--text", "x", "--output", home.toString()))
        .isEqualTo(
            "error: cannot write %1$s: %1$s is a folder; a regular file is needed\n"
                .formatted(home));
  }

  @Test
  void quietSilencesNoError() {
    assertThat(Invocation.at(home, "run", "missing.yaml", "--quiet").err())
        .contains("missing.yaml");
  }

  @Test
  void debugAddsTheStackTrace() {
    assertThat(Invocation.at(home, "run", "missing.yaml", "--debug").err()).contains("\tat ");
  }

  @Test
  void jsonModeTellsTheErrorToPrograms() throws Exception {
    Invocation wrong = Invocation.at(home, "run", "missing.yaml", "--json");

    JsonNode error = new ObjectMapper().readTree(wrong.out());
    assertThat(error.get("type").asText()).isEqualTo("error");
    assertThat(error.get("exit_code").asInt()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(error.get("message").asText()).contains("missing.yaml");
  }

  @Test
  void anUnknownExtensionIsAnsweredWithTheKnownOnes() {
    Invocation wrong = Invocation.at(home, "plugins", "show", "flexora");

    assertThat(wrong.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(wrong.err()).contains("no extension or plugin 'flexora'");
  }

  @Test
  void aRunThatIsNoneIsNamed() {
    assertThat(Invocation.at(home, "resume", home.toString()).err()).contains(home.toString());
    assertThat(Invocation.at(home, "report", home.toString()).code())
        .isEqualTo(ExitCodes.WRONG_INPUT);
  }
}
