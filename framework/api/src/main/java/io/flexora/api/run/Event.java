package io.flexora.api.run;

import static java.util.Map.entry;

import io.flexora.api.metric.MetricDescription;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Something that happened in a run or a comparison, as its record keeps it. What the core tells has
 * a type each; what extensions tell of their own is an {@link Own}.
 *
 * @since 0.1
 */
public sealed interface Event {

  /** The snake-case word by which records know what happened. */
  default String kind() {
    return kind(getClass());
  }

  /** A step of a phase is done. */
  record StepDone(Progress progress) implements Event {

    /** Requires the progress. */
    public StepDone {
      Objects.requireNonNull(progress);
    }
  }

  /** A sentence for the user. */
  record Notice(String sentence) implements Event {}

  /** A phase goes on from a checkpoint, whose step is that of the event. */
  record Resumed() implements Event {}

  /**
   * A cell of a run begins again from nothing: what the record says of it before does not count.
   *
   * @param cause the cause
   */
  record CellRestarted(String cause) implements Event {}

  /**
   * A process begins, or goes on with, a phase of a cell.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   */
  record PhaseStarted(String phase) implements Event {}

  /**
   * A phase of a cell has ended.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   * @param peakMemoryBytes the peak resident memory of the process in the phase
   */
  record PhaseEnded(String phase, long peakMemoryBytes) implements Event {}

  /**
   * A phase of a cell has failed; what it took until then counts. The outcome of the cell has the
   * cause.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   */
  record PhaseFailed(String phase) implements Event {}

  /**
   * A strategy has chosen.
   *
   * @param layers the chosen layers, from 0, ascending
   * @param strategy the name of the selector
   */
  record LayersSelected(List<Integer> layers, String strategy) implements Event {

    /** Copies the layers. */
    public LayersSelected {
      layers = List.copyOf(layers);
    }
  }

  /**
   * A strategy has chosen modules where a number of layers is held equal: what its choice may have.
   *
   * @param parameters the trainable parameters with so many layers adapted, head included
   */
  record ParametersHeld(long parameters) implements Event {}

  /**
   * A search ended because its time was over.
   *
   * @param seconds the time of search and training together
   */
  record SearchCut(double seconds) implements Event {}

  /**
   * A training has ended.
   *
   * @param keptStep the step whose parameters were kept
   * @param trainingLoss the latest loss on training data, in nats
   * @param validationLoss the loss on validation data of what was kept, in nats
   * @param figures further figures of the trainer
   */
  record Trained(
      long keptStep,
      OptionalDouble trainingLoss,
      OptionalDouble validationLoss,
      Map<String, Figure> figures)
      implements Event {

    /** Copies the figures. */
    public Trained {
      Objects.requireNonNull(trainingLoss);
      Objects.requireNonNull(validationLoss);
      figures = Map.copyOf(figures);
    }
  }

  /**
   * An evaluation was taken from another cell that trained nothing either.
   *
   * @param examples the number of its examples
   */
  record EvaluationReused(long examples) implements Event {}

  /**
   * A process begins to work on a comparison.
   *
   * @param cells the number of cells of the comparison
   * @param done the number of cells that had ended well before
   * @param pid the process
   */
  record ComparisonStarted(int cells, int done, long pid) implements Event {}

  /** A cell of a comparison is begun, or gone on with. */
  record CellStarted() implements Event {}

  /**
   * A cell of a comparison has ended well.
   *
   * @param metric the name of the metric that decides, if the cell has one
   * @param metricDescription the reading of its value; empty in records of older releases
   * @param value its value; NaN if there is none
   * @param layers the chosen layers, from 0, ascending
   * @param seconds the time of all phases, without what another cell has done for this one, as far
   *     as that is known
   */
  record CellEnded(
      Optional<String> metric,
      Optional<MetricDescription> metricDescription,
      double value,
      List<Integer> layers,
      double seconds)
      implements Event {

    /** Copies the layers. */
    public CellEnded {
      Objects.requireNonNull(metric);
      Objects.requireNonNull(metricDescription);
      layers = List.copyOf(layers);
    }
  }

  /** A cell of a comparison has failed. */
  record CellFailed(String cause) implements Event {}

  /** A comparison was cancelled; it can be resumed. */
  record ComparisonCancelled() implements Event {}

  /**
   * Every cell of a comparison has ended.
   *
   * @param done the number of cells that ended well
   * @param failed the number of cells that did not
   */
  record ComparisonEnded(int done, int failed) implements Event {}

  /**
   * An extension's own event, which the core keeps and shows.
   *
   * @param kind the kind of the event, a snake-case word that is none of the core's
   * @param figures its figures by name
   */
  record Own(String kind, Map<String, Figure> figures) implements Event {

    /**
     * Copies the figures.
     *
     * @throws IllegalArgumentException if the core has an event of that kind
     */
    public Own {
      figures = Map.copyOf(figures);
      if (CORE.containsKey(kind)) {
        throw new IllegalArgumentException(
            "event kind '%s' belongs to the core; name it otherwise".formatted(kind));
      }
    }
  }

  /** The kinds of the core, by the words that records have for them. */
  Map<String, Class<? extends Event>> CORE =
      Map.ofEntries(
          entry("step", StepDone.class),
          entry("notice", Notice.class),
          entry("resumed", Resumed.class),
          entry("cell_restarted", CellRestarted.class),
          entry("phase_started", PhaseStarted.class),
          entry("phase_ended", PhaseEnded.class),
          entry("phase_failed", PhaseFailed.class),
          entry("layers_selected", LayersSelected.class),
          entry("parameters_held", ParametersHeld.class),
          entry("search_cut", SearchCut.class),
          entry("trained", Trained.class),
          entry("evaluation_reused", EvaluationReused.class),
          entry("comparison_started", ComparisonStarted.class),
          entry("cell_started", CellStarted.class),
          entry("cell_ended", CellEnded.class),
          entry("cell_failed", CellFailed.class),
          entry("comparison_cancelled", ComparisonCancelled.class),
          entry("comparison_ended", ComparisonEnded.class));

  /** The word by which records know a kind of the core. */
  static String kind(Class<? extends Event> type) {
    return CORE.entrySet().stream()
        .filter(kind -> kind.getValue() == type)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(type + " has no kind"))
        .getKey();
  }
}
