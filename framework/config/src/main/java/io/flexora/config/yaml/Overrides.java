package io.flexora.config.yaml;

import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Writes the values of flags over a configuration. */
final class Overrides {

  private final ConfigurationReader reader;

  Overrides(ConfigurationReader reader) {
    this.reader = reader;
  }

  ConfigNode apply(ConfigNode root, List<String> assignments) {
    List<ConfigProblem> problems = new ArrayList<>();
    ConfigNode changed = root;
    for (int i = 0; i < assignments.size(); i++) {
      try {
        changed = apply(changed, assignments.get(i), Location.ofFlag(assignments.get(i), i + 1));
      } catch (ConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return changed;
  }

  private ConfigNode apply(ConfigNode root, String assignment, Location flag) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ConfigurationException(flag, "write it as KEY=VALUE, such as seed=7");
    }
    List<String> path = List.of(assignment.substring(0, equals).strip().split("\\.", -1));
    if (path.stream().anyMatch(String::isBlank)) {
      throw new ConfigurationException(flag, "a name between the dots is empty");
    }
    ConfigNode value = reader.parse(assignment.substring(equals + 1), flag);
    return set(root, path, 0, value, flag);
  }

  private ConfigNode set(
      ConfigNode node, List<String> path, int depth, ConfigNode value, Location flag) {
    if (depth == path.size()) {
      return value;
    }
    if (node instanceof Sequence sequence) {
      return setElement(sequence, path, depth, value, flag);
    }
    Mapping mapping = opened(node, flag);
    Entry absent = new Entry(path.get(depth), flag, Scalar.ofNothing(flag));
    Entry old = mapping.entry(path.get(depth)).orElse(absent);
    ConfigNode changed = set(old.value(), path, depth + 1, value, flag);
    Location place = depth == path.size() - 1 ? flag : old.location();
    return mapping.with(new Entry(old.key(), place, changed));
  }

  private ConfigNode setElement(
      Sequence sequence, List<String> path, int depth, ConfigNode value, Location flag) {
    List<ConfigNode> elements = new ArrayList<>(sequence.elements());
    String index = path.get(depth);
    int last = elements.size() - 1;
    if (!index.matches("[0-9]{1,6}") || Integer.parseInt(index) > last) {
      String list = depth == 0 ? "the configuration" : String.join(".", path.subList(0, depth));
      String accepted = last < 0 ? "it is empty" : "an element has a number from 0 to " + last;
      throw new ConfigurationException(
          flag,
          Quote.quoted(list) + " is a list and has no " + Quote.quoted(index) + "; " + accepted);
    }
    int i = Integer.parseInt(index);
    elements.set(i, set(elements.get(i), path, depth + 1, value, flag));
    return new Sequence(sequence.location(), elements);
  }

  private static Mapping opened(ConfigNode node, Location flag) {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    Scalar scalar = (Scalar) node;
    return scalar.isNothing()
        ? new Mapping(flag, List.of())
        : new Mapping(flag, List.of(new Entry(ConfigNode.USE, scalar.location(), scalar)));
  }
}
