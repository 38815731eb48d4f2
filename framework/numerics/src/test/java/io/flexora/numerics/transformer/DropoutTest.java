package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks against Philox as it is published, and what a mask promises. */
class DropoutTest {

  private static final String CALLS =
      """
        def mask(self, x: Tensor, p: Tensor, stream: Tensor, seed: Tensor) -> Tensor:
          return self.dropped(torch.numel(x), float(p), int(stream), int(seed), x).to(4)
        def drop(self, x: Tensor, seed: Tensor) -> Tensor:
          return self.drop_input(x, int(seed))
        def derivatives(self, x: Tensor, seed: Tensor) -> List[Tensor]:
          x = torch.detach(x).requires_grad_(True)
          y = self.drop_input(x, int(seed))
          first = torch.autograd.grad([torch.sum(y * y * y)], [x], create_graph=True)[0]
          assert first is not None
          second = torch.autograd.grad([torch.sum(first)], [x])[0]
          assert second is not None
          return [torch.detach(first), second]
      """;

  private final TorchEngine engine = TorchEngine.start();
  private final NDManager manager = engine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theReferenceIsPhiloxAsPublished() {
    // The known answers of Random123 1.14 (kat_vectors, philox4x32 10).
    assertThat(philox(new long[4], 0, 0))
        .containsExactly(0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L);
    long ones = 0xffffffffL;
    assertThat(philox(new long[] {ones, ones, ones, ones}, ones, ones))
        .containsExactly(0x408f276dL, 0x41c83b0eL, 0xa20bc7c6L, 0x6d5451fdL);
    long[] digitsOfPi = {0x243f6a88L, 0x85a308d3L, 0x13198a2eL, 0x03707344L};
    assertThat(philox(digitsOfPi, 0xa4093822L, 0x299f31d0L))
        .containsExactly(0xd16cfe09L, 0x94fdccebL, 0x5001e420L, 0x24126ea1L);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0.5, 4096",
    "1, 9223372036854775807, 0.1, 4001",
    "0, 1311768467463790320, 0.05, 1",
    "7, 4294967296, 0.999999, 77",
    "4294967295, 4294967295, 0.25, 20000",
  })
  void aMaskIsThatOfTheReference(long stream, long seed, double probability, int count) {
    assertThat(mask(probability, stream, seed, count))
        .isEqualTo(expected(probability, stream, seed, count));
  }

  @Test
  void dropsTheShareThatIsAskedForAndIndependentlyByPositionStreamAndSeed() {
    int count = 200_000;
    for (double p : new double[] {0.001, 0.05, 0.1, 0.5, 0.9}) {
      long[] mask = mask(p, 0, 42, count);
      double sigma = Math.sqrt(p * (1 - p) / count);
      assertThat(mean(mask)).isCloseTo(p, within(5 * sigma + 1e-5));
      double both = p * p;
      double ofBoth = 5 * Math.sqrt(both * (1 - both) / count) + 2e-5;
      for (int distance : new int[] {1, 2, 384, count / 8, count / 4, count / 2}) {
        long[] moved = Arrays.copyOfRange(mask, distance, count + distance);
        assertThat(mean(product(mask, moved)) * count / (count - distance))
            .as("pairs at the distance %d", distance)
            .isCloseTo(both, within(ofBoth * 1.5));
      }
      assertThat(mean(product(mask, mask(p, 1, 42, count)))).isCloseTo(both, within(ofBoth));
      assertThat(mean(product(mask, mask(p, 0, 43, count)))).isCloseTo(both, within(ofBoth));
    }
  }

  @Test
  void isTheSameForEveryNumberOfThreadsAndType() {
    NDArray x = manager.arange(1f, 300_001f).reshape(300, 1000);
    int before = engine.threads();
    try (TorchScript script = script(0.1)) {
      engine.useThreads(1);
      NDArray alone = drop(script, x, 5);
      NDArray wide = drop(script, x.toType(DataType.FLOAT64, true), 5);
      engine.useThreads(3);
      assertThat(drop(script, x, 5)).isEqualTo(alone);
      assertThat(drop(script, x, 6)).isNotEqualTo(alone);
      assertThat(wide.eq(0)).isEqualTo(alone.eq(0));
      assertThat(drop(script, x, -1)).isEqualTo(x);
      // What is kept is scaled by the share that is kept, 1 - 6554/65536.
      double scale = 65536.0 / (65536 - 6554);
      float[] kept = alone.toFloatArray();
      for (int i = 0; i < kept.length; i++) {
        if (kept[i] != 0) {
          assertThat(kept[i] / (i + 1.0)).isCloseTo(scale, within(1e-6));
        }
      }
      assertThat(alone.sum().toType(DataType.FLOAT64, true).getDouble() / 4.500015e10)
          .isCloseTo(1, within(0.005));
    } finally {
      engine.useThreads(before);
    }
  }

  @Test
  void isDifferentiatedTwice() {
    try (TorchScript script = script(0.5)) {
      NDArray x = manager.create(new double[] {1, 2, -3, 4, 5, -6, 7, 8});
      double[] dropped = drop(script, x, 3).toDoubleArray();
      var derivatives =
          script.call("derivatives", new Arguments(manager).with("x", x).with("seed", 3L));
      double[] values = x.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        double s = Math.abs(dropped[i] / values[i]);
        assertThat(s).isIn(0.0, 2.0);
        assertThat(derivatives.get(0).toDoubleArray()[i])
            .isEqualTo(3 * s * s * s * values[i] * values[i]);
        assertThat(derivatives.get(1).toDoubleArray()[i]).isEqualTo(6 * s * s * s * values[i]);
      }
    }
  }

  private TorchScript script(double probability) {
    AdapterScript method =
        AdapterScript.of(
                """
                  def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
                    return [p[0], p[1], gate]
                """)
            .withDropout(probability);
    return TorchScript.compile(manager, CompleteScript.of(method) + CALLS);
  }

  private NDArray drop(TorchScript script, NDArray x, long seed) {
    return script
        .call("drop", new Arguments(manager).with("x", x).with("seed", seed))
        .singletonOrThrow();
  }

  private long[] mask(double probability, long stream, long seed, int count) {
    try (TorchScript script = script(0.1);
        NDManager scope = manager.newSubManager()) {
      return script
          .call(
              "mask",
              new Arguments(scope)
                  .with("x", scope.zeros(new Shape(count)))
                  .with("p", scope.create(probability))
                  .with("stream", stream)
                  .with("seed", seed))
          .singletonOrThrow()
          .toLongArray();
    }
  }

  private static long[] expected(double probability, long stream, long seed, int count) {
    int blocks = (count + 7) / 8;
    int[] words = {0, 2, 0, 2, 1, 3, 1, 3};
    int[] shifts = {16, 16, 0, 0, 16, 16, 0, 0};
    long share = Math.min(65535, Math.round(probability * 65536));
    long[] mask = new long[count];
    for (int e = 0; e < count; e++) {
      long[] block = philox(new long[] {e % blocks, stream, 0, 0}, seed & 0xffffffffL, seed >>> 32);
      short half = (short) (block[words[e / blocks]] >>> shifts[e / blocks]);
      mask[e] = half < share - 32768 ? 1 : 0;
    }
    return mask;
  }

  /** Ten rounds, as in section 3.3 of the paper. */
  private static long[] philox(long[] counter, long key0, long key1) {
    long[] c = counter.clone();
    for (int round = 0; round < 10; round++) {
      long p0 = c[0] * 0xD2511F53L;
      long p1 = c[2] * 0xCD9E8D57L;
      long k0 = (int) (key0 + round * 0x9E3779B9L) & 0xffffffffL;
      long k1 = (int) (key1 + round * 0xBB67AE85L) & 0xffffffffL;
      c =
          new long[] {
            p1 >>> 32 ^ c[1] ^ k0, p1 & 0xffffffffL, p0 >>> 32 ^ c[3] ^ k1, p0 & 0xffffffffL
          };
    }
    return c;
  }

  private static double mean(long[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static long[] product(long[] a, long[] b) {
    long[] product = new long[a.length];
    Arrays.setAll(product, i -> a[i] * b[i]);
    return product;
  }
}
