package io.flexora.selector.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.model.ProductAdapter;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** All layers at the rank that a budget leaves: two modules of 12 and of 20 parameters a rank. */
class AllAtRankTest {

  private static final List<ModuleShape> MODULES =
      List.of(
          new ModuleShape("narrow", "layer.%d.narrow", 4, 8),
          new ModuleShape("wide", "layer.%d.wide", 10, 10));

  private static Selection chosen(String rank, AdapterMethod adapter, long parameters) {
    AllLayers all = new AllLayers(new AllOptions(Optional.of(rank), true));
    try (NDManager root = TorchEngine.start().newManager(Device.cpu())) {
      SelectionContext context =
          new ForwardingContext(SelectionOnProblem.of(root, 4, List.of(0))) {
            @Override
            public List<ModuleShape> targets() {
              return MODULES;
            }

            @Override
            public AdapterMethod adapter() {
              return adapter;
            }

            @Override
            public OptionalLong sameParameters() {
              return OptionalLong.of(parameters);
            }
          };
      assertThat(all.chosenLayers(context)).isEmpty();
      return all.select(context);
    }
  }

  private static long parameters(Selection selection) {
    return selection.modules().stream()
        .mapToLong(m -> m.rank().getAsInt() * (m.module().equals("narrow") ? 12L : 20L))
        .sum();
  }

  /** A rank of all has 4 (12 + 20) = 128 parameters. */
  @Test
  void aBudgetIsMetByTheRank() {
    Selection whole = chosen("same", new ProductAdapter(8), 256);
    assertThat(whole.layers()).containsExactly(0, 1, 2, 3);
    assertThat(whole.modules()).hasSize(8).allMatch(m -> m.rank().getAsInt() == 2);
    for (int budget = 20; budget < 400; budget++) {
      int each = budget / 128;
      Selection found = chosen("same", new ProductAdapter(8), budget);
      assertThat(parameters(found)).isLessThanOrEqualTo(budget).isGreaterThan(budget - 32);
      assertThat(found.modules().stream().mapToInt(m -> m.rank().getAsInt()))
          .allMatch(rank -> rank == each || rank == 1 + each);
    }
  }

  /** Half a rank: every second layer has one more. */
  @Test
  void whatIsLeftIsSpreadEvenly() {
    Selection half = chosen("same", new ProductAdapter(8), 128 + 64);
    assertThat(half.modules().stream().filter(m -> m.rank().getAsInt() == 2))
        .extracting(ChosenModule::layer)
        .containsExactly(1, 1, 3, 3);
  }

  @Test
  void aScaleThatChangesWithTheRankIsRefused() {
    assertThatThrownBy(() -> chosen("2", new Scaled(), 1000))
        .hasMessageContainingAll("by 8.0 in place of 2.0", "adjust_scaling_factors: true");
  }

  /** LoRA's scale, alpha / rank. */
  private static final class Scaled extends NoAdapter implements AdapterMethod.Ranked {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return parameters(module, 8);
    }

    @Override
    public Optional<AdapterMethod.Ranked> ranked() {
      return Optional.of(this);
    }

    @Override
    public int rank(ModuleShape module) {
      return 8;
    }

    @Override
    public List<AdapterParameter> parameters(ModuleShape module, int rank) {
      return LowRank.factors(module, rank);
    }

    @Override
    public OptionalDouble loraScaling(long rank) {
      return OptionalDouble.of(16.0 / rank);
    }
  }
}
