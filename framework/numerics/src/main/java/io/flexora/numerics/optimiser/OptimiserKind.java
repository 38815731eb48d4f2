package io.flexora.numerics.optimiser;

/**
 * The optimisers by the names that options give them.
 *
 * @since 0.1
 */
public enum OptimiserKind {
  /** Plain gradient descent. */
  SGD {
    @Override
    public Optimiser make(Settings settings) {
      return new Sgd(0, false, settings.weightDecay());
    }
  },
  /** Gradient descent with a velocity. */
  MOMENTUM {
    @Override
    public Optimiser make(Settings settings) {
      return new Sgd(settings.momentum(), false, settings.weightDecay());
    }
  },
  /** Gradient descent with a velocity that looks ahead. */
  NESTEROV {
    @Override
    public Optimiser make(Settings settings) {
      return new Sgd(settings.momentum(), true, settings.weightDecay());
    }
  },
  /** Adam with decoupled weight decay. */
  ADAMW {
    @Override
    public Optimiser make(Settings settings) {
      return new AdamW(
          settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
    }
  };

  /**
   * The numbers of all optimisers; each takes its own.
   *
   * @param momentum see {@link Sgd}
   * @param beta1 see {@link AdamW}
   * @param beta2 see {@link AdamW}
   * @param epsilon see {@link AdamW}
   * @param weightDecay see {@link Sgd} and {@link AdamW}
   */
  public record Settings(
      double momentum, double beta1, double beta2, double epsilon, double weightDecay) {}

  /** Makes the optimiser. */
  public abstract Optimiser make(Settings settings);
}
