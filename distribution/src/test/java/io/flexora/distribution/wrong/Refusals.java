package io.flexora.distribution.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs commands that have to be refused, in a folder where they could leave something. */
final class Refusals {

  private static final int WRONG_INPUT = 2;

  private final Path working;
  private final TinyExperiment experiment;

  Refusals(Path folder) throws IOException {
    working = Files.createDirectories(folder.resolve("working"));
    experiment = TinyExperiment.in(folder.resolve("tiny"));
  }

  TinyExperiment experiment() {
    return experiment;
  }

  /** Another file in the model's folder. */
  Path file(String name) {
    return experiment.folder().resolve(name);
  }

  /** Runs the experiment with one piece of its text replaced; returns the message. */
  String replaced(String text, String by) throws Exception {
    assertThat(experiment.text()).contains(text);
    return written(experiment.text().replace(text, by));
  }

  /** Runs a text as an experiment named mine.yaml; returns the message. */
  String written(String text) throws Exception {
    Files.writeString(working.resolve("mine.yaml"), text);
    String message = command("run", "mine.yaml");
    Files.delete(working.resolve("mine.yaml"));
    return message;
  }

  /** Runs the experiment with options set; returns the message. */
  String set(String... assignments) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", experiment.file().toString()));
    Arrays.stream(assignments)
        .forEach(assignment -> arguments.addAll(List.of("--set", assignment)));
    return command(arguments.toArray(String[]::new));
  }

  /** Runs a command that has to end with one message and leave nothing; returns the message. */
  String command(String... arguments) throws Exception {
    List<Path> before = files();
    String message = message(Program.run(working, arguments), WRONG_INPUT);
    assertThat(files()).as("what was left behind").isEqualTo(before);
    return message;
  }

  /** The message of a command that failed as it should: one, and nothing for programmers. */
  static String message(Program.Outcome outcome, int code) {
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("error: ")
        .containsOnlyOnce("error:")
        .doesNotContain("\tat ", "Exception", "Caused by", "defect");
    return outcome.err().substring("error: ".length()).strip();
  }

  private List<Path> files() throws IOException {
    try (var files = Files.walk(working)) {
      return files.filter(file -> !file.endsWith("mine.yaml")).sorted().toList();
    }
  }
}
