package io.flexora.results.benchmark;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The gain of a selector's layers over others in the same setting.
 *
 * @param to what they were compared with
 * @param tasks over how many tasks it is the mean
 * @param fewestClasses the classes of the task that had the fewest; 0 where answers were judged by
 *     their likelihood
 * @param mostClasses the classes of the task that had the most; 0 likewise
 * @param points points of accuracy; below 0 if they were worse
 * @param interval where the difference lies with 95 %; empty if that was not stated
 * @since 0.1
 */
public record BenchmarkedGain(
    ReferenceLayers to,
    int tasks,
    int fewestClasses,
    int mostClasses,
    double points,
    Optional<Interval> interval) {

  /** Half of the last digit that is said. */
  private static final double LEVEL = 0.05;

  /** The layers that a selector's are compared with. */
  public enum ReferenceLayers {
    /** As many random layers. */
    RANDOM,
    /** All layers, trained at the same learning rate. */
    ALL,
    /** All layers, trained at a learning rate of their own. */
    TUNED_ALL
  }

  /**
   * An interval of 95 %.
   *
   * @param low its lower end, in points
   * @param high its upper end, in points
   */
  public record Interval(double low, double high) {

    /**
     * Checks the ends.
     *
     * @throws IllegalArgumentException if they are in the wrong order
     */
    public Interval {
      if (!(low <= high)) {
        throw new IllegalArgumentException(
            "no interval begins at %s and ends at %s".formatted(low, high));
      }
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "(%+.1f to %+.1f)", low, high);
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no task, a range ends before it begins, or the
   *     difference lies outside of its interval
   */
  public BenchmarkedGain {
    Objects.requireNonNull(to);
    Objects.requireNonNull(interval);
    if (tasks < 1 || fewestClasses < 0 || mostClasses < fewestClasses) {
      throw new IllegalArgumentException(
          "%d tasks of %d to %d classes".formatted(tasks, fewestClasses, mostClasses));
    }
    if (interval.isPresent()
        && !(interval.get().low() <= points && points <= interval.get().high())) {
      throw new IllegalArgumentException(
          "%s points are outside of %s".formatted(points, interval.get()));
    }
  }

  /** The number with its sign and its interval, such as {@code +0.5 (-0.1 to +1.1)}. */
  public String signed() {
    return String.format(Locale.ROOT, "%+.1f", points) + ofInterval();
  }

  /**
   * Says it in points of accuracy, such as {@code 0.5 above 3 random layers on average over 4 tasks
   * (-0.1 to +1.1)}.
   *
   * @param budget how many layers random ones were
   */
  public String words(int budget) {
    return fewWords(budget) + ofInterval();
  }

  /**
   * Says it behind another one, without the interval, such as {@code 2.8 below all layers at a
   * learning rate tuned for them with 45 classes}.
   *
   * @param budget as in {@link #words}
   */
  public String fewWords(int budget) {
    return difference() + reference(budget) + scope();
  }

  /** Says of which tasks it is the mean, such as {@code on average over 4 tasks}. */
  public String overTasks() {
    return tasks == 1 ? "on 1 task" : "on average over " + tasks + " tasks";
  }

  private String difference() {
    double size = Math.abs(points);
    return size <= LEVEL
        ? "level with "
        : String.format(Locale.ROOT, "%.1f", size) + (points > 0 ? " above " : " below ");
  }

  private String reference(int budget) {
    return switch (to) {
      case RANDOM -> budget == 1 ? "1 random layer" : budget + " random layers";
      case ALL -> "all layers at the same learning rate";
      case TUNED_ALL -> "all layers at a learning rate tuned for them";
    };
  }

  /** What all layers gain depends on the number of classes, so that says where it holds. */
  private String scope() {
    if (to == ReferenceLayers.RANDOM || mostClasses == 0) {
      return " " + overTasks();
    }
    String classes =
        (fewestClasses == mostClasses ? "" : fewestClasses + " to ") + mostClasses + " classes";
    return tasks == 1 ? " with " + classes : " " + overTasks() + " of " + classes;
  }

  private String ofInterval() {
    return interval.map(ends -> " " + ends).orElse("");
  }
}
