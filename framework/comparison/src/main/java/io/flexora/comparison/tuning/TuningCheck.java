package io.flexora.comparison.tuning;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Compatibility.Incompatibility;
import io.flexora.api.tune.Range;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningSetting;
import io.flexora.comparison.cell.CellConfiguration;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.SharedSeconds;
import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.ConfigPath;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.comparison.setup.TuningOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.files.message.NearestName;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what a comparison tunes in each of its rows, and what is wrong with that. */
public final class TuningCheck {

  private static final String TRAINER = "trainer";
  private static final String ADAPTER = "adapter";
  private static final String ADAPTERS = ComparedRow.ADAPTERS;
  private static final String TRAINERS = ComparedRow.TRAINERS;
  private static final String STRATEGIES = ComparedRow.STRATEGIES;
  private static final String USE = "use";

  private final ExtensionCatalog catalog;
  private final ComparisonConfiguration configuration;
  private final CellConfiguration configurations;
  private final TuningOptions tune;
  private final Mapping written;
  private final ValueCheck values;
  private final TieCheck ties;
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();

  /** The rows that a tuner cannot tune, by the reason. */
  private final Map<String, List<String>> refused = new LinkedHashMap<>();

  private TuningCheck(
      ExtensionCatalog catalog, ComparisonConfiguration configuration, Mapping node) {
    this.catalog = catalog;
    this.configuration = configuration;
    this.configurations = new CellConfiguration(configuration, node);
    this.tune = configuration.tune().orElseThrow();
    this.written = (Mapping) node.get("tune").orElseThrow();
    this.values = new ValueCheck(catalog);
    this.ties = new TieCheck(tune.options(), values, problems::add);
  }

  /**
   * Finds out what is tuned.
   *
   * @param node the resolved configuration
   * @return empty if nothing is
   * @throws ConfigurationException with all mistakes
   */
  public static Optional<ComparisonTuning> of(
      ExtensionCatalog catalog, ComparisonConfiguration configuration, Mapping node) {
    if (configuration.tune().isEmpty()) {
      refuseBudget(configuration, node);
      return Optional.empty();
    }
    return Optional.of(new TuningCheck(catalog, configuration, node).tuning());
  }

  private static void refuseBudget(ComparisonConfiguration configuration, Mapping node) {
    if (configuration.budget().tuning() == SearchTime.INCLUDED) {
      throw new ConfigurationException(
          List.of(
              new ConfigProblem(
                  node.get("budget").orElse(node).location(),
                  "'tuning: included' concerns a tuning, but there is none; add 'tune:', or remove it")));
    }
  }

  private ComparisonTuning tuning() {
    Map<String, RowTuning> rows = new LinkedHashMap<>();
    budget();
    List<Entry> known = known();
    for (ComparedRow row : configuration.trainedRows()) {
      row(row, known).ifPresent(tuned -> rows.put(row.label(), tuned));
    }
    refused.forEach(this::refuse);
    refuse();
    return new ComparisonTuning(catalog, configuration, configurations, rows, options());
  }

  private void refuse(String why, List<String> rows) {
    String names = String.join("', '", rows);
    problem(
        at("tuner"),
        "tuner '%s' cannot tune %s '%s': %s"
            .formatted(tune.tuner().name(), rows.size() == 1 ? "row" : "rows", names, why));
  }

  private void budget() {
    if (configuration.budget().tuning() == SearchTime.INCLUDED && tune.seconds().isPresent()) {
      problem(
          at("seconds"),
          "'budget.tuning: included' divides the seconds of the budget among the trials, so their"
              + " number has to be given; write 'trials: N' in place of 'seconds'");
    }
  }

  private Mapping options() {
    return (Mapping) written.get("options").orElseThrow();
  }

  /** The options whose paths begin with something that is tuned; the others are mistakes. */
  private List<Entry> known() {
    List<Entry> known = new ArrayList<>();
    for (Entry option : options().entries()) {
      int before = problems.size();
      requireKnown(option);
      ties.requireTuned(option);
      if (problems.size() == before) {
        known.add(option);
      }
    }
    return known;
  }

