package io.flexora.experiment.inputs;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility.Incompatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.binding.ChosenComponent;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.TaskOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The data that a message about a row is about, and the place where they were configured: a task
 * and a tokenizer know the row alone.
 *
 * @param testSet the name of the further test set that has the rows
 */
record DataPlace(TaskOptions data, Optional<String> testSet) {

  /** The data that an experiment trains and evaluates on. */
  static DataPlace of(ExperimentConfiguration configuration) {
    return new DataPlace(configuration.data(), Optional.empty());
  }

  /** The data of a further test set. */
  static DataPlace ofTestSet(String name, ExperimentConfiguration onTestSet) {
    return new DataPlace(onTestSet.data(), Optional.of(name));
  }

  /**
   * Makes something of the rows.
   *
   * @throws FlexoraException as that does, with the data and their place in front
   */
  <R> R naming(Map<Split, List<Row>> rows, Supplier<R> making) {
    try {
      return making.get();
    } catch (CancelledException | ConfigurationException e) {
      throw e;
    } catch (FlexoraException e) {
      throw new FlexoraException(named(e, split(e, rows)), e);
    }
  }

  /**
   * Makes something of a row of a split. What refuses no row is about something else, such as the
   * model.
   *
   * @throws FlexoraException as that does, with the data and their place in front of a row's
   */
  <R> R naming(Split split, Supplier<R> making) {
    try {
      return making.get();
    } catch (RowException e) {
      throw new FlexoraException(named(e, Optional.of(split)), e);
    }
  }

  /** The split of the row that is refused, or whose refusal is the cause. */
  private static Optional<Split> split(FlexoraException refusal, Map<Split, List<Row>> rows) {
    return Stream.of(refusal, refusal.getCause())
        .filter(RowException.class::isInstance)
        .map(RowException.class::cast)
        .flatMap(
            refused ->
                rows.entrySet().stream()
                    .filter(
                        of ->
                            of.getValue().stream()
                                .anyMatch(row -> row.origin().equals(refused.row()))))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private String named(FlexoraException refusal, Optional<Split> split) {
    String told =
        "dataset '%s'%s for task '%s': %s"
            .formatted(
                data.dataset().name(),
                testSet.map(" of test set '%s'"::formatted).orElse(""),
                data.task().name(),
                refusal.getMessage());
    return place(Incompatibility.of(refusal).option(), split)
        .map(location -> location + ": " + told)
        .orElse(told);
  }

  /**
   * The option of the task that is refused, such as the name of a field that is not there, or that
   * of the dataset; else the option of the dataset that names the rows of the split.
   */
  private Optional<Location> place(String refused, Optional<Split> split) {
    Optional<ChosenComponent<?>> dataset = chosen(data.dataset());
    return chosen(data.task())
        .flatMap(task -> task.placeOf(refused))
        .or(() -> dataset.flatMap(of -> of.placeOf(refused)))
        .or(
            () ->
                dataset.flatMap(
                    of -> split.flatMap(data.dataset().get()::option).flatMap(of::placeOf)))
        .or(() -> dataset.map(ChosenComponent::location));
  }

  private static Optional<ChosenComponent<?>> chosen(Component<?> component) {
    return component instanceof ChosenComponent<?> chosen ? Optional.of(chosen) : Optional.empty();
  }
}
