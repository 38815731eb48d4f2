package io.flexora.comparison.setup;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what is wrong with a comparison whose options are each in order. */
public final class ConfigurationCheck {

  private final ComparisonConfiguration configuration;
  private final Mapping written;
  private final Mapping resolved;
  private final List<ConfigProblem> problems = new ArrayList<>();

  /** Makes the check of a configuration, as it was written and with its defaults. */
  public ConfigurationCheck(
      ComparisonConfiguration configuration, Mapping written, Mapping resolved) {
    this.configuration = configuration;
    this.written = written;
    this.resolved = resolved;
  }

  /** Checks the seeds, the adapters, the trainers and names of rows, and tells all mistakes. */
  public List<ConfigProblem> problems() {
    seeds();
    oneOf("adapter", "adapters", configuration.adapters());
    oneOf("trainer", "trainers", configuration.trainers());
    row("baseline", configuration.baselineName());
    configuration
        .equivalence()
        .flatMap(EquivalenceOptions::against)
        .ifPresent(against -> row("equivalence.against", against));
    return problems;
  }

  private void seeds() {
    List<Long> seeds = configuration.seeds();
    if (seeds.isEmpty()) {
      problem(at("seeds").location(), "option 'seeds' is empty; write at least one: [1, 2, 3]");
    }
    Map<Long, Integer> first = new HashMap<>();
    for (int i = 0; i < seeds.size(); i++) {
      Integer earlier = first.putIfAbsent(seeds.get(i), i);
      if (earlier != null) {
        problem(
            element(i),
            ("option 'seeds[%d]' is %d, as 'seeds[%d]' is: the same seed gives the same numbers;"
                    + " keep one of them")
                .formatted(i, seeds.get(i), earlier));
      }
    }
  }

  private Location element(int index) {
    return at("seeds") instanceof Sequence list
        ? list.elements().get(index).location()
        : resolved.location();
  }

  private void oneOf(String one, String several, Map<String, ?> named) {
    if (!named.isEmpty()) {
      written
          .entry(one)
          .ifPresent(
              entry ->
                  problem(
                      entry.location(),
                      ("option '%s' has no effect beside '%s', which name all that are compared; keep"
                              + " one of the two")
                          .formatted(one, several)));
    }
  }

  /**
   * Checks an option that names a row.
   *
   * @param option its path
   */
  private void row(String option, String name) {
    List<String> rows = configuration.rows().stream().map(ComparedRow::label).toList();
    if (!rows.contains(name)) {
      String nearest = NearestName.to(name, rows).map(NearestName::question).orElse(".");
      problem(
          at(option).location(),
          "option '%s' is '%s', which is none of the %s%s There are: %s"
              .formatted(option, name, kinds(), nearest, String.join(", ", rows)));
    }
  }

  private String kinds() {
    boolean adapters = !configuration.adapters().isEmpty();
    boolean trainers = !configuration.trainers().isEmpty();
    if (adapters && trainers) {
      return "strategies with an adapter and a trainer (STRATEGY+ADAPTER+TRAINER)";
    }
    return trainers
        ? "strategies with a trainer (STRATEGY+TRAINER)"
        : adapters ? "strategies with an adapter (STRATEGY+ADAPTER)" : "strategies";
  }

  private ConfigNode at(String option) {
    return new ConfigPath(List.of(option.split("\\.", -1))).in(resolved).orElse(resolved);
  }

  private void problem(Location location, String message) {
    problems.add(new ConfigProblem(location, message));
  }
}
