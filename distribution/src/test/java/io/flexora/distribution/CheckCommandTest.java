package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.nio.file.Path;
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
    Program.Outcome quiet = command.run(List.of("check", file.toString(), "--set", runs, "-q"));

    String verdict = "The experiment is valid and would run on ";
    assertThat(whole.out()).contains("Configuration", "Adapted modules", verdict);
    assertThat(quiet.code()).as(quiet.err()).isZero();
    List<String> lines = quiet.out().lines().toList();
    assertThat(lines.get(0)).matches("Memory of the process at its peak, about: [\\d.]+ [MG]iB");
    assertThat(lines.get(lines.size() - 1)).startsWith(verdict);
    assertThat(quiet.out())
        .doesNotContain("Configuration", "Adapted modules", "Tokenized examples", "Cells");
  }
}
