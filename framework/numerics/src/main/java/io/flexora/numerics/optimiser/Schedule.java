package io.flexora.numerics.optimiser;

/**
 * The course of a learning rate: a linear rise from 0 over the warm-up, then a decay; the factors
 * are those of Hugging Face's schedules of the same names, with a least rate of a tenth and a decay
 * over the last fifth where these are to be given there.
 *
 * @param decay what comes after the warm-up
 * @param warmupSteps the steps of the rise
 * @param totalSteps the steps until the decay has ended, if it {@linkplain Decay#ends() ends}
 * @since 0.1
 */
public record Schedule(Decay decay, long warmupSteps, long totalSteps) {

  /** The form of a decay. */
  public enum Decay {
    /** Stays. */
    CONSTANT(false) {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1;
      }
    },
    /** The same, as Hugging Face calls it where there is a warm-up. */
    CONSTANT_WITH_WARMUP(false) {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1;
      }
    },
    /** Falls in a straight line to 0. */
    LINEAR(true) {
      @Override
      double factor(double progress, Schedule schedule) {
        return 1 - progress;
      }
    },
    /** Falls along half a cosine to 0. */
    COSINE(true) {
      @Override
      double factor(double progress, Schedule schedule) {
        return (1 + Math.cos(Math.PI * progress)) / 2;
      }
    },
    /** Falls along half a cosine to a tenth. */
    COSINE_WITH_MIN_LR(true) {
      @Override
      double factor(double progress, Schedule schedule) {
        return LEAST + (1 - LEAST) * COSINE.factor(progress, schedule);
      }
    },
    /**
     * Stays until the last fifth of the steps after the warm-up, then falls along half a cosine to
     * 0.
     */
    WARMUP_STABLE_DECAY(true) {
      @Override
      double factor(double progress, Schedule schedule) {
        return progress <= 1 - DECAYING
            ? 1
            : COSINE.factor((progress - (1 - DECAYING)) / DECAYING, schedule);
      }
    },
    /**
     * Falls with the root of the steps, counted from the warm-up's length, or 10,000 steps, and
     * never ends.
     */
    INVERSE_SQRT(false) {
      @Override
      double factor(double progress, Schedule schedule) {
        double scale = schedule.warmupSteps > 0 ? schedule.warmupSteps : USUAL_SCALE;
        return 1 / Math.sqrt(1 + progress * schedule.decaySteps() / scale);
      }
    };

    private static final double LEAST = 0.1;
    private static final double DECAYING = 0.2;
    private static final double USUAL_SCALE = 10_000;

    private final boolean ends;

    Decay(boolean ends) {
      this.ends = ends;
    }

    /** Whether the total steps decide its course: it falls until then, and stays. */
    public boolean ends() {
      return ends;
    }

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
    double progress = (step - warmupSteps) / decaySteps();
    return decay.factor(decay.ends() ? Math.min(1, progress) : progress, this);
  }

  private double decaySteps() {
    return Math.max(1, totalSteps - warmupSteps);
  }
}