  private void requireKnown(Entry option) {
    List<String> keys = keys(option);
    String first = keys.get(0);
    if (first.equals(TRAINER) || first.equals(ADAPTER)) {
      requireOption(option, keys.size() > 1);
      refuseParameters(option, first.equals(ADAPTER));
    } else if (first.equals(ADAPTERS)) {
      requireName(option, configuration.adapters().keySet());
      refuseParameters(option, /* adapter= */ true);
    } else if (first.equals(TRAINERS)) {
      requireName(option, configuration.trainers().keySet());
    } else if (first.equals(STRATEGIES)) {
      requireName(option, configuration.strategies().keySet());
    } else {
      problem(
          option.location(),
          "option '%s' cannot be tuned: its path has to begin with trainer, adapter, trainers.NAME, adapters.NAME or strategies.NAME"
              .formatted(option.key()));
    }
  }

  private void requireOption(Entry option, boolean named) {
    List<String> keys = keys(option);
    if (!named) {
      problem(
          option.location(),
          "'%s' names no option; write %s.OPTION".formatted(option.key(), option.key()));
    } else if (keys.get(keys.size() - 1).equals(USE)) {
      problem(
          option.location(),
          "option '%s' cannot be tuned: it chooses the extension; compare it under '%s:'"
              .formatted(option.key(), compared(keys.get(0))));
    }
  }

  /** Where extensions are compared that are of the rows with this beginning of a path. */
  private static String compared(String first) {
    return switch (first) {
      case ADAPTER -> ADAPTERS;
      case TRAINER -> TRAINERS;
      default -> first;
    };
  }

  private void requireName(Entry option, Collection<String> names) {
    List<String> keys = keys(option);
    String kind = keys.get(0);
    String name = keys.size() > 1 ? keys.get(1) : "";
    if (!names.contains(name)) {
      problem(
          option.location(),
          "option '%s' is of '%s', which is none of the %s%s"
              .formatted(option.key(), name, kind, nearest(name, names)));
    } else {
      requireOption(option, keys.size() > 2);
    }
  }

  /** The number of layers that fits is found out once, before anything is tuned. */
  private void refuseParameters(Entry option, boolean adapter) {
    if (adapter && configuration.budget().hold() == BudgetKind.PARAMETERS) {
      problem(
          option.location(),
          "option '%s' may change how many parameters a layer has, which 'hold: parameters' holds equal; hold layers, steps or seconds, or do not tune it"
              .formatted(option.key()));
    }
  }

  private static String nearest(String name, Collection<String> names) {
    return NearestName.to(name, List.copyOf(names))
        .map(NearestName::question)
        .orElse(names.isEmpty() ? "; there are none" : "; there are: " + String.join(", ", names));
  }

  private static List<String> keys(Entry option) {
    return List.of(option.key().split("\\.", -1));
  }

  private Optional<RowTuning> row(ComparedRow row, List<Entry> known) {
    // That there is no seed is told beside what is wrong here.
    long seed = configuration.seeds().stream().findFirst().orElse(0L);
    CellId any =
        new CellId(
            configuration.models().keySet().iterator().next(),
            configuration.tasks().keySet().iterator().next(),
            row.label(),
            seed);
    Mapping cell = configurations.of(any.trial(0));
    Set<String> mistaken = new HashSet<>();
    options().entries().stream()
        .filter(option -> !known.contains(option))
        .forEach(option -> mistaken.add(option.key()));
    requireDistinct(row, known, mistaken);
    List<TunedOption> tuned = new ArrayList<>();
    for (Entry option : known) {
      if (ties.other(option).isEmpty()) {
        path(row, option)
            .ifPresent(
                path ->
                    tuned(row, option, path, cell)
                        .ifPresentOrElse(tuned::add, () -> mistaken.add(option.key())));
      }
    }
    List<TiedOption> tied = new ArrayList<>();
    for (Entry option : known) {
      if (ties.other(option).filter(other -> !mistaken.contains(other)).isPresent()) {
        path(row, option)
            .ifPresent(
                path ->
                    tied(row, option, path, tuned, cell)
                        .ifPresentOrElse(tied::add, () -> mistaken.add(option.key())));
      }
    }
    // What a tuner says of some of the options may not be so of all.
    return mistaken.isEmpty() ? tuning(row, tuned, tied, cell) : Optional.empty();
  }

