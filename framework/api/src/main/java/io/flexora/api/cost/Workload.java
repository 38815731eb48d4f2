package io.flexora.api.cost;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The work of a solver's outer step, a selection, a training or a posterior: passes through the
 * model, and what stays in memory meanwhile. An extension that may end early states the work of its
 * whole length. Values begin with {@link #NONE} or {@link #CALLS}:
 *
 * <pre>{@code
 * Workload.NONE.trainingGradients(Passes.of(steps, batchSize)).storedThetas(2)
 * }</pre>
 *
 * @param unit the unit of the passes
 * @param passes the passes of each kind; kinds without a pass are left out
 * @param amounts everything else; zeros are left out, except where 0 is known
 * @since 0.1
 */
public record Workload(Unit unit, Map<PassKind, Passes> passes, Map<Amount, Long> amounts) {

  /** The unit of the passes. */
  public enum Unit {
    /** Calls of a bilevel problem, each with one or more batches. */
    CALLS,
    /** Examples of the model's data. */
    EXAMPLES
  }

  /** Kinds of passes, each with its time in forward passes. */
  public enum PassKind {
    /** Gradients of the training loss. */
    TRAINING_GRADIENTS(3),
    /**
     * Products with the Hessian of the training loss, which differentiate a gradient. The graph of
     * second derivatives is alive during each.
     */
    HESSIAN_PRODUCTS(6),
    /**
     * The Hessian products of a {@link io.flexora.api.gradient.GradientRecord}, which take no
     * gradient of their own; they count among the {@link #HESSIAN_PRODUCTS}, too.
     */
    RECORDED_PRODUCTS(-3),
    /** Gradients of the validation loss. */
    VALIDATION_GRADIENTS(3),
    /** Passes without a gradient; of a training and of a solver's calls, validation losses. */
    FORWARD(1);

    private final int forwardPasses;

    /** A backward pass takes about as long as two forward passes. */
    PassKind(int forwardPasses) {
      this.forwardPasses = forwardPasses;
    }

    /** The name in snake case, as JSON has it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The time in gradients of one example. */
    double gradients() {
      return forwardPasses / (double) TRAINING_GRADIENTS.forwardPasses;
    }
  }

  /** Amounts that are no passes. */
  public enum Amount {
    /** Arrays of theta's length that are alive at once while the model is called. */
    STORED_THETAS(false),
    /** Batches whose gradient's graph is kept while the validation loss is differentiated. */
    KEPT_GRAPHS(false),
    /** Copies of the frozen matrices of all layers beside the model's own. */
    STORED_BASES(false),
    /** Independent batches of a step, which several devices can share. */
    BATCHES_OF_STEP(false),
    /** Steps of the optimiser. */
    STEPS(true),
    /** Further trainings of the model. */
    TRAININGS(true);

    private final boolean adds;

    Amount(boolean adds) {
      this.adds = adds;
    }

    /** The name in snake case, as JSON has it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    private long merge(long one, long other) {
      if (!adds) {
        return Math.max(one, other);
      }
      long sum = one + other;
      return sum < 0 ? Long.MAX_VALUE : sum;
    }
  }

  /** No work, in examples. */
  public static final Workload NONE = new Workload(Unit.EXAMPLES, Map.of(), Map.of());

  /** No work, in calls of a bilevel problem. */
  public static final Workload CALLS = new Workload(Unit.CALLS, Map.of(), Map.of());

  /** Copies the maps. */
  public Workload {
    passes = Map.copyOf(passes);
    amounts = Map.copyOf(amounts);
  }

  private Workload with(PassKind kind, Passes of) {
    Map<PassKind, Passes> changed = new EnumMap<>(PassKind.class);
    changed.putAll(passes);
    changed.put(kind, of);
    changed.values().removeIf(Passes.NONE::equals);
    return new Workload(unit, changed, amounts);
  }

  private Workload with(Amount amount, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(amount + " is " + value);
    }
    Map<Amount, Long> changed = new EnumMap<>(Amount.class);
    changed.putAll(amounts);
    changed.put(amount, value);
    changed.entrySet().removeIf(e -> e.getValue() == 0 && e.getKey() != Amount.STEPS);
    return new Workload(unit, passes, changed);
  }

  /** The passes of a kind. */
  public Passes of(PassKind kind) {
    return passes.getOrDefault(kind, Passes.NONE);
  }

  /** An amount; 0 where it is not stated. */
  public long of(Amount amount) {
    return amounts.getOrDefault(amount, 0L);
  }

  /** This with gradients of the training loss. */
  public Workload trainingGradients(Passes gradients) {
    return with(PassKind.TRAINING_GRADIENTS, gradients);
  }

  /** This with products with the Hessian of the training loss. */
  public Workload hessianProducts(Passes products) {
    return with(PassKind.HESSIAN_PRODUCTS, products);
  }

  /**
   * This with some of its Hessian products recorded.
   *
   * @param products the products of recorded gradients
   * @param keptGraphs the records that are kept while the validation loss is differentiated
   */
  public Workload recorded(Passes products, int keptGraphs) {
    return with(PassKind.RECORDED_PRODUCTS, products).with(Amount.KEPT_GRAPHS, keptGraphs);
  }

  /** This with gradients of the validation loss. */
  public Workload validationGradients(Passes gradients) {
    return with(PassKind.VALIDATION_GRADIENTS, gradients);
  }

  /** This with passes without a gradient. */
  public Workload forward(Passes forward) {
    return with(PassKind.FORWARD, forward);
  }

  /** This with so many arrays of theta's length alive at once. */
  public Workload storedThetas(long arrays) {
    return with(Amount.STORED_THETAS, arrays);
  }

  /** This with so many copies of the frozen matrices of all layers. */
  public Workload storedBases(int copies) {
    return with(Amount.STORED_BASES, copies);
  }

  /** This with so many independent batches in a step. */
  public Workload batchesOfStep(int batches) {
    return with(Amount.BATCHES_OF_STEP, batches);
  }

  /** This with so many steps of the optimiser. */
  public Workload steps(long steps) {
    return with(Amount.STEPS, steps);
  }

  /** This with so many further trainings of the model. */
  public Workload trainings(int trainings) {
    return with(Amount.TRAININGS, trainings);
  }

  /** Gradients of the training loss. */
  public Passes trainingGradients() {
    return of(PassKind.TRAINING_GRADIENTS);
  }

  /** Products with the Hessian of the training loss. */
  public Passes hessianProducts() {
    return of(PassKind.HESSIAN_PRODUCTS);
  }

  /** The Hessian products of recorded gradients. */
  public Passes recordedProducts() {
    return of(PassKind.RECORDED_PRODUCTS);
  }

  /** Gradients of the validation loss. */
  public Passes validationGradients() {
    return of(PassKind.VALIDATION_GRADIENTS);
  }

  /** Passes without a gradient; of a training and of a solver's calls, validation losses. */
  public Passes forward() {
    return of(PassKind.FORWARD);
  }

  /** Arrays of theta's length that are alive at once while the model is called. */
  public long storedThetas() {
    return of(Amount.STORED_THETAS);
  }

  /** Gradients whose graph is kept while the validation loss is differentiated. */
  public int keptGraphs() {
    return (int) of(Amount.KEPT_GRAPHS);
  }

  /** Copies of the frozen matrices of all layers beside the model's own. */
  public int storedBases() {
    return (int) of(Amount.STORED_BASES);
  }

  /** Independent batches of a step; 0 where that is not stated. */
  public int batchesOfStep() {
    return (int) of(Amount.BATCHES_OF_STEP);
  }

  /** Steps of the optimiser; empty where the extension cannot know them. */
  public OptionalLong steps() {
    Long steps = amounts.get(Amount.STEPS);
    return steps == null ? OptionalLong.empty() : OptionalLong.of(steps);
  }

  /** Further trainings of the model. */
  public int trainings() {
    return (int) of(Amount.TRAININGS);
  }

  /**
   * This work and another, before or after it: passes add up, memory is the larger one's.
   *
   * @throws IllegalArgumentException if the units differ
   */
  public Workload plus(Workload other) {
    if (unit != other.unit) {
      throw new IllegalArgumentException(unit + " and " + other.unit + " do not add up");
    }
    Workload sum = this;
    for (Map.Entry<PassKind, Passes> of : other.passes.entrySet()) {
      sum = sum.with(of.getKey(), of(of.getKey()).plus(of.getValue()));
    }
    for (Map.Entry<Amount, Long> of : other.amounts.entrySet()) {
      sum = sum.with(of.getKey(), of.getKey().merge(of(of.getKey()), of.getValue()));
    }
    return sum;
  }

  /** The time of all passes, in gradients of one example. */
  public double equivalentGradients() {
    double sum = 0;
    for (PassKind kind : PassKind.values()) {
      sum += kind.gradients() * of(kind).examples();
    }
    return sum;
  }

  /** The time of all passes, in forward passes of one example. */
  public double equivalentForwardPasses() {
    double sum = 0;
    for (PassKind kind : PassKind.values()) {
      sum += (double) kind.forwardPasses * of(kind).examples();
    }
    return sum;
  }
}
