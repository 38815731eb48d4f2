package io.flexora.comparison;

import io.flexora.api.plugin.Component;
import io.flexora.comparison.setup.BudgetKind;
import io.flexora.comparison.setup.BudgetOptions;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.EquivalenceOptions;
import io.flexora.comparison.setup.SearchTime;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.runstore.CheckpointOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Comparisons of {@code random} and {@code all} on a task, without any plugin. */
public final class HandMadeConfiguration {

  public static final BudgetOptions STEPS =
      new BudgetOptions(
          BudgetKind.STEPS,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          SearchTime.EXCLUDED,
          SearchTime.EXCLUDED);

  private HandMadeConfiguration() {}

  /** With this budget. */
  public static ComparisonConfiguration of(BudgetOptions budget) {
    return of(budget, List.of(), List.of(), Optional.empty(), Optional.empty());
  }

  /** With adapters and posteriors of these names, and rows that stand out. */
  public static ComparisonConfiguration of(
      BudgetOptions budget,
      List<String> adapters,
      List<String> posteriors,
      Optional<String> baseline,
      Optional<EquivalenceOptions> equivalence) {
    return new ComparisonConfiguration(
        "mine",
        List.of(1L, 2L, 3L),
        42,
        named(List.of("bge")),
        Map.of(
            "glosses",
            new TaskOptions(component(), component(), component(), component(), Map.of(), true)),
        new CellOptions(
            DeviceChoice.CPU,
            1,
            component(),
            component(),
            named(posteriors),
            component(),
            new CheckpointOptions(0, 0, 1),
            List.of(),
            Optional.empty()),
        budget,
        named(adapters),
        Map.of(),
        baseline,
        equivalence,
        named(List.of("random", "all")),
        Optional.empty(),
        List.of());
  }

  private static <T> Map<String, Component<T>> named(List<String> names) {
    Map<String, Component<T>> named = new LinkedHashMap<>();
    names.forEach(name -> named.put(name, component()));
    return named;
  }

  private static <T> Component<T> component() {
    return new Component<>() {
      @Override
      public String name() {
        return "fake";
      }

      @Override
      public T get() {
        throw new UnsupportedOperationException();
      }
    };
  }
}
