package io.flexora.numerics.optimiser;

/**
 * The course of a learning rate: a linear rise from 0 over the warm-up, then a decay; the factors
 * are those of Hugging Face's schedules of the same names.
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
      double factor(double progress) {
        return 1;
      }
    },
    /** Falls in a straight line to 0. */
    LINEAR {
      @Override
      double factor(double progress) {
        return 1 - progress;
      }
    },
    /** Falls along half a cosine to 0. */
    COSINE {
      @Override
      double factor(double progress) {
        return (1 + Math.cos(Math.PI * progress)) / 2;
      }
    };

    abstract double factor(double progress);
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
    double length = Math.max(1, totalSteps - warmupSteps);
    return decay.factor(Math.min(1, (step - warmupSteps) / length));
  }
}