  /**
   * Requires that no two paths of the comparison are one option of the row, as trainer.X and
   * trainers.NAME.X may be: a cell has one value of it, but its tuner would choose two.
   */
  private void requireDistinct(ComparedRow row, List<Entry> known, Set<String> mistaken) {
    Map<ConfigPath, String> named = new HashMap<>();
    for (Entry option : known) {
      path(row, option)
          .map(path -> named.putIfAbsent(path, option.key()))
          .ifPresent(
              other -> {
                mistaken.add(option.key());
                // The same for all such rows, so that it is said once.
                problem(
                    option.location(),
                    "options '%s' and '%s' are one and the same in some rows; keep one of them, or write one for each trainer or adapter"
                        .formatted(other, option.key()));
              });
    }
  }

  /** The path of the option in the row's cells; empty if they do not have it. */
  private static Optional<ConfigPath> path(ComparedRow row, Entry option) {
    List<String> keys = keys(option);
    return switch (keys.get(0)) {
      case ADAPTERS -> row.adapter().filter(keys.get(1)::equals).map(name -> path(ADAPTER, keys));
      case TRAINERS -> row.trainer().filter(keys.get(1)::equals).map(name -> path(TRAINER, keys));
      case STRATEGIES ->
          row.strategy().equals(keys.get(1))
              ? Optional.of(path("selector", keys))
              : Optional.empty();
      default -> Optional.of(new ConfigPath(keys));
    };
  }

  /** What has two keys in the comparison, such as trainers.NAME, has one in a cell. */
  private static ConfigPath path(String first, List<String> keys) {
    List<String> path = new ArrayList<>(List.of(first));
    path.addAll(keys.subList(2, keys.size()));
    return new ConfigPath(path);
  }

  private Optional<TunedOption> tuned(
      ComparedRow row, Entry option, ConfigPath path, Mapping cell) {
    if (!isSingle(row, option, path, cell)) {
      return Optional.empty();
    }
    Mapping range = (Mapping) option.value();
    List<ConfigProblem> refused = values.refused(path, cell, ValueCheck.written(range));
    problems.addAll(refused);
    if (!refused.isEmpty()) {
      return Optional.empty();
    }
    Range found = values.range(tune.options().get(option.key()), option.location(), path, cell);
    return Optional.of(new TunedOption(option.key(), path, found, range.location()));
  }

  private Optional<TiedOption> tied(
      ComparedRow row, Entry option, ConfigPath path, List<TunedOption> tuned, Mapping cell) {
    return isSingle(row, option, path, cell)
        ? ties.of(row, option, path, tuned, cell)
        : Optional.empty();
  }

  /** Whether the cells of a row have the option, with a single value; else that is a mistake. */
  private boolean isSingle(ComparedRow row, Entry option, ConfigPath path, Mapping cell) {
    Optional<ConfigNode> now = path.in(cell);
    if (now.isEmpty()) {
      problem(option.location(), unknown(row, option, path, cell));
    } else if (!(now.get() instanceof Scalar)) {
      problem(
          option.location(),
          "option '%s' cannot be tuned: it is no single value, but %s"
              .formatted(option.key(), now.get() instanceof Sequence ? "a list" : "a mapping"));
    }
    return now.filter(Scalar.class::isInstance).isPresent();
  }

