package io.flexora.comparison.cell;

import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Readings of the record of a trained cell beyond its outcome; its posteriors have steps, too. */
public final class CellEvents {

  private CellEvents() {}

  /** The steps that the training took. */
  public static long trainingSteps(List<RunEvent> events) {
    return ofTrained(events)
        .filter(event -> event.isIn(Phase.TRAIN) && event.what() instanceof Event.StepDone)
        .mapToLong(RunEvent::step)
        .max()
        .orElse(0);
  }

  /** Whether the search ended because its time was over. */
  public static boolean searchWasCut(List<RunEvent> events) {
    return ofTrained(events).anyMatch(event -> event.what() instanceof Event.SearchCut);
  }

  /** What a choice of modules may have, where a number of layers is held equal. */
  static Optional<Long> parametersHeld(List<RunEvent> events) {
    return ofTrained(events)
        .map(RunEvent::what)
        .filter(Event.ParametersHeld.class::isInstance)
        .map(Event.ParametersHeld.class::cast)
        .map(Event.ParametersHeld::parameters)
        .reduce((earlier, later) -> later);
  }

  /** The loss on validation data of the parameters that were kept, if it was measured. */
  public static OptionalDouble validationLoss(List<RunEvent> events) {
    return ofTrained(events)
        .map(RunEvent::what)
        .filter(Event.Trained.class::isInstance)
        .map(Event.Trained.class::cast)
        .flatMapToDouble(trained -> trained.validationLoss().stream())
        .filter(Double::isFinite)
        .reduce((earlier, later) -> later);
  }

  private static Stream<RunEvent> ofTrained(List<RunEvent> events) {
    return events.stream().filter(event -> event.cell().equals(RunCell.MAIN));
  }
}
