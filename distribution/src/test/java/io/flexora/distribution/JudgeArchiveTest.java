package io.flexora.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program {@code flexora-judge}, as its archive holds it. */
class JudgeArchiveTest {

  private static final long MOST_BYTES = 30L << 20;

  @TempDir private Path folder;

  private static Path home() {
    return Path.of(System.getProperty("flexora.distribution")).resolveSibling("flexora-judge");
  }

  @Test
  void itIsSmallAndHasNoEngine() throws IOException {
    try (Stream<Path> jars = Files.list(home().resolve("lib"))) {
      List<Path> found = jars.toList();
      long bytes = 0;
      for (Path jar : found) {
        bytes += Files.size(jar);
      }
      assertThat(bytes).isLessThan(MOST_BYTES);
      assertThat(found).noneMatch(jar -> jar.toString().matches(".*(pytorch|onnx|djl|felix).*"));
    }
  }

  @Test
  void itJudgesAndWritesEachReport() throws Exception {
    StringBuilder rows = new StringBuilder("strategy,example,value\n");
    for (int example = 0; example < 60; example++) {
      rows.append(
          "base,%d,%d\nlora,%d,%d\n".formatted(example, example % 3 == 0 ? 1 : 0, example, 1));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
    Process judged = start("rows.csv", "--out", "out", "--margin", "0.1");
    assertThat(new String(judged.getInputStream().readAllBytes(), UTF_8))
        .contains("lora is better than base");
    assertThat(judged.waitFor()).isZero();
    assertThat(folder.resolve("out"))
        .isDirectoryContaining(file -> file.endsWith("comparison.html"))
        .isDirectoryContaining(file -> file.endsWith("comparison.csv"))
        .isDirectoryContaining(file -> file.endsWith("comparison.tex"))
        .isDirectoryContaining(file -> file.endsWith("comparison.json"));
    assertThat(folder.resolve("out/comparison.html"))
        .content()
        .doesNotContain("configuration.yaml");
  }

  @Test
  void theDistributionsCommandWritesTheSame() throws Exception {
    Files.writeString(
        folder.resolve("rows.csv"), "strategy,seed,value\na,1,0.5\na,2,0.6\nb,1,0.7\nb,2,0.9\n");
    List<String> arguments = List.of("rows.csv", "--out");
    Process ours =
        begin(
            Distribution.HOME.resolve("bin/flexora"),
            Stream.concat(
                Stream.of("judge"), Stream.concat(arguments.stream(), Stream.of("ours"))));
    assertThat(new String(ours.getInputStream().readAllBytes(), UTF_8)).contains("comparison.html");
    assertThat(ours.waitFor()).isZero();
    Process alone =
        begin(
            home().resolve("bin/flexora-judge"),
            Stream.concat(arguments.stream(), Stream.of("alone")));
    assertThat(alone.waitFor()).isZero();
    for (String file : List.of("comparison.html", "comparison.csv", "comparison.tex")) {
      assertThat(folder.resolve("ours").resolve(file))
          .hasSameTextualContentAs(folder.resolve("alone").resolve(file));
    }
  }

  @Test
  void aMistakeEndsWithItsPlace() throws Exception {
    Files.writeString(folder.resolve("wrong.csv"), "strategy,value\na,x\n");
    Process judged = start("wrong.csv");
    assertThat(new String(judged.getErrorStream().readAllBytes(), UTF_8))
        .contains("wrong.csv:2: value 'x' is no finite number");
    assertThat(judged.waitFor()).isEqualTo(2);
  }

  private Process start(String... arguments) throws IOException {
    return begin(home().resolve("bin/flexora-judge"), Stream.of(arguments));
  }

  private Process begin(Path program, Stream<String> arguments) throws IOException {
    List<String> command = Stream.concat(Stream.of(program.toString()), arguments).toList();
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }
}
