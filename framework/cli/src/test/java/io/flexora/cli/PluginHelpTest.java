package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.data.RowFields;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.run.CellExecution;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.source.Sources;
import io.flexora.cli.scaffold.ExtensionPoints;
import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.vector.Workspace;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README of a new project tells its author to call. */
class PluginHelpTest {

  /** A call of one method, whose arguments may be calls. */
  private static final Pattern CALL =
      Pattern.compile("`(\\w+)\\.(\\w+)\\(((?:[^()`]|\\([^()`]*\\))*)\\)`");

  /** Arguments that are not written out. */
  private static final String ANY = "...";

  /** What the texts call the objects, and what these are. */
  private static final Map<String, Class<?>> OBJECTS =
      Map.of(
          "Seeds", Seeds.class,
          "context", SelectionContext.class,
          "execution", CellExecution.class,
          "fields", RowFields.class,
          "loop", InnerLoop.class,
          "monitor", Monitor.class,
          "sources", Sources.class,
          "step", Optimiser.Step.class,
          "work", Workspace.class);

  @TempDir private Path home;

  @Test
  void whatReadmesCallIsThere() throws IOException {
    Files.createDirectories(home.resolve("sdk"));

    List<MatchResult> calls =
        ExtensionPoints.all().keySet().stream()
            .map(kind -> new PluginProject(kind, new PluginName("mine"), home))
            .flatMap(project -> CALL.matcher(project.files().get("README.md")).results())
            .toList();

    assertThat(calls)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            call -> {
              assertThat(OBJECTS).as(call.group()).containsKey(call.group(1));
              assertThat(OBJECTS.get(call.group(1)).getMethods())
                  .as(call.group())
                  .anyMatch(method -> isCalled(method, call));
            });
  }

  private static boolean isCalled(Method method, MatchResult call) {
    String arguments = call.group(3).replaceAll("\\(.*\\)", "");
    long count =
        Stream.of(arguments.split(",", -1)).filter(argument -> !argument.isBlank()).count();
    return method.getName().equals(call.group(2))
        && (arguments.contains(ANY) || method.isVarArgs() || method.getParameterCount() == count);
  }
}
