package io.flexora.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pace of a phase: that of the later half of its observed steps, so that a slow start is
 * forgotten while pauses that return, such as validations, are counted.
 */
final class PhasePace {

  /** More observations than these are thinned. */
  private static final int MOST = 512;

  /** The steps without which the usual pace stands in for those that are missing. */
  private static final int ENOUGH = 10;

  private static final double MILLIS = 1e3;

  private record Seen(long time, long done) {}

  private final String name;
  private final long began;
  private final List<Seen> seen = new ArrayList<>();
  private long total;

  /** Begins at a time in milliseconds, before its first step. */
  PhasePace(String name, long began) {
    this.name = name;
    this.began = began;
  }

  String name() {
    return name;
  }

  /** Takes note of a step at a time in milliseconds. */
  void observe(Step step, long time) {
    if (seen.size() == MOST) {
      // Every second one, from the first on.
      for (int i = MOST - 1; i > 0; i -= 2) {
        seen.remove(i);
      }
    }
    seen.add(new Seen(time, step.done()));
    total = step.total();
  }

  /** The seconds since it began. */
  double seconds() {
    return (last().time() - began) / MILLIS;
  }

  /**
   * The seconds that its further steps take; empty before the second step where nothing is known of
   * others.
   *
   * @param usual the seconds of others of its name, which count as long as it has few steps of its
   *     own
   */
  Optional<Double> left(Optional<Double> usual) {
    long first = seen.get(0).done();
    long half = first + (last().done() - first) / 2;
    Seen from = seen.stream().filter(at -> at.done() >= half).findFirst().orElseThrow();
    long steps = last().done() - from.done();
    double taken = (last().time() - from.time()) / MILLIS;
    if (usual.isPresent() && steps < ENOUGH) {
      taken += usual.get() / total * (ENOUGH - steps);
      steps = ENOUGH;
    }
    return steps <= 0
        ? Optional.empty()
        : Optional.of(taken / steps * Math.max(0, total - last().done()));
  }

  /** The seconds of all of it, observed and to come. */
  Optional<Double> whole() {
    return left(Optional.empty()).map(rest -> seconds() + rest);
  }

  private Seen last() {
    return seen.get(seen.size() - 1);
  }
}
