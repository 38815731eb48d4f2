package io.flexora.cli.run;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The values that go over those of a configuration file. */
final class FileOverrides {

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Override a value of the file, such as",
        // On a line of its own, as a line that is too long is broken at a dot, too.
        "trainer.max_steps=20; repeatable."
      })
  private List<String> assignments = new ArrayList<>();

  List<String> assignments() {
    return assignments;
  }
}
