package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Binds every shipped configuration as its header says that it can be varied: each command or group
 * of {@code --set}, which two spaces or more divide from the next.
 */
class ConfigurationHeadersTest {

  private static final Pattern CHANGE = Pattern.compile("--set (?:'([^']*)'|(\\S+))");

  @TempDir static Path folder;
  private static FlexoraHost host;

  @BeforeAll
  static void start() {
    host =
        FlexoraHost.builder()
            .home(Program.HOME)
            .cache(folder.resolve("host"))
            .pollInterval(Duration.ZERO)
            .start();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Program.HOME.resolve("config"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyVariationOfTheHeaderFits(Path file) throws IOException {
    boolean compares = Files.readAllLines(file).contains("strategies:");
    for (List<String> changes : variations(file)) {
      if (compares) {
        assertThat(host.comparison(file, changes).cells()).as("%s", changes).isNotEmpty();
      } else {
        assertThat(host.experiment(file, changes)).as("%s", changes).isNotNull();
      }
    }
  }

  private static List<List<String>> variations(Path file) throws IOException {
    List<List<String>> variations = new ArrayList<>(List.of(List.of()));
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        break;
      }
      for (String part : line.substring(1).strip().split(" {2,}", -1)) {
        List<String> changes = new ArrayList<>();
        Matcher matcher = CHANGE.matcher(part);
        while (matcher.find()) {
          changes.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        if (!changes.isEmpty() && changes.stream().noneMatch(change -> change.contains("..."))) {
          variations.add(changes);
        }
      }
    }
    return variations;
  }
}
