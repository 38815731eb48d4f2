package io.flexora.experiment.inputs;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.binding.ChosenComponent;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.TaskOptions;
import java.util.Optional;
import java.util.function.Supplier;

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
  <R> R naming(Supplier<R> making) {
    return naming("", making);
  }

  /**
   * Makes something of a row. A message that does not name it is about something else, such as the
   * model.
   *
   * @throws FlexoraException as that does, with the data and their place in front
   */
  <R> R naming(String row, Supplier<R> making) {
    try {
      return making.get();
    } catch (CancelledException | ConfigurationException e) {
      throw e;
    } catch (FlexoraException e) {
      throw e.getMessage().contains(row) ? new FlexoraException(named(e), e) : e;
    }
  }

  private String named(FlexoraException refusal) {
    String told =
        "dataset '%s'%s for task '%s': %s"
            .formatted(
                data.dataset().name(),
                testSet.map(" of test set '%s'"::formatted).orElse(""),
                data.task().name(),
                refusal.getMessage());
    return optionOfTask(refusal)
        .or(() -> chosen(data.dataset()).map(dataset -> dataset.location(refusal)))
        .map(location -> location + ": " + told)
        .orElse(told);
  }

  /** The task's option that is refused, such as the name of a field that is not there. */
  private Optional<Location> optionOfTask(FlexoraException refusal) {
    return chosen(data.task())
        .flatMap(
            task -> Optional.of(task.location(refusal)).filter(at -> !at.equals(task.location())));
  }

  private static Optional<ChosenComponent<?>> chosen(Component<?> component) {
    return component instanceof ChosenComponent<?> chosen ? Optional.of(chosen) : Optional.empty();
  }
}
