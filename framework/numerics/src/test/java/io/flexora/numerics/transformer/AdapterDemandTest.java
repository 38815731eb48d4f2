package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionBounds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AdapterDemandTest {

  private static final class Inexact extends NoAdapter {
    @Override
    public AdapterScript script() {
      return super.script()
          .withInexactGradient(
              "constant_part: true leaves a part out, constant_part: false does not");
    }
  }

  private static final class Ungated extends NoAdapter {
    @Override
    public AdapterScript script() {
      return super.script().withoutGates();
    }
  }

  private record Bounds(String adapterName, AdapterMethod adapter) implements SelectionBounds {

    @Override
    public ModelShape shape() {
      throw new AssertionError("the adapter alone is asked");
    }

    @Override
    public OptionalInt sameCount() {
      return OptionalInt.empty();
    }

    @Override
    public List<ModuleShape> targets() {
      return List.of(new ModuleShape("dense", "layer.%d.dense", 4, 4));
    }
  }

  private static void require(
      String name, AdapterMethod adapter, AdapterDemand demand, String user) {
    Compatibility.require(found -> new Bounds(name, adapter).demand(demand, user, found));
  }

  @Test
  void refusesInexactProductsByTheNameOfTheAdapterItsOptionAndWhoTakesThem() {
    AdapterDemand exact = AdapterDemand.EXACT_PRODUCTS;
    assertThatThrownBy(() -> require("part", new Inexact(), exact, "solver 'exact'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("solver 'exact'", "adapter 'part'", "constant_part: false");
    assertThatCode(() -> require("none", new NoAdapter(), exact, "solver 'exact'"))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnAdapterWithoutGatesByItsName() {
    assertThatThrownBy(
            () -> require("open", new Ungated(), AdapterDemand.GATES, "selector 'search'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("selector 'search'", "adapter 'open'");
    assertThatCode(() -> require("none", new NoAdapter(), AdapterDemand.GATES, "any"))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnAdapterThatMakesItsOwnStart() {
    AdapterMethod started =
        new NoAdapter() {
          @Override
          public Optional<AdapterInitialisation> initialisation() {
            return Optional.of(setting -> new AdapterStart(Map.of(), Map.of(), List.of()));
          }
        };
    AdapterDemand values = AdapterDemand.VALUES;
    assertThatThrownBy(() -> require("svd", started, values, "selector 'search'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("selector 'search' begins its training", "adapter 'svd'");
    assertThatCode(() -> require("none", new NoAdapter(), values, "selector 'search'"))
        .doesNotThrowAnyException();
  }

  @Test
  void allDemandsThatAreNotMetAreFound() {
    SelectionBounds bounds = new Bounds("none", new NoAdapter());
    Compatibility found =
        Compatibility.of(
            all -> {
              bounds.demand(AdapterDemand.RANKS, "selector 'a'", all);
              bounds.demand(AdapterDemand.SCALING, "selector 'a'", all);
            });
    assertThat(found.found())
        .extracting(Compatibility.Incompatibility::message)
        .satisfiesExactly(
            ranks -> assertThat(ranks).contains("not a sum of rank-one parts"),
            scaling -> assertThat(scaling).contains("proportional to none of its parameters"));
  }
}
