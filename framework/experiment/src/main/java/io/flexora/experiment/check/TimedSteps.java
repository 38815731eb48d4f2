package io.flexora.experiment.check;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Times the steps of a phase, ends it when that has taken long enough, and tells how long all of it
 * would have taken.
 */
final class TimedSteps implements Monitor {

  /** A first step that took so many times as long as a phase may take is the only one. */
  private static final int TOO_LONG = 3;

  private static final double NANOS = 1e9;

  /** The name of a figure that trainers give. */
  private static final String TOKENS_PER_SECOND = "tokens_per_second";

  /** Some steps in one: how many, how long they took, and whether an evaluation was among them. */
  private record Timed(double steps, double seconds, boolean evaluated, OptionalDouble tokens) {

    double each() {
      return seconds / steps;
    }
  }

  private final LongSupplier nanoTime;
  private final Duration most;
  private final List<Timed> timed = new ArrayList<>();
  private final long began;
  private long latest;
  private long done;
  private long total;
  private boolean ended;

  /**
   * Begins the time.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param most how long the phase may take; it has two steps all the same, if they are short
   */
  TimedSteps(LongSupplier nanoTime, Duration most) {
    this.nanoTime = nanoTime;
    this.most = most;
    this.began = nanoTime.getAsLong();
    this.latest = began;
  }

  @Override
  public void step(Progress progress) {
    long done = progress.done();
    long now = nanoTime.getAsLong();
    if (done > this.done) {
      timed.add(
          new Timed(
              done - this.done,
              (now - latest) / NANOS,
              progress.validationLoss().isPresent(),
              tokens(progress, (now - latest) / NANOS)));
    }
    this.latest = now;
    this.done = done;
    this.total = progress.total();
    long limit = timed.size() < 2 ? TOO_LONG * most.toNanos() : most.toNanos();
    if (done < total && now - began >= limit) {
      ended = true;
      throw new CancelledException();
    }
  }

  private static OptionalDouble tokens(Progress progress, double seconds) {
    return progress.figures().get(TOKENS_PER_SECOND) instanceof Figure.Real rate
        ? OptionalDouble.of(rate.value() * seconds)
        : OptionalDouble.empty();
  }

  @Override
  public void event(Event event) {
    // Nothing of a benchmark is kept.
  }

  @Override
  public void notice(String sentence) {
    // Said when it counts.
  }

  /** Whether it was ended from here. */
  boolean ended() {
    return ended;
  }

  /** The seconds since the phase began, until now. */
  double elapsed() {
    return (nanoTime.getAsLong() - began) / NANOS;
  }

  /**
   * The seconds of the whole phase: of the first step, in which much is made that later ones have,
   * once, and of the others as long as those that were seen. A phase that ended by itself took what
   * it took.
   */
  double whole() {
    return done < total ? ofSteps() : elapsed();
  }

  /** The seconds of all steps of the phase, without what comes behind the last one. */
  double ofSteps() {
    return timed.isEmpty() ? 0 : timed.get(0).seconds() + rest(timed);
  }

  /**
   * The seconds of a whole training, whose evaluations are timed apart.
   *
   * @param evaluations how many there are
   * @param scale how much longer an evaluation takes than here
   */
  double wholeTraining(long evaluations, double scale) {
    List<Timed> plain = timed.stream().filter(step -> !step.evaluated()).toList();
    if (plain.isEmpty()) {
      return whole();
    }
    double each = later(plain).stream().mapToDouble(Timed::each).average().orElse(0);
    double evaluation =
        timed.stream()
            .filter(Timed::evaluated)
            .mapToDouble(step -> Math.max(0, step.seconds() - step.steps() * each))
            .average()
            .orElse(0);
    return plain.get(0).seconds() + rest(plain) + evaluations * scale * evaluation;
  }

  /**
   * The steps after the first, without those that an evaluation was in unless all have one, as in a
   * search; the first alone where there is no other. Empty if there was no step.
   */
  Optional<StepSpeed> speed() {
    List<Timed> plain = timed.stream().filter(step -> !step.evaluated()).toList();
    List<Timed> counted = plain.isEmpty() ? timed : plain;
    List<Timed> later = later(counted);
    double steps = later.stream().mapToDouble(Timed::steps).sum();
    if (steps == 0) {
      return Optional.empty();
    }
    double seconds = later.stream().mapToDouble(Timed::seconds).sum();
    boolean told = later.stream().allMatch(step -> step.tokens().isPresent());
    double tokens = later.stream().mapToDouble(step -> step.tokens().orElse(0)).sum();
    return Optional.of(
        new StepSpeed(
            Math.round(steps),
            seconds / steps,
            told ? OptionalDouble.of(tokens / steps) : OptionalDouble.empty(),
            Optional.empty()));
  }

  /** The same of a phase that goes once through so many tokens, all its steps taken together. */
  StepSpeed speed(long tokens) {
    double steps = Math.max(1, total);
    return new StepSpeed(
        Math.max(1, done), whole() / steps, OptionalDouble.of(tokens / steps), Optional.empty());
  }

  /** The steps after the first; that one where there is no other. */
  private static List<Timed> later(List<Timed> seen) {
    return seen.size() > 1 ? seen.subList(1, seen.size()) : seen;
  }

  /** The seconds of the steps after the first. */
  private double rest(List<Timed> seen) {
    List<Timed> later = later(seen);
    double seconds = later.stream().mapToDouble(Timed::seconds).sum();
    double steps = later.stream().mapToDouble(Timed::steps).sum();
    return seconds / steps * Math.max(0, total - seen.get(0).steps());
  }
}
