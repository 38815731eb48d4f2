package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void everyBundleOfTheDistributionIsActive() throws Exception {
    List<JsonNode> plugins = plugins();

    assertThat(plugins).hasSameSizeAs(Distribution.bundles());
    assertThat(plugins)
        .allSatisfy(
            plugin -> {
              assertThat(plugin.get("state").asText()).as("%s", plugin).isEqualTo("active");
              assertThat(plugin.get("extensions")).as("%s", plugin).isNotEmpty();
            });
  }

  @Test
  void brokenJarsAreListedWithTheirCauseAndNothingElseStops() throws Exception {
    Files.writeString(folder.resolve("text.jar"), "this is no jar");
    byte[] whole = Files.readAllBytes(Distribution.jars("bundles").get(0));
    Files.write(folder.resolve("half.jar"), Arrays.copyOf(whole, whole.length / 2));

    Shell.Outcome outcome =
        Shell.in(folder).run(Distribution.launcher(), "plugins", "--plugins", folder.toString());

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("text.jar", "half.jar", "encoder");
    assertThat(plugins("--plugins", folder.toString()))
        .filteredOn(plugin -> plugin.get("state").asText().equals("active"))
        .hasSameSizeAs(Distribution.bundles());
  }

  @Test
  void aDroppedJarIsAPluginWithNoOtherStep() throws Exception {
    Path example = jar(Distribution.SOURCES.resolve("plugins/example-selector/target"));
    Files.copy(example, folder.resolve("mine.jar"));

    assertThat(plugins("--plugins", folder.toString()))
        .filteredOn(plugin -> plugin.get("location").asText().endsWith("mine.jar"))
        .singleElement()
        .satisfies(plugin -> assertThat(plugin.get("state").asText()).isEqualTo("active"))
        .satisfies(plugin -> assertThat(plugin.get("extensions")).isNotEmpty());
  }

  @Test
  void aJarDroppedInWhileThePluginsAreWatchedIsTold() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path plugins = Files.createDirectory(home.resolve("plugins"));
    Files.createDirectory(home.resolve("bundles"));
    Path example = jar(Distribution.SOURCES.resolve("plugins/example-selector/target"));
    List<String> lines = new ArrayList<>();
    try (Program program = Program.start(folder, "plugins", "--watch", "--home", home.toString())) {
      int code = program.watch(line -> followed(program, line, plugins, example, lines));

      assertThat(code).as(program.errors()).isEqualTo(130);
      assertThat(program.errors()).contains("Watching " + home + "/plugins; Ctrl-C ends it.");
    }
    assertThat(lines)
        .containsExactly(
            "plugin com.example.gradient-norm-selector 1.0.0 was added: selector/largest-gradient",
            "plugin text.jar is not a plugin: not a jar: the file does not begin as a zip does",
            "plugin com.example.gradient-norm-selector 1.0.0 was removed");
  }

  /** Does what a user might do next when a line has been told. */
  private static void followed(
      Program program, String line, Path plugins, Path example, List<String> lines) {
    try {
      if (line.contains(" extensions of ")) {
        Files.copy(example, plugins.resolve("mine.jar"));
      } else if (line.startsWith("plugin ")) {
        lines.add(line);
        switch (lines.size()) {
          case 1 -> Files.writeString(plugins.resolve("text.jar"), "this is no jar");
          case 2 -> Files.delete(plugins.resolve("mine.jar"));
          default -> program.signal("INT");
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<JsonNode> plugins(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("plugins", "--json"));
    arguments.addAll(List.of(options));
    Shell.Outcome outcome =
        Shell.in(folder).run(Distribution.launcher(), arguments.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    List<JsonNode> plugins = new ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      JsonNode object = JSON.readTree(line.getBytes(StandardCharsets.UTF_8));
      if (object.get("type").asText().equals("plugin")) {
        plugins.add(object);
      }
    }
    return plugins;
  }

  private static Path jar(Path target) throws Exception {
    try (var files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
  }
}
