package io.flexora.adapter.vera;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSetting;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VeraAdapterTest {

  private static final int LAYERS = 3;
  private static final ModuleShape UP = new ModuleShape("up", "layer.%d.up", 6, 10);
  private static final ModuleShape QUERY = new ModuleShape("query", "layer.%d.query", 8, 4);

  /** Three layers of two modules each. */
  private static final class SixModules implements AdapterSetting {

    @Override
    public List<AdapterSite> sites() {
      return IntStream.range(0, LAYERS)
          .boxed()
          .flatMap(layer -> Stream.of(new AdapterSite(layer, UP), new AdapterSite(layer, QUERY)))
          .toList();
    }

    @Override
    public SplittableRandom random(AdapterSite site, AdapterParameter parameter) {
      return new SplittableRandom(1);
    }

    @Override
    public SplittableRandom random(String name) {
      return new SplittableRandom(2);
    }

    @Override
    public NDManager manager() {
      throw new UnsupportedOperationException("VeRA looks at the shapes alone");
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      throw new UnsupportedOperationException("VeRA looks at the shapes alone");
    }

    @Override
    public NDArray weightGradient(NDManager scope, AdapterSite site) {
      throw new UnsupportedOperationException("VeRA looks at the shapes alone");
    }

    @Override
    public void activations(ActivationTokens tokens, ActivationVisitor visitor) {
      throw new UnsupportedOperationException("VeRA looks at the shapes alone");
    }
  }

  @Test
  void aModuleTrainsAsManyNumbersAsItHasOutputsAndTheRankTogether() {
    VeraAdapter vera = new VeraAdapter(new VeraOptions(5, 0.1, 0, List.of()));
    AdapterStart start = vera.initialisation().orElseThrow().start(new SixModules());
    long trained =
        start.parameters().values().stream()
            .flatMap(List::stream)
            .mapToLong(array -> array.values().length)
            .sum();
    assertThat(trained).isEqualTo(LAYERS * ((10 + 5) + (4 + 5)));
    assertThat(start.constants()).isEmpty();
    assertThat(start.shared())
        .extracting(AdapterArray::parameter)
        .extracting(AdapterParameter::shape)
        .containsExactly(new Shape(5, 8), new Shape(10, 5));
  }
}
