package io.flexora.config.binding;

import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The mistakes of a configuration, as one pass finds them. */
final class Mistakes {

  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<ConfigProblem> contested = new ArrayList<>();
  private final List<ConfigProblem> overrides = new ArrayList<>();
  private final UnknownOptions unknown = new UnknownOptions();

  /** All mistakes, when the pass is over. */
  List<ConfigProblem> all() {
    return Stream.concat(problems.stream(), unknown.problems().stream()).toList();
  }

  /** The keys that are not accepted where they stand. */
  UnknownOptions unknown() {
    return unknown;
  }

  /** The choices of an extension that more than one plugin brings. */
  List<ConfigProblem> contested() {
    return contested;
  }

  void contested(Location location, String message) {
    contested.add(new ConfigProblem(location, message));
  }

  /** The choices of an extension that stands in for a shipped one of its name. */
  List<ConfigProblem> overrides() {
    return overrides;
  }

  void override(Location location, String message) {
    overrides.add(new ConfigProblem(location, message));
  }

  void problem(Location location, String message) {
    problems.add(new ConfigProblem(location, message));
  }

  /** Notes that a key is there twice. */
  void twice(Entry first, Entry second, Place place) {
    String option = "option " + place.option(second.key());
    int line = first.location().line();
    // A flag has no lines.
    problem(
        second.location(),
        line == 0
            ? option + " is written twice; keep one"
            : option + " is written twice, first in line " + line + "; keep one");
  }
}
