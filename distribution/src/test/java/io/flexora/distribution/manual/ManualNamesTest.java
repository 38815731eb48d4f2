package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.cli.Main;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The manual names what is there: options, extensions, and messages. */
class ManualNamesTest {

  private static final Pattern NAME = Pattern.compile("--?[a-z][a-z-]*|[A-Za-z_][A-Za-z0-9_.-]*");
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  private static final Pattern SLOT = Pattern.compile("%[-0-9.,+]*[a-zA-Z]|%\\d+\\$[a-z]");

  @TempDir static Path folder;
  private static Set<String> known;
  private static Set<String> kinds;

  @BeforeAll
  static void readNames() throws IOException {
    known = new TreeSet<>();
    kinds = new TreeSet<>();
    try (FlexoraHost host =
        FlexoraHost.builder()
            .home(Program.HOME)
            .cache(folder)
            .pollInterval(Duration.ZERO)
            .start()) {
      for (InstalledExtension each : host.catalog().extensions()) {
        kinds.add(each.extension().kind());
        known.add(each.extension().name());
        addOptions(FlexoraHost.options(each));
      }
      addKeys(new ObjectMapper().readTree(host.schema()).get("properties"));
      addKeys(new ObjectMapper().readTree(host.comparisonSchema()).get("properties"));
    }
    known.addAll(kinds);
    known.addAll(Set.of("use", "flexora"));
    addCommands(Main.commandLine());
  }

  @Test
  void whatIsSaidToBeHereIsHere() throws IOException {
    List<List<String>> rows = MarkdownPage.of("coming-from").rows();
    assertThat(rows).hasSizeGreaterThan(40);
    for (List<String> row : rows) {
      for (String code : MarkdownPage.codes(row.size() > 1 ? row.get(1) : "")) {
        assertThat(NAME.matcher(code).results().map(found -> found.group()))
            .as(String.join(" | ", row))
            .allMatch(known::contains);
      }
    }
  }

  @Test
  void itTellsHowToWriteEveryKindOfPlugin() throws IOException {
    assertThat(MarkdownPage.of("plugins").rows().stream().flatMap(row -> codes(row.get(0))))
        .containsAll(kinds);
  }

  private static Stream<String> codes(String cell) {
    return MarkdownPage.codes(cell).stream();
  }

  @Test
  void everyMessageIsOneOfTheProduct() throws IOException {
    String messages = messages();
    List<List<String>> rows = MarkdownPage.of("troubleshooting").rows();
    assertThat(rows).hasSizeGreaterThan(25);
    for (List<String> row : rows) {
      if (row.get(0).startsWith("`") && row.get(0).endsWith("`")) {
        String message = row.get(0).substring(1, row.get(0).length() - 1);
        for (String part : message.split("\\.\\.\\.", -1)) {
          String words = part.replaceAll("^[^A-Za-z]+|[^A-Za-z0-9)]+$", "");
          assertThat(messages.contains(words)).as(message + ": " + words).isTrue();
        }
      }
    }
  }

  /** The literals of all sources, with blanks for what is filled in. */
  private static String messages() throws IOException {
    StringBuilder all = new StringBuilder();
    Path sources = MarkdownPage.DOCS.resolve("../..");
    all.append(Files.readString(sources.resolve("distribution/bin/flexora")));
    for (String room : List.of("framework", "bundles", "plugins")) {
      try (Stream<Path> files = Files.walk(sources.resolve(room))) {
        for (Path file : files.filter(ManualNamesTest::isSource).toList()) {
          String text = JOINED.matcher(Files.readString(file)).replaceAll("");
          LITERAL
              .matcher(text)
              .results()
              .forEach(
                  found -> all.append(SLOT.matcher(found.group(1)).replaceAll(" ~ ")).append('\n'));
        }
      }
    }
    return all.toString();
  }

  private static boolean isSource(Path file) {
    return file.toString().contains("/src/main/java/") && file.toString().endsWith(".java");
  }

  private static void addOptions(OptionModel model) {
    for (OptionDescription option : model.options()) {
      known.add(option.key());
      known.addAll(option.aliases());
      NAME.matcher(option.type().accepted()).results().forEach(found -> known.add(found.group()));
      option.nested().ifPresent(ManualNamesTest::addOptions);
    }
  }

  private static void addKeys(JsonNode properties) {
    properties.fieldNames().forEachRemaining(known::add);
  }

  private static void addCommands(CommandLine line) {
    known.add(line.getCommandName());
    line.getCommandSpec().optionsMap().keySet().forEach(known::add);
    line.getSubcommands().values().forEach(ManualNamesTest::addCommands);
  }
}
