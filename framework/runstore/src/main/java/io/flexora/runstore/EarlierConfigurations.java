package io.flexora.runstore;

import io.flexora.files.durable.FileHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The configurations that a run had before it was asked for more, the oldest first. What its cells
 * have done under one of them counts: whoever extends a run answers for that.
 *
 * @param configurations each as YAML
 */
record EarlierConfigurations(List<String> configurations) {

  static final String NAME = "earlier-configurations.json";

  EarlierConfigurations {
    configurations = List.copyOf(configurations);
  }

  /** Reads those of a run; none if it was never extended. */
  static EarlierConfigurations in(Path run) {
    return RecordJson.find(
            run.resolve(NAME),
            EarlierConfigurations.class,
            "the earlier configurations of a run",
            "put it back as it was: it tells which cells are the run's own")
        .orElseGet(() -> new EarlierConfigurations(List.of()));
  }

  EarlierConfigurations with(String configuration) {
    if (configurations.contains(configuration)) {
      return this;
    }
    List<String> more = new ArrayList<>(configurations);
    more.add(configuration);
    return new EarlierConfigurations(more);
  }

  /** Whether one of them has that SHA-256. */
  boolean haveHash(String sha256) {
    return configurations.stream()
        .anyMatch(
            yaml -> FileHash.of(yaml.getBytes(StandardCharsets.UTF_8)).sha256().equals(sha256));
  }
}
