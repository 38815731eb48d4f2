package io.flexora.transformers.checkpoint;

import ai.djl.Device;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.numerics.transformer.Bf16Units;
import io.flexora.numerics.transformer.LinearSpeed;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The type in which a model's frozen layers are trained through fastest: bf16 on a GPU, float32 on
 * a processor without units for bf16, and what a measurement of the products with the model's own
 * matrices shows elsewhere. Decided once for a run.
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
    String word = decisions.of(OPTION, this::decide).value();
    return ComputeType.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private Decision decide() {
    if (device.isGpu()) {
      return new Decision(ComputeType.BF16.word(), "as it computes on a GPU");
    }
    if (!Bf16Units.present(device)) {
      return new Decision(ComputeType.FLOAT32.word(), "as this processor has no units for bf16");
    }
    return decided(MeasuredProducts.ofUser(device, FastestType::measured).of(products.get()));
  }

  private static MeasuredProducts.Seconds measured(Device device, List<LinearProduct> products) {
    double[] seconds =
        LinearSpeed.seconds(
            device, products, ComputeType.FLOAT32.torchType(), ComputeType.BF16.torchType());
    return new MeasuredProducts.Seconds(seconds[0], seconds[1]);
  }

  /** What a measurement shows. */
  static Decision decided(MeasuredProducts.Seconds measured) {
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
