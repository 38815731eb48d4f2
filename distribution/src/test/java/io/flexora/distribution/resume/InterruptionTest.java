package io.flexora.distribution.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class InterruptionTest {

  private static final Mark IN_SEARCH = new Mark("main", "search", "step 3");
  private static final Mark IN_TRAINING = new Mark("all", "train", "step 2");

  @TempDir Path folder;

  @Test
  void ctrlCEndsTheRunWithACheckpointAndTheCommandThatGoesOn() throws Exception {
    TinyExperiment experiment = TinyExperiment.in(folder);
    // Checkpoints are far apart, so that what is resumed is what the interruption saved.
    List<String> run =
        List.of(
            "run", experiment.file().toString(), "--json", "--set", "checkpoints.every_steps=1000");
    Path whole = Files.createDirectory(folder.resolve("whole"));
    try (Program program = Program.start(whole, Map.of(), run)) {
      assertThat(program.outcome().code()).isZero();
    }
    Map<String, String> expected = RunContents.of(TinyExperiment.runs(whole).get(0));

    Path working = Files.createDirectory(folder.resolve("interrupted"));
    String resume = interrupted(working, run, IN_SEARCH, "INT", 130);
    Path interrupted = TinyExperiment.runs(working).get(0);
    assertThat(checkpoints(interrupted.resolve("cells/main/checkpoints/search"))).isNotEmpty();

    String again = interrupted(working, words(resume), IN_TRAINING, "TERM", 143);
    assertThat(again).isEqualTo(resume);
    assertThat(checkpoints(interrupted.resolve("cells/all/checkpoints/train"))).isNotEmpty();

    Program.Outcome end = Program.run(working, words(resume).toArray(String[]::new));
    assertThat(end.code()).as(end.err()).isZero();
    RunContents.requireSame(interrupted, expected, "interrupted twice");
  }

  /** Sends a signal when the run comes to a mark; returns the command that is named at the end. */
  private static String interrupted(
      Path working, List<String> arguments, Mark mark, String signal, int code) throws Exception {
    AtomicBoolean sent = new AtomicBoolean();
    try (Program program = Program.start(working, Map.of(), arguments)) {
      int found =
          program.watch(
              line -> {
                if (Mark.of(line).filter(mark::equals).isPresent() && !sent.getAndSet(true)) {
                  signal(program, signal);
                }
              });
      assertThat(sent).isTrue();
      assertThat(found).as(program.errors()).isEqualTo(code);
      assertThat(program.errors())
          .contains("error: the run was cancelled.")
          .doesNotContain("\tat ", "Exception");
      return program.errors().lines().reduce((first, last) -> last).orElseThrow();
    }
  }

  private static void signal(Program program, String signal) {
    try {
      program.signal(signal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The arguments of "To continue: flexora resume RUN". */
  private static List<String> words(String sentence) {
    String prefix = "To continue: flexora ";
    assertThat(sentence).startsWith(prefix);
    List<String> words =
        new ArrayList<>(List.of(sentence.substring(prefix.length()).split(" ", 2)));
    words.add("--json");
    return words;
  }

  private static List<Path> checkpoints(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
