package io.flexora.distribution.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Follows the steps of a walk in one shell, as its reader would.
 *
 * @param folder an empty folder for what the shell is told and what it prints
 * @param steps the steps
 */
record Walk(Path folder, List<Step> steps) {

  private static final long SECONDS = 240;

  /** Follows all steps; the shell ends at the first command that fails and was not to fail. */
  int follow(Path working, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path script = folder.resolve("walk.sh");
    Files.writeString(script, script());
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString())
            .directory(working.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("shell").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLEXORA_"));
    builder.environment().putAll(environment);
    Process shell = builder.start();
    if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      throw new AssertionError("the walk takes longer than " + SECONDS + " s");
    }
    return shell.exitValue();
  }

  /** What the commands of a step printed; empty if they were not reached. */
  String printed(int step) throws IOException {
    Path file = printedTo(step);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Everything that was printed, for a failure's message. */
  String transcript() throws IOException {
    StringBuilder all = new StringBuilder(Files.readString(folder.resolve("shell")));
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Commands commands && Files.exists(printedTo(i))) {
        all.append("$ ").append(commands.text()).append(printed(i));
      }
    }
    return all.toString();
  }

  private String script() throws IOException {
    StringBuilder script = new StringBuilder("set -e\n");
    for (int i = 0; i < steps.size(); i++) {
      script.append(lines(i)).append('\n');
    }
    return script.toString();
  }

  private String lines(int step) throws IOException {
    if (steps.get(step) instanceof Step.Edit edit) {
      Path text = Files.writeString(folder.resolve("edit" + step), edit.text());
      return "mkdir -p \"$(dirname '%1$s')\"; cp '%2$s' '%1$s'".formatted(edit.file(), text);
    }
    Step.Commands commands = (Step.Commands) steps.get(step);
    String block = "{\n" + commands.text() + "} > '" + printedTo(step) + "' 2>&1";
    // `if` takes the failure; where there is none, the walk shows what is not so.
    return commands.fails() ? "if " + block + "; then exit 99; fi" : block;
  }

  private Path printedTo(int step) {
    return folder.resolve("printed" + step);
  }
}
