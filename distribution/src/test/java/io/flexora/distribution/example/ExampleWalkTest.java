package io.flexora.distribution.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleWalkTest {

  private static final Path EXAMPLE = Reader.SOURCES.resolve("plugins/example-selector");

  /** What has happened by the time of this test: the build that runs it makes these artifacts. */
  private static final String INSTALL =
      """
      cd ~/flexora
      mvn -B -q -DskipTests install -pl framework/testkit -am
      """;

  @TempDir Path folder;

  @Test
  void theReadmeWorksWordByWord() throws Exception {
    List<Step> steps = new ArrayList<>(Step.of(Files.readString(EXAMPLE.resolve("README.md"))));
    assertThat(steps.get(0)).isEqualTo(new Step.Commands(INSTALL, Optional.empty()));
    Reader reader =
        new Reader(Files.createDirectory(folder.resolve("home"))).withCheckout().withContracts();
    Walk walk =
        new Walk(
            Files.createDirectory(folder.resolve("shell")),
            List.copyOf(steps.subList(1, steps.size())));

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
    String example = Files.readString(EXAMPLE.resolve("pom.xml"));
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
