package io.flexora.transformers.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.MeasuredProducts.Seconds;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FastestTypeTest {

  private static FastestType on(Device device, Decisions decisions) {
    return new FastestType(
        device,
        decisions,
        () -> {
          throw new AssertionError("nothing is to be measured");
        });
  }

  @Test
  void takesBf16WhereThatSavesATenth() {
    assertThat(FastestType.decided(new Seconds(0.010, 0.0089)).value()).isEqualTo("bf16");
    assertThat(FastestType.decided(new Seconds(0.010, 0.0091)).value()).isEqualTo("float32");
    assertThat(FastestType.decided(new Seconds(0.010, 0.02)))
        .isEqualTo(
            new Decision(
                "float32",
                "as the products of a layer take 10.0 ms in float32 and 20.0 ms in bf16 on this"
                    + " machine"));
  }

  @Test
  void repeatsAMeasurementUntilItIsStable() {
    Iterator<Seconds> disturbed =
        List.of(
                new Seconds(0.199, 0.213),
                new Seconds(0.180, 0.200),
                new Seconds(0.190, 0.100),
                new Seconds(0.179, 0.300),
                new Seconds(1, 1))
            .iterator();
    assertThat(FastestType.stable(disturbed::next)).contains(new Seconds(0.179, 0.100));
    AtomicInteger times = new AtomicInteger();
    assertThat(FastestType.stable(() -> new Seconds(1.0 / times.incrementAndGet(), 1))).isEmpty();
    assertThat(times).hasValue(8);
  }

  @Test
  void scoresInTheTypeOfTheRunWhoseModelItIs() {
    Decisions decisions = new Decisions();
    FastestType fastest = on(Device.cpu(), decisions);
    assertThat(ComputeChoice.AUTO.toScore(fastest)).isEqualTo(ComputeType.FLOAT32);
    decisions.recall(Map.of(FastestType.OPTION, new Decision("bf16", "as it was")));
    assertThat(ComputeChoice.AUTO.toScore(fastest)).isEqualTo(ComputeType.BF16);
    assertThat(ComputeChoice.FLOAT64.toScore(fastest)).isEqualTo(ComputeType.FLOAT64);
  }

  @Test
  void keepsToWhatARunBeganWith() {
    for (ComputeType type : List.of(ComputeType.BF16, ComputeType.FLOAT32)) {
      Decisions decisions = new Decisions();
      Map<String, Decision> earlier =
          Map.of(FastestType.OPTION, new Decision(type.word(), "as it was"));
      decisions.recall(earlier);
      assertThat(ComputeChoice.AUTO.toTrain(on(Device.cpu(), decisions))).isEqualTo(type);
      assertThat(decisions.all()).isEqualTo(earlier);
      assertThat(decisions.recalled()).isEqualTo(earlier);
    }
  }

  @Test
  void measuresNothingOnAGpuOrWhereATypeIsWritten() {
    Decisions decisions = new Decisions();
    FastestType gpu = on(Device.gpu(), decisions);
    assertThat(ComputeChoice.FLOAT64.toTrain(gpu)).isEqualTo(ComputeType.FLOAT64);
    assertThat(ComputeChoice.BF16.toTrain(gpu)).isEqualTo(ComputeType.BF16);
    assertThat(decisions.all()).isEmpty();
    assertThat(ComputeChoice.AUTO.toTrain(gpu)).isEqualTo(ComputeType.BF16);
    assertThat(decisions.all())
        .isEqualTo(Map.of("compute_dtype", new Decision("bf16", "as it computes on a GPU")));
    assertThat(decisions.recalled()).isEmpty();
  }

  @Test
  void measuresTheModelsOwnMatrices() {
    List<ModuleShape> modules =
        List.of(new ModuleShape("q", "q", 8, 16), new ModuleShape("d", "d", 32, 8));
    assertThat(FastestType.products(modules, 100))
        .containsExactly(new LinearProduct(100, 8, 16), new LinearProduct(100, 32, 8));
    assertThat(FastestType.products(modules, 4096).get(0).rows()).isEqualTo(256);
  }
}
