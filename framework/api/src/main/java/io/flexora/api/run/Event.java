package io.flexora.api.run;

import io.flexora.api.metric.MetricDescription;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Something that happened in a run or a comparison, as its record keeps it. What the core tells has
 * a type each; what extensions tell of their own is an {@link Own}.
 *
 * @since 0.1
 */
public sealed interface Event {

  /** The snake-case word by which records know what happened. */
  String kind();

  /** A step of a phase is done. */
  record StepDone(Progress progress) implements Event {

    /** The kind. */
    public static final String KIND = "step";

    /** Requires the progress. */
    public StepDone {
      Objects.requireNonNull(progress);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A sentence for the user. */
  record Notice(String sentence) implements Event {

    /** The kind. */
    public static final String KIND = "notice";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A phase goes on from a checkpoint, whose step is that of the event. */
  record Resumed() implements Event {

    /** The kind. */
    public static final String KIND = "resumed";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A cell of a run begins again from nothing: what the record says of it before does not count.
   *
   * @param cause why
   */
  record CellRestarted(String cause) implements Event {

    /** The kind. */
    public static final String KIND = "cell_restarted";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A process begins, or goes on with, a phase of a cell.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   */
  record PhaseStarted(String phase) implements Event {

    /** The kind. */
    public static final String KIND = "phase_started";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A phase of a cell has ended.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   * @param peakMemoryBytes the peak resident memory of the process in the phase
   */
  record PhaseEnded(String phase, long peakMemoryBytes) implements Event {

    /** The kind. */
    public static final String KIND = "phase_ended";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A phase of a cell has failed; what it took until then counts. The outcome of the cell has the
   * cause.
   *
   * @param phase {@code search}, {@code train} or {@code evaluate}
   */
  record PhaseFailed(String phase) implements Event {

    /** The kind. */
    public static final String KIND = "phase_failed";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A strategy has chosen.
   *
   * @param layers the chosen layers, from 0, ascending
   * @param strategy the name of the selector
   */
  record LayersSelected(List<Integer> layers, String strategy) implements Event {

    /** The kind. */
    public static final String KIND = "layers_selected";

    /** Copies the layers. */
    public LayersSelected {
      layers = List.copyOf(layers);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A strategy has chosen modules where a number of layers is held equal: what its choice may have.
   *
   * @param parameters the trainable parameters with so many layers adapted, head included
   */
  record ParametersHeld(long parameters) implements Event {

    /** The kind. */
    public static final String KIND = "parameters_held";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A search ended because its time was over.
   *
   * @param seconds the time of search and training together
   */
  record SearchCut(double seconds) implements Event {

    /** The kind. */
    public static final String KIND = "search_cut";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A training has ended.
   *
   * @param keptStep the step whose parameters were kept
   * @param trainingLoss the latest loss on training data, in nats
   * @param validationLoss the loss on validation data of what was kept, in nats
   * @param figures what else the trainer reports
   */
  record Trained(
      long keptStep,
      OptionalDouble trainingLoss,
      OptionalDouble validationLoss,
      Map<String, Figure> figures)
      implements Event {

    /** The kind. */
    public static final String KIND = "trained";

    /** Copies the figures. */
    public Trained {
      Objects.requireNonNull(trainingLoss);
      Objects.requireNonNull(validationLoss);
      figures = Map.copyOf(figures);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * An evaluation was taken from another cell that trained nothing either.
   *
   * @param examples how many examples it has
   */
  record EvaluationReused(long examples) implements Event {

    /** The kind. */
    public static final String KIND = "evaluation_reused";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A process begins to work on a comparison.
   *
   * @param cells how many cells the comparison has
   * @param done how many of them had ended well before
   * @param pid the process
   */
  record ComparisonStarted(int cells, int done, long pid) implements Event {

    /** The kind. */
    public static final String KIND = "comparison_started";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A cell of a comparison is begun, or gone on with. */
  record CellStarted() implements Event {

    /** The kind. */
    public static final String KIND = "cell_started";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * A cell of a comparison has ended well.
   *
   * @param metric the name of the metric that decides, if the cell has one
   * @param metricDescription how its value is to be read; empty in what older releases wrote
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

    /** The kind. */
    public static final String KIND = "cell_ended";

    /** Copies the layers. */
    public CellEnded {
      Objects.requireNonNull(metric);
      Objects.requireNonNull(metricDescription);
      layers = List.copyOf(layers);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A cell of a comparison has failed. */
  record CellFailed(String cause) implements Event {

    /** The kind. */
    public static final String KIND = "cell_failed";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A comparison was cancelled; it can be resumed. */
  record ComparisonCancelled() implements Event {

    /** The kind. */
    public static final String KIND = "comparison_cancelled";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * Every cell of a comparison has ended.
   *
   * @param done how many ended well
   * @param failed how many did not
   */
  record ComparisonEnded(int done, int failed) implements Event {

    /** The kind. */
    public static final String KIND = "comparison_ended";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * An extension's own event, which the core keeps and shows.
   *
   * @param kind what happened, a snake-case word that is none of the core's
   * @param figures what belongs to it, by name
   */
  record Own(String kind, Map<String, Figure> figures) implements Event {

    /**
     * Copies the figures.
     *
     * @throws IllegalArgumentException if the core has an event of that kind
     */
    public Own {
      figures = Map.copyOf(figures);
      if (CORE.contains(kind)) {
        throw new IllegalArgumentException(
            "event kind '%s' belongs to the core; name it otherwise".formatted(kind));
      }
    }
  }

  /** The kinds of the core. */
  Set<String> CORE =
      Set.of(
          StepDone.KIND,
          Notice.KIND,
          Resumed.KIND,
          CellRestarted.KIND,
          PhaseStarted.KIND,
          PhaseEnded.KIND,
          PhaseFailed.KIND,
          LayersSelected.KIND,
          ParametersHeld.KIND,
          SearchCut.KIND,
          Trained.KIND,
          EvaluationReused.KIND,
          ComparisonStarted.KIND,
          CellStarted.KIND,
          CellEnded.KIND,
          CellFailed.KIND,
          ComparisonCancelled.KIND,
          ComparisonEnded.KIND);
}
