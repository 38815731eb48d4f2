package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.nio.file.Path;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The session in JShell that the manual shows. */
class ManualSessionTest {

  /** What JShell's tool imports by itself, as far as the session needs it. */
  private static final List<String> IMPORTS =
      List.of("import java.nio.file.*;", "import java.util.*;");

  @TempDir Path folder;

  @Test
  void everyLineIsEvaluated() throws Exception {
    TinyExperiment tiny = TinyExperiment.in(folder);
    String session =
        MarkdownPage.of("embedding")
            .blocks("jshell")
            .get(0)
            .replace("Path.of(System.getenv(\"FLEXORA\"))", path(Program.HOME))
            .replace("home.resolve(\"config/quickstart.yaml\")", path(tiny.file()));
    List<String> lines = session.lines().toList();
    assertThat(lines).hasSizeGreaterThan(5);
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      IMPORTS.forEach(line -> evaluate(shell, line));
      String values = "";
      for (String line : lines) {
        values += evaluate(shell, line) + "\n";
      }
      assertThat(values).contains("unrolled", "first-order");
    }
  }

  private static String evaluate(JShell shell, String line) {
    String complete = line.endsWith(";") ? line : line + ";";
    List<SnippetEvent> events = shell.eval(complete);
    for (SnippetEvent event : events) {
      assertThat(event.status())
          .as(
              "%s: %s",
              line, shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList())
          .isEqualTo(Snippet.Status.VALID);
      assertThat(event.exception()).as(line).isNull();
    }
    return events.stream().map(SnippetEvent::value).toList().toString();
  }

  private static String path(Path path) {
    return "Path.of(\"" + path.toString().replace("\\", "\\\\") + "\")";
  }
}
