package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Named pipes in the place of files, whose readers would wait for ever. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipesTest {

  private static final String IS_A_PIPE = "is a named pipe; a regular file is needed";

  private Path folder;
  private TinyExperiment tiny;
  private FlexoraHost host;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    this.folder = folder;
    tiny = TinyExperiment.in(folder.resolve("tiny"));
    host = Program.host(folder);
  }

  @AfterAll
  void close() {
    host.close();
  }

  private static Path pipe(Path path) throws Exception {
    Files.createDirectories(path.getParent());
    Files.deleteIfExists(path);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  @Test
  void asAnExperiment() throws Exception {
    Path pipe = pipe(folder.resolve("pipe.yaml"));
    assertThatThrownBy(() -> host.experiment(pipe, List.of()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(pipe.toString(), IS_A_PIPE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          model.onnx        | model={use: encoder, source: "file:@/model.onnx"}
          model.onnx        | model={use: onnx, source: "file:@/model.onnx"}
          config.json       | model={use: decoder, source: "file:@"}
          model.gguf        | model={use: decoder, source: "file:@/model.gguf"}
          rows.jsonl        | dataset={use: files, train: "file:@/rows.jsonl"}
          rows.parquet      | dataset={use: files, train: "file:@/rows.parquet"}
          data.noun         | dataset={use: wordnet, source: "file:@"}
          task.yaml         | task={use: multiple_choice, file: "@/task.yaml"}
          x.zip             | model={use: encoder, source: "file:@/x.zip!/model.onnx"}
          """)
  void asAnInput(String name, String setting) throws Exception {
    Path own = Files.createTempDirectory(folder, "input");
    Path pipe = pipe(own.resolve(name));
    assertThatThrownBy(() -> check(setting.replace("@", own.toString())))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(pipe.toString(), IS_A_PIPE);
  }

  @Test
  void asATokenizer() throws Exception {
    Path own = folder.resolve("model");
    Files.createDirectories(own);
    Files.copy(tiny.folder().resolve("model.onnx"), own.resolve("model.onnx"));
    Path pipe = pipe(own.resolve("tokenizer.json"));
    assertThatThrownBy(() -> check("model.source=file:" + own.resolve("model.onnx")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(pipe.toString(), IS_A_PIPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"events.jsonl", "result.json", "provenance.json"})
  void asARecord(String name) throws Exception {
    List<String> settings =
        List.of(
            "output_dir=" + folder.resolve("runs-" + name),
            "baselines={}",
            "selector=none",
            "trainer.max_steps=1");
    Path run = experiment(settings).run(RunListener.NONE).folder();
    Path pipe = pipe(run.resolve(name));
    assertThatThrownBy(() -> FlexoraHost.run(run))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(pipe.toString(), IS_A_PIPE);
  }

  private void check(String setting) {
    experiment(new ArrayList<>(List.of(setting))).check(RunListener.NONE);
  }

  private Experiment experiment(List<String> settings) {
    return host.experiment(tiny.text(), "the text", settings);
  }
}
