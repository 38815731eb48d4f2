package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.transformer.NoAdapter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterFitTest {

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

  private static Component<AdapterMethod> named(String name, AdapterMethod method) {
    return new Component<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public AdapterMethod get() {
        return method;
      }
    };
  }

  @Test
  void refusesInexactProductsByTheNameOfTheAdapterItsOptionAndWhoTakesThem() {
    assertThatThrownBy(
            () -> AdapterFit.requireExactProducts(named("part", new Inexact()), "solver 'exact'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("solver 'exact'", "adapter 'part'", "constant_part: false");
    assertThatCode(
            () -> AdapterFit.requireExactProducts(named("none", new NoAdapter()), "solver 'exact'"))
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
    assertThatThrownBy(() -> AdapterFit.requireValues(named("svd", started), "selector 'search'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("selector 'search' begins its training", "adapter 'svd'");
    assertThatCode(
            () -> AdapterFit.requireValues(named("none", new NoAdapter()), "selector 'search'"))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnAdapterWithoutGatesByItsName() {
    assertThatThrownBy(
            () -> AdapterFit.requireGates(named("open", new Ungated()), "selector 'search'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("selector 'search'", "adapter 'open'");
    assertThatCode(() -> AdapterFit.requireGates(named("none", new NoAdapter()), "any"))
        .doesNotThrowAnyException();
  }
}