  /** The same for all rows that have the same owner of the option, so that it is said once. */
  private static String unknown(ComparedRow row, Entry option, ConfigPath path, Mapping cell) {
    List<String> owner = path.keys().subList(0, path.keys().size() - 1);
    List<String> known =
        new ConfigPath(owner)
            .in(cell)
            .filter(Mapping.class::isInstance)
            .map(node -> ((Mapping) node).entries().stream().map(Entry::key).toList())
            .orElse(List.of());
    List<String> accepted = known.stream().filter(key -> !key.equals(USE)).toList();
    String last = path.keys().get(owner.size());
    String near = NearestName.to(last, accepted).map(NearestName::question).orElse(".");
    return "option '%s' cannot be tuned: %s has no option '%s'%s Accepted: %s"
        .formatted(
            option.key(),
            owner(row, owner, cell),
            last,
            near,
            accepted.isEmpty() ? "none" : String.join(", ", accepted));
  }

  /** The extension whose options these are, or else the mapping of the row. */
  private static String owner(ComparedRow row, List<String> owner, Mapping cell) {
    List<String> use = new ArrayList<>(owner);
    use.add(USE);
    return new ConfigPath(use)
        .text(cell)
        .map(name -> owner.get(owner.size() - 1) + " '" + name.split("@", 2)[0] + "'")
        .orElse("'" + String.join(".", owner) + "' of row '" + row.label() + "'");
  }

  private Optional<RowTuning> tuning(
      ComparedRow row, List<TunedOption> tuned, List<TiedOption> tied, Mapping cell) {
    TuningSetting setting =
        new TuningSetting(
            RowTuning.ranges(tuned),
            RowTuning.values(tuned, cell),
            tune.trials().map(OptionalInt::of).orElse(OptionalInt.empty()));
    if (tuned.isEmpty()) {
      return Optional.of(new RowTuning(tuned, tied, setting, List.of(), SharedSeconds.ALONE));
    }
    Component<Tuner> tuner = tune.tuner();
    Compatibility found = Compatibility.of(tuner.get()::checkCompatibility, setting);
    if (!found.fits()) {
      for (Incompatibility why : found.found()) {
        refused.computeIfAbsent(why.message(), unused -> new ArrayList<>()).add(row.label());
      }
      return Optional.empty();
    }
    List<Double> shares = tune.trials().isPresent() ? tuner.get().shares(setting) : List.of();
    requireShares(tuner, row, shares);
    boolean included = configuration.budget().tuning() == SearchTime.INCLUDED;
    SharedSeconds seconds = included ? SharedSeconds.of(shares) : SharedSeconds.ALONE;
    return Optional.of(new RowTuning(tuned, tied, setting, shares, seconds));
  }

  private void requireShares(Component<Tuner> tuner, ComparedRow row, List<Double> shares) {
    boolean sound = shares.stream().allMatch(share -> share > 0 && share <= 1);
    if (!sound || (tune.trials().isPresent() && (shares.isEmpty() || shares.get(0) != 1))) {
      problem(
          at("tuner"),
          "tuner '%s' gives the trials of row '%s' the shares %s of a training; each has to be above 0 and at most 1, the first 1"
              .formatted(
                  tuner.name(),
                  row.label(),
                  shares.stream().map(String::valueOf).collect(Collectors.joining(", "))));
    }
    if (shares.stream().anyMatch(share -> share < 1)) {
      requireDivisible(tuner, configuration.budget());
    }
  }

  /** A part of a training has a part of its steps or seconds. */
  private void requireDivisible(Component<Tuner> tuner, BudgetOptions budget) {
    if (budget.steps().isEmpty() && budget.seconds().isEmpty()) {
      problem(
          at("tuner"),
          "tuner '%s' trains some trials for a part of the steps, but their number is left to the trainer; add 'budget.steps: N', or hold seconds"
              .formatted(tuner.name()));
    }
  }

  private Location at(String key) {
    return written.get(key).orElse(written).location();
  }

  private void problem(Location location, String message) {
    problems.add(new ConfigProblem(location, message));
  }

  private void refuse() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems));
    }
  }
}
