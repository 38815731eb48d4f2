package io.flexora.experiment.tracking;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The options of a cell, each by its path. */
final class Parameters {

  private static final String STRATEGY = "selector";
  private static final String OTHERS = "baselines";
  private static final Set<String> OF_THE_WHOLE = Set.of(OTHERS, "reports", "trackers");

  private final SortedMap<String, String> found = new TreeMap<>();

  private Parameters() {}

  /**
   * Those of a cell of a run.
   *
   * @param yaml the run's resolved configuration
   * @param trained the cell that is trained, whose strategy is its own
   */
  static SortedMap<String, String> of(String yaml, String trained) {
    Parameters parameters = new Parameters();
    if (new ConfigurationReader().parse(yaml, "configuration.yaml") instanceof Mapping run) {
      Optional<ConfigNode> own =
          run.get(OTHERS)
              .filter(Mapping.class::isInstance)
              .flatMap(others -> ((Mapping) others).get(trained));
      for (ConfigNode.Entry entry : run.entries()) {
        if (!OF_THE_WHOLE.contains(entry.key())) {
          boolean strategy = entry.key().equals(STRATEGY);
          parameters.add(entry.key(), strategy ? own.orElse(entry.value()) : entry.value());
        }
      }
    }
    return parameters.found;
  }

  private void add(String path, ConfigNode node) {
    if (node instanceof Mapping mapping) {
      mapping.entries().forEach(entry -> add(path + "." + entry.key(), entry.value()));
    } else if (node instanceof Sequence sequence) {
      addAll(path, sequence.elements());
    } else if (node instanceof Scalar scalar && !scalar.isNothing()) {
      found.put(path, scalar.text());
    }
  }

  private void addAll(String path, List<ConfigNode> elements) {
    if (elements.stream().allMatch(Scalar.class::isInstance)) {
      found.put(
          path,
          elements.stream()
              .map(element -> ((Scalar) element).text())
              .collect(Collectors.joining(", ")));
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      add(path + "." + i, elements.get(i));
    }
  }
}
