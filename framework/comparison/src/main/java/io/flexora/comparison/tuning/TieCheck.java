package io.flexora.comparison.tuning;

import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.RangeOptions;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;
import io.flexora.files.message.NearestName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds out which options take the values of tuned ones, and what is wrong with that. */
final class TieCheck {

  private static final String SAME_AS = "same_as";

  private final Map<String, RangeOptions> options;
  private final ValueCheck values;
  private final Consumer<ConfigProblem> problems;

  /**
   * Prepares.
   *
   * @param options what is written of each option, by its path in the comparison
   * @param problems takes the mistakes
   */
  TieCheck(Map<String, RangeOptions> options, ValueCheck values, Consumer<ConfigProblem> problems) {
    this.options = options;
    this.values = values;
    this.problems = problems;
  }

  /** The path of the option whose values this one takes; empty if it has values of its own. */
  Optional<String> other(Entry option) {
    return options.get(option.key()).sameAs();
  }

  /** Requires that an option which takes the values of another one takes those of a tuned one. */
  void requireTuned(Entry option) {
    other(option)
        .filter(name -> !isTuned(name))
        .ifPresent(
            name ->
                refuse(
                    option,
                    options.containsKey(name)
                        ? "is the same as another option itself"
                        : "is not tuned",
                    options.keySet().stream().filter(this::isTuned).toList()));
  }

  private boolean isTuned(String name) {
    return options.containsKey(name) && options.get(name).sameAs().isEmpty();
  }

  /**
   * An option that takes the values of a tuned one, in the cells of a row.
   *
   * @param path its path in the configuration of a cell
   * @param tuned what is tuned in the row
   * @param cell the configuration with the default values
   * @return empty if that is a mistake
   */
  Optional<TiedOption> of(
      ComparedRow row, Entry option, ConfigPath path, List<TunedOption> tuned, Mapping cell) {
    String name = other(option).orElseThrow();
    Optional<TunedOption> other =
        tuned.stream().filter(each -> each.name().equals(name)).findFirst();
    if (other.isEmpty()) {
      refuse(
          option,
          "row '%s' does not have".formatted(row.label()),
          tuned.stream().map(TunedOption::name).toList());
      return Optional.empty();
    }
    TiedOption tie = TiedOption.of(path, other.get(), cell, location(option));
    Optional<ConfigProblem> refused = values.refused(path, cell, tie.values()).stream().findFirst();
    refused.ifPresent(
        why ->
            problem(
                option,
                "option '%s' cannot be the same as '%s': %s"
                    .formatted(option.key(), name, why.message())));
    return refused.isEmpty() ? Optional.of(tie) : Optional.empty();
  }

  private void refuse(Entry option, String why, List<String> accepted) {
    String name = other(option).orElseThrow();
    String near = NearestName.to(name, accepted).map(NearestName::question).orElse(".");
    problem(
        option,
        "option '%s' cannot be the same as '%s', which %s%s Accepted: %s"
            .formatted(
                option.key(),
                name,
                why,
                near,
                accepted.isEmpty() ? "none" : String.join(", ", accepted)));
  }

  private void problem(Entry option, String message) {
    problems.accept(new ConfigProblem(location(option), message));
  }

  private static Location location(Entry option) {
    return ((Mapping) option.value()).get(SAME_AS).orElse(option.value()).location();
  }
}
