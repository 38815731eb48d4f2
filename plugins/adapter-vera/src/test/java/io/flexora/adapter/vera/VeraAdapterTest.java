package io.flexora.adapter.vera;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.testkit.fixture.model.GivenSites;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VeraAdapterTest {

  private static final int LAYERS = 3;
  private static final ModuleShape UP = new ModuleShape("up", "layer.%d.up", 6, 10);
  private static final ModuleShape QUERY = new ModuleShape("query", "layer.%d.query", 8, 4);

  /** Three layers of two modules each. */
  private static final class SixModules extends GivenSites {

    SixModules() {
      super(
          IntStream.range(0, LAYERS)
              .boxed()
              .flatMap(
                  layer -> Stream.of(new AdapterSite(layer, UP), new AdapterSite(layer, QUERY)))
              .toList(),
          1);
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

  @Test
  void aFileWithoutSitesSaysThatItHasNoBases() {
    VeraAdapter vera = new VeraAdapter(new VeraOptions(5, 0.1, 0, List.of()));
    Map<AdapterSite, List<AdapterArray>> trained = Map.of(new AdapterSite(0, UP), List.of());
    assertThat(vera.form().configuration(trained)).isEqualTo(vera.form().configuration());
    assertThat(vera.form().configuration(Map.of())).containsEntry("save_projection", false);
  }
}
