package io.flexora.comparison.cell;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import java.util.List;
import java.util.Optional;

/**
 * The posteriors of a cell that its run was begun without: nothing else of the run depends on them,
 * so they can be made of what it has trained.
 *
 * @param names their names
 * @param difference in what else the two configurations differ; empty if in nothing
 */
public record AddedPosteriors(List<String> names, Optional<ConfigurationDifference> difference) {

  private static final String POSTERIORS = "posteriors";

  public AddedPosteriors {
    names = List.copyOf(names);
  }

  /**
   * Finds them.
   *
   * @param before the configuration of the run
   * @param now the one that it is to have
   */
  public static AddedPosteriors between(ConfigNode before, ConfigNode now) {
    Mapping had = of(before);
    List<String> added =
        of(now).entries().stream().map(Entry::key).filter(name -> had.get(name).isEmpty()).toList();
    return new AddedPosteriors(added, ConfigurationDifference.between(before, without(added, now)));
  }

  private static Mapping of(ConfigNode configuration) {
    Optional<ConfigNode> written =
        configuration instanceof Mapping mapping ? mapping.get(POSTERIORS) : Optional.empty();
    return written
        .filter(Mapping.class::isInstance)
        .map(Mapping.class::cast)
        .orElseGet(() -> new Mapping(configuration.location(), List.of()));
  }

  private static ConfigNode without(List<String> names, ConfigNode configuration) {
    if (names.isEmpty()) {
      return configuration;
    }
    Mapping kept =
        new Mapping(
            configuration.location(),
            of(configuration).entries().stream()
                .filter(entry -> !names.contains(entry.key()))
                .toList());
    return new Mapping(
        configuration.location(),
        ((Mapping) configuration)
            .entries().stream()
                .map(
                    entry ->
                        entry.key().equals(POSTERIORS)
                            ? new Entry(POSTERIORS, entry.location(), kept)
                            : entry)
                .toList());
  }
}
