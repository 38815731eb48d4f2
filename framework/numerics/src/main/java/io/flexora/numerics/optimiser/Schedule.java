package io.flexora.numerics.optimiser;

/**
 * The course of a learning rate: a linear rise from 0 over the warm-up, then a decay; the factors
 * are those of Hugging Face's schedules of the same names, with a least rate of a tenth and a decay
 * over the last fifth where these are to be given there.
 *
 * @param decay what comes after the warm-up
 * @param warmupSteps the steps of the rise
 * @param totalSteps the steps until the decay has ended
 * @since 0.1
 */
public record Schedule(Decay decay, long warmupSteps, long totalSteps) {

  /** The form of a decay. */
  public enum Decay {
    /** Stays. */
    CONSTANT {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1;
      }
    },
    /** The same, as Hugging Face calls it where there is a warm-up. */
    CONSTANT_WITH_WARMUP {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1;
      }
    },
    /** Falls in a straight line to 0. */
    LINEAR {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1 - progress;
      }
    },
    /** Falls along half a cosine to 0. */
    COSINE {
      @Override
      double factor(double progress, Schedule schedule) {
        return (1 + Math.cos(Math.PI * progress)) / 2;
      }
    },
    /** Falls along half a cosine to a tenth. */
    COSINE_WITH_MIN_LR {
      @Override
      double factor(double progress, Schedule schedule) {
        return LEAST + (1 - LEAST) * COSINE.factor(progress, schedule);
      }
    },
    /** Stays until the last fifth of the steps, then falls along half a cosine to 0. */
    WARMUP_STABLE_DECAY {
      @Override
      double factor(double progress, Schedule schedule) {
        return progress <= 1 - DECAYING
            ? 1
            : COSINE.factor((progress - (1 - DECAYING)) / DECAYING, schedule);
      }
    },
    /** Falls with the root of the steps, counted from the warm-up's length, or 10,000 steps. */
    INVERSE_SQRT {
      @Override
      double factor(double progress, Schedule schedule) {
        double scale = schedule.warmupSteps > 0 ? schedule.warmupSteps : USUAL_SCALE;
        return 1 / Math.sqrt(1 + progress * schedule.decaySteps() / scale);
      }
    };

    private static final double LEAST = 0.1;
    private static final double DECAYING = 0.2;
    private static final double USUAL_SCALE = 10_000;

    abstract double factor(double progress, Schedule schedule);
  }

  /** Always 1. */
  public static Schedule constant() {
    return new Schedule(Decay.CONSTANT, 0, 0);
  }

  /**
   * The factor of the learning rate in a step.
   *
   * @param step the number of the step, from 0
   */
  public double factor(long step) {
    if (step < warmupSteps) {
      return (double) step / warmupSteps;
    }
    return decay.factor(Math.min(1, (step - warmupSteps) / decaySteps()), this);
  }

  private double decaySteps() {
    return Math.max(1, totalSteps - warmupSteps);
  }
}
