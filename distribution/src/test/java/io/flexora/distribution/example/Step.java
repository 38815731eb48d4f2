package io.flexora.distribution.example;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a walk tells its reader to do next. */
sealed interface Step {

  /** The fenced blocks that are followed; a file's is below a line that names it. */
  Pattern BLOCK =
      Pattern.compile(
          "(?:^File `(?<file>[^`]+)`:\\n\\n)?^```(?<kind>\\w+)\\n(?<text>.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * Commands for a shell.
   *
   * @param text the commands, one a line
   * @param output what they print; empty where the walk does not show it
   */
  record Commands(String text, Optional<String> output) implements Step {

    /** Whether the walk shows how the commands fail. */
    boolean fails() {
      return output.filter(shown -> shown.startsWith("error:")).isPresent();
    }
  }

  /** A file to write, relative to the working folder. */
  record Edit(String file, String text) implements Step {}

  /** Reads the steps of a walk, in order. */
  static List<Step> of(String markdown) {
    List<Step> steps = new ArrayList<>();
    Matcher block = BLOCK.matcher(markdown);
    while (block.find()) {
      String text = block.group("text");
      if (block.group("file") != null) {
        steps.add(new Edit(block.group("file"), text));
      } else if (block.group("kind").equals("sh")) {
        steps.add(new Commands(text, Optional.empty()));
      } else if (steps.get(steps.size() - 1) instanceof Commands before) {
        steps.set(steps.size() - 1, new Commands(before.text(), Optional.of(text)));
      } else {
        throw new IllegalArgumentException("output of no command: " + text);
      }
    }
    return steps;
  }
}
