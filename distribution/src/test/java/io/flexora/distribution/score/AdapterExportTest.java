package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The adapter of a run, exported as one that somebody has brought. */
@ExtendWith(OneThread.class)
class AdapterExportTest {

  @TempDir static Path folder;
  private static TinyExperiment tiny;
  private static FlexoraHost host;
  private static Path run;
  private static Path adapter;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    List<String> settings =
        List.of(
            "selector={use: last, layers: 2}",
            "baselines={}",
            "model.compute_dtype=float32",
            "output_dir=" + folder.resolve("runs"));
    run = host.experiment(tiny.file(), settings).run(RunListener.NONE).folder();
    adapter = run.resolve("adapter");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static void export(FlexoraHost by, Path adapter, ExportRequest request) {
    Experiment experiment = by.experiment(tiny.file(), List.of());
    experiment.export(new EvaluationTarget.Adapter(adapter), request, RunListener.NONE);
  }

  /** The adapter with a further key in its configuration. */
  private static Path with(String key, Object value) throws IOException {
    PeftAdapter saved = AdapterFolder.read(adapter);
    Map<String, Object> configuration = new TreeMap<>(saved.configuration());
    configuration.put(key, value);
    Path changed = folder.resolve("with-" + key);
    AdapterFolder.write(changed, new PeftAdapter(configuration, saved.tensors()));
    return changed;
  }

  @Test
  void theCommandWritesWhatItWritesOfTheRun() throws IOException {
    Path ofRun = folder.resolve("of-run");
    Path ofAdapter = folder.resolve("of-adapter");
    Command command = new Command(folder.resolve("cache"));
    Program.Outcome expected =
        command.run(
            List.of("export", run.toString(), "--to", "lora", "--output", ofRun.toString()));
    Program.Outcome found =
        command.run(
            List.of(
                "export",
                tiny.file().toString(),
                "--adapter",
                adapter.toString(),
                "--to",
                "lora",
                "--output",
                ofAdapter.toString(),
                "--json"));

    assertThat(expected.code()).as(expected.err()).isZero();
    assertThat(expected.out()).contains("the same up to rounding", ofRun.toString());
    assertThat(found.code()).as(found.err()).isZero();
    String last = found.out().lines().reduce((before, line) -> line).orElseThrow();
    JsonNode told = new ObjectMapper().readTree(last);
    assertThat(told.get("type").asText()).isEqualTo("export");
    assertThat(told.get("adapter").asText()).isEqualTo(adapter.toString());
    assertThat(told.get("path").asText()).isEqualTo(ofAdapter.toString());
    assertThat(told.get("conversion").get("modules").size()).isPositive();
    assertThat(told.has("cell")).isFalse();
    assertThat(AdapterFolder.read(ofAdapter)).isEqualTo(AdapterFolder.read(ofRun));
  }

  @Test
  void theHeadAndTheNamesOfItsClassesGoAlong() throws IOException {
    Path ofRun = folder.resolve("onnx-of-run");
    Path ofAdapter = folder.resolve("onnx-of-adapter");
    host.experimentOf(run).export(run, "main", "onnx", ofRun);
    export(host, adapter, new ExportRequest("onnx", ofAdapter));

    for (String file : List.of("config.json", "model.onnx")) {
      assertThat(Files.mismatch(ofRun.resolve(file), ofAdapter.resolve(file))).isEqualTo(-1);
    }
    assertThat(ofAdapter.resolve("config.json")).content().contains("noun.Tops");
  }

  @Test
  void theFolderOfTheAdapterItselfIsNotWrittenOver() throws IOException {
    Path mine = with("revision", "main");
    PeftAdapter before = AdapterFolder.read(mine);
    assertThatThrownBy(() -> export(host, mine, new ExportRequest("lora", mine)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(mine + " holds the adapter that is exported");
    assertThat(AdapterFolder.read(mine)).isEqualTo(before);
  }

  @Test
  void aFileIsNotReplacedByAFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("in-the-way"), "x");
    for (String format : List.of("onnx", "peft")) {
      assertThatThrownBy(() -> export(host, adapter, new ExportRequest(format, file)))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(file + " is a file; name a folder to write to");
    }
    assertThat(file).hasContent("x");
  }

  @Test
  void anExportThatFailsLeavesNoFolder() {
    // Too long for the hidden folder that an export is written to at first.
    Path target = folder.resolve("n".repeat(250));
    assertThatThrownBy(() -> export(host, adapter, new ExportRequest("onnx", target)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("cannot write " + target);
    assertThat(target).doesNotExist();
  }

  @Test
  void whatAFormatDoesNotHoldIsRefusedAsOfARun() {
    Path target = folder.resolve("refused");
    assertThatThrownBy(() -> export(host, adapter, new ExportRequest("gguf-lora", target)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a head of");
    assertThatThrownBy(() -> export(host, adapter, new ExportRequest("onyx", target)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("format 'onyx' (--to) is not known; did you mean 'onnx'?");
    assertThatThrownBy(
            () -> export(host, adapter, new ExportRequest("peft", target, OptionalInt.of(1))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("a rank is for");
    assertThat(target).doesNotExist();
  }

  @Test
  void whatAnEvaluationRefusesIsRefusedInTheSameWords() throws IOException {
    assertRefusedAsByAnEvaluation(host, folder.resolve("gone"), "there is no adapter");
    assertRefusedAsByAnEvaluation(host, run, "is the folder of a run; its adapter is in");
    assertRefusedAsByAnEvaluation(
        host, with("lora_bias", true), "adapter method 'lora' does not do: lora_bias: true");
  }

  @Test
  void aMethodThatIsNotInstalledIsNamedWithItsPlugin() throws IOException {
    Path few = Files.createDirectory(folder.resolve("few-plugins"));
    // The baselines of the experiment, and no adapter method.
    String strategies = "flexora-selector-fixed.jar";
    Files.copy(Program.HOME.resolve("plugins").resolve(strategies), few.resolve(strategies));
    try (FlexoraHost bare =
        FlexoraHost.builder()
            .bundles(Program.HOME.resolve("bundles"))
            .pluginsFolder(few)
            .cache(folder.resolve("bare"))
            .start()) {
      assertRefusedAsByAnEvaluation(bare, with("use_dora", true), "flexora-adapter-dora.jar");
    }
  }

  private static void assertRefusedAsByAnEvaluation(FlexoraHost by, Path adapter, String words) {
    Experiment experiment = by.experiment(tiny.file(), List.of());
    EvaluationTarget target = new EvaluationTarget.Adapter(adapter);
    Throwable refusal =
        catchThrowable(() -> experiment.evaluate(target, Split.TEST, RunListener.NONE));
    assertThat(refusal).isInstanceOf(FlexoraException.class).hasMessageContaining(words);

    Path written = folder.resolve("never");
    assertThatThrownBy(() -> export(by, adapter, new ExportRequest("lora", written)))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(refusal.getMessage());
    assertThat(written).doesNotExist();
  }
}
