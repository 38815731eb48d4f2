package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerfileTest {

  private static final Pattern VARIABLES = Pattern.compile("(?m)^ENV (.*)$");

  @TempDir Path folder;

  @Test
  void whatIsDownloadedIsKeptInTheVolume() throws Exception {
    Shell container = Shell.in(folder).with("HF_HUB_CACHE", "").with("HUGGINGFACE_HUB_CACHE", "");
    for (Map.Entry<String, String> each : variables().entrySet()) {
      container = container.with(each.getKey(), each.getValue().replace("/cache", cache()));
    }

    Shell.Outcome doctor = container.run(Distribution.launcher(), "doctor", "--no-network");

    assertThat(doctor.out().lines())
        .as(doctor.err())
        .anyMatch(line -> line.contains(" hf cache ") && line.contains(cache() + "/huggingface/"))
        .anyMatch(line -> line.contains(" maven cache ") && line.contains(cache() + "/m2,"));
  }

  private String cache() {
    return folder.resolve("cache").toString();
  }

  /** The image's variables, but for that of the engine's libraries, which take long to unpack. */
  private static Map<String, String> variables() throws IOException {
    Map<String, String> variables = new TreeMap<>();
    String file = Files.readString(Distribution.SOURCES.resolve("distribution/Containerfile"));
    VARIABLES
        .matcher(file)
        .results()
        .flatMap(line -> Pattern.compile(" ").splitAsStream(line.group(1)))
        .map(definition -> definition.split("=", 2))
        .forEach(definition -> variables.put(definition[0], definition[1]));
    variables.remove("DJL_CACHE_DIR");
    return variables;
  }
}
