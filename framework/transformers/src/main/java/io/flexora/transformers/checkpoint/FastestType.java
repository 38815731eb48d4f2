package io.flexora.transformers.checkpoint;

import ai.djl.Device;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.numerics.transformer.Bf16Units;
import io.flexora.numerics.transformer.LinearSpeed;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.MeasuredProducts.Seconds;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The type in which a model's frozen layers are trained through fastest: bf16 on a GPU, float32 on
 * a processor without units for bf16, and what a measurement of the products with the model's own
 * matrices shows elsewhere, repeated until it is stable; where it never is, bf16. Decided once for
 * a run.
 *
 * @since 0.1
 */
public final class FastestType {

  /** The option that is decided. */
  public static final String OPTION = "compute_dtype";

  /** Rows enough for a processor to be busy, few enough to pass undisturbed. */
  private static final int MOST_ROWS = 256;

  /** What bf16 has to save, as it is less exact. */
  private static final double WORTH_WHILE = 0.9;

  /** How much of the best times a repeat has to leave for them to be stable. */
  private static final double STAYS = 0.97;

  private static final int MOST_REPEATS = 8;

  private static final Decision UNSTABLE =
      new Decision(
          ComputeType.BF16.word(),
          "as this processor has units for bf16, and is too busy to be measured");

  private static final double MILLIS = 1e3;

  private final Device device;
  private final Decisions decisions;
  private final Supplier<List<LinearProduct>> products;

  /**
   * Knows how to find the type.
   *
   * @param decisions what was decided when the run began
   * @param products the products of one layer with its matrices
   */
  public FastestType(Device device, Decisions decisions, Supplier<List<LinearProduct>> products) {
    this.device = device;
    this.decisions = decisions;
    this.products = products;
  }

  /**
   * The products of one layer.
   *
   * @param modules its matrices
   * @param rows how many tokens are computed at once at most
   */
  public static List<LinearProduct> products(List<ModuleShape> modules, int rows) {
    int measured = Math.min(MOST_ROWS, rows);
    return modules.stream().map(m -> new LinearProduct(measured, m.inputs(), m.outputs())).toList();
  }

  /** The type. */
  public ComputeType get() {
    return type(decisions.of(OPTION, this::decide));
  }

  /** The type that a run has kept to which is gone on with or asked. */
  Optional<ComputeType> recalled() {
    return Optional.ofNullable(decisions.recalled().get(OPTION)).map(FastestType::type);
  }

  /** The type to score in, where no run has one. */
  ComputeType toScore() {
    return device.isGpu() ? ComputeType.BF16 : ComputeType.FLOAT32;
  }

  private static ComputeType type(Decision decision) {
    return ComputeType.valueOf(decision.value().toUpperCase(Locale.ROOT));
  }

  private Decision decide() {
    if (device.isGpu()) {
      return new Decision(ComputeType.BF16.word(), "as it computes on a GPU");
    }
    if (!Bf16Units.present(device)) {
      return new Decision(ComputeType.FLOAT32.word(), "as this processor has no units for bf16");
    }
    return MeasuredProducts.ofUser(device, FastestType::measured)
        .of(products.get())
        .map(FastestType::decided)
        .orElse(UNSTABLE);
  }

  private static Optional<Seconds> measured(Device device, List<LinearProduct> products) {
    return stable(() -> measuredOnce(device, products));
  }

  /**
   * Repeats a measurement until the best times stay as they are.
   *
   * @return the best times; empty if the machine is too busy for that
   */
  static Optional<Seconds> stable(Supplier<Seconds> measurement) {
    Seconds best = measurement.get();
    for (int repeat = 1; repeat < MOST_REPEATS; repeat++) {
      // What disturbs a measurement makes it longer, never shorter.
      Seconds next = best.best(measurement.get());
      if (next.float32() > STAYS * best.float32() && next.bf16() > STAYS * best.bf16()) {
        return Optional.of(next);
      }
      best = next;
    }
    return Optional.empty();
  }

  private static Seconds measuredOnce(Device device, List<LinearProduct> products) {
    double[] seconds =
        LinearSpeed.seconds(
            device, products, ComputeType.FLOAT32.torchType(), ComputeType.BF16.torchType());
    return new Seconds(seconds[0], seconds[1]);
  }

  /** What a measurement shows. */
  static Decision decided(Seconds measured) {
    boolean lower = measured.bf16() < WORTH_WHILE * measured.float32();
    return new Decision(
        (lower ? ComputeType.BF16 : ComputeType.FLOAT32).word(),
        String.format(
            Locale.ROOT,
            "as the products of a layer take %.3g ms in float32 and %.3g ms in bf16 on this machine",
            measured.float32() * MILLIS,
            measured.bf16() * MILLIS));
  }
}
