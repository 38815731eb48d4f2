package io.flexora.distribution.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands that have to be refused, in a folder where they could leave something. */
final class Refusals {

  private static final int WRONG_INPUT = 2;

  private final Path working;
  private final TinyExperiment experiment;
  private final Command command;

  Refusals(Path folder) throws IOException {
    command = new Command(folder.resolve("cache"));
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
    Path file = Files.writeString(working.resolve("mine.yaml"), text);
    String message = run(file);
    Files.delete(file);
    return message.replace(working + File.separator, "");
  }

  /** Runs the experiment with options set; returns the message. */
  String set(String... assignments) throws Exception {
    return run(experiment.file(), assignments);
  }

  private String run(Path file, String... assignments) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", file.toString()));
    arguments.addAll(List.of("--set", "output_dir=" + working.resolve("runs")));
    for (String assignment : assignments) {
      arguments.addAll(List.of("--set", assignment));
    }
    List<Path> before = files();
    return refused(before, command.run(arguments));
  }

  /** Runs a command in this process, as one that has not seen what others did. */
  Program.Outcome here(String... arguments) {
    return command.run(List.of(arguments));
  }

  /** Runs a command that has to end with one message and leave nothing; returns the message. */
  String command(String... arguments) throws Exception {
    List<Path> before = files();
    return refused(before, Program.run(working, arguments));
  }

  private String refused(List<Path> before, Program.Outcome outcome) throws IOException {
    String message = message(outcome, WRONG_INPUT);
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
