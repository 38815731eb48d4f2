package io.flexora.distribution.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.scaffold.PluginName;
import io.flexora.cli.scaffold.PluginProject;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleWalkTest {

  private static final Path EXAMPLE = Reader.SOURCES.resolve("plugins/example-selector");

  @TempDir Path folder;

  @Test
  void theReadmeWorksWordByWord() throws Exception {
    Reader reader =
        new Reader(Files.createDirectory(folder.resolve("home"))).withCheckout().withoutContracts();
    Walk walk =
        new Walk(
            Files.createDirectory(folder.resolve("shell")),
            Step.of(Files.readString(EXAMPLE.resolve("README.md"))));

    int code = walk.follow(reader.home(), reader.environment());
    reader.leave();

    assertThat(code).as(walk.transcript()).isZero();
    assertThat(walk.steps()).hasSizeGreaterThan(12);
    for (int i = 0; i < walk.steps().size(); i++) {
      if (walk.steps().get(i) instanceof Step.Commands commands && commands.output().isPresent()) {
        assertThat(walk.printed(i).strip())
            .as(commands.text())
            .matches(pattern(commands.output().get()));
      }
    }
  }

  @Test
  void itsBuildUsesTheVersionsOfTheFramework() throws IOException {
    requireSameVersions(Files.readString(EXAMPLE.resolve("pom.xml")));
  }

  @Test
  void theBuildOfANewProjectUsesThemToo() throws IOException {
    PluginProject project = new PluginProject("selector", new PluginName("steepest"), Program.HOME);

    requireSameVersions(project.files().get("pom.xml"));
  }

  private static void requireSameVersions(String example) throws IOException {
    String root = Files.readString(Reader.SOURCES.resolve("pom.xml"));
    assertThat(example)
        .contains("<flexora.version>" + Reader.version() + "</flexora.version>")
        .contains(
            "<artifactId>bnd-maven-plugin</artifactId>\n        <version>"
                + property(root, "bnd.version"));
    Pattern plugin =
        Pattern.compile("<artifactId>(maven-\\w+-plugin)</artifactId>\\s+<version>(.*?)</version>");
    assertThat(plugin.matcher(example).results())
        .hasSizeGreaterThan(3)
        .allSatisfy(found -> assertThat(root).containsPattern(samePlugin(found.group(0))));
  }

  private static String samePlugin(String lines) {
    return lines.lines().map(String::strip).map(Pattern::quote).collect(Collectors.joining("\\s+"));
  }

  private static String property(String pom, String name) {
    return pom.replaceFirst("(?s).*<" + name + ">(.*?)</" + name + ">.*", "$1");
  }

  /** A line of three dots stands for any lines, three dots in a line for any text. */
  private static Pattern pattern(String shown) {
    String lines =
        shown
            .strip()
            .lines()
            .map(line -> line.equals("...") ? "(?s:.*?)" : line(line))
            .collect(Collectors.joining("\n"));
    return Pattern.compile(lines);
  }

  private static String line(String shown) {
    return Pattern.compile("...", Pattern.LITERAL)
        .splitAsStream(shown + " ")
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"))
        .replaceFirst(" \\\\E$", "\\\\E");
  }
}
