package io.flexora.adapter.eva;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.testkit.fixture.model.GivenSites;
import io.flexora.testkit.host.Extensions;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaAdapterTest {

  private static final ModuleShape MODULE = new ModuleShape("dense", "layer.%d.dense", 4, 3);
  private static final AdapterSite SITE = new AdapterSite(0, MODULE);
  private static final AdapterSite OTHER = new AdapterSite(1, MODULE);

  /** One module, whose inputs vary along two directions. */
  private static final class OneModule extends GivenSites {

    private final NDManager manager;

    OneModule(NDManager manager) {
      super(List.of(SITE), 1);
      this.manager = manager;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public void activations(CountedTokens tokens, ActivationVisitor visitor) {
      double[] rows = {1, 0, 0, 0, -1, 0, 0, 0, 0, 2, 0, 0, 0, -2, 0, 0};
      try (NDManager scope = manager.newSubManager()) {
        visitor.visit(scope, SITE, NativeArrays.of(scope, rows, new Shape(4, 4)));
      }
    }
  }

  /** Two modules: the first has inputs along two directions, the second along four. */
  private static final class TwoModules extends GivenSites {

    private final NDManager manager;

    TwoModules(NDManager manager) {
      super(List.of(SITE, OTHER), 1);
      this.manager = manager;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public void activations(CountedTokens tokens, ActivationVisitor visitor) {
      visit(visitor, SITE, 1, 1.1);
      visit(visitor, OTHER, 1, 1.1, 1.2, 1.3);
    }

    /** A row along each axis and one against it, of these lengths. */
    private void visit(ActivationVisitor visitor, AdapterSite site, double... lengths) {
      double[] rows = new double[2 * lengths.length * 4];
      for (int axis = 0; axis < lengths.length; axis++) {
        rows[2 * axis * 4 + axis] = lengths[axis];
        rows[(2 * axis + 1) * 4 + axis] = -lengths[axis];
      }
      try (NDManager scope = manager.newSubManager()) {
        Shape shape = new Shape(2L * lengths.length, 4);
        visitor.visit(scope, site, NativeArrays.of(scope, rows, shape));
      }
    }
  }

  private static EvaAdapter eva(String options) {
    return Extensions.of(EvaAdapter.class, EvaOptions.class, options);
  }

  /** What is trained has the ranks of the start, and its learning rates, too. */
  @Test
  void bHasTheRatioOfLearningRatesAtTheRankThatItStartsWithAndNoFileTellsIt() {
    EvaAdapter plain = eva("{lora_rank: 1}");
    EvaAdapter plus = eva("{lora_rank: 1, loraplus_lr_ratio: 16}");
    assertThat(plain.parameters(MODULE)).isEqualTo(LowRank.factors(MODULE, 2));
    assertThat(plus.parameters(MODULE)).isEqualTo(LowRank.factors(MODULE, 2, 16));
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      AdapterStart start = plus.initialisation().orElseThrow().start(new OneModule(manager));
      assertThat(start.shapes(SITE)).isEqualTo(LowRank.factors(MODULE, 1, 16));
    }
    assertThat(plus.form().configuration()).isEqualTo(plain.form().configuration());
  }

  /** Both directions of the first module have larger shares than any of the second. */
  @Test
  void everyModuleHasRankOneAtLeast() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      AdapterStart start =
          eva("{lora_rank: 1}").initialisation().orElseThrow().start(new TwoModules(manager));
      assertThat(start.shapes(SITE)).isEqualTo(LowRank.factors(MODULE, 1));
      assertThat(start.shapes(OTHER)).isEqualTo(LowRank.factors(MODULE, 1));
    }
  }

  /** As PEFT rounds. */
  @Test
  void halvesOfTheMostRanksAreRoundedToTheEvenNumber() {
    ModuleShape wide = new ModuleShape("wide", "layer.%d.wide", 16, 3);
    assertThat(eva("{lora_rank: 3, rho: 1.5}").parameters(wide))
        .isEqualTo(LowRank.factors(wide, 4));
    assertThat(eva("{lora_rank: 5, rho: 1.5}").parameters(wide))
        .isEqualTo(LowRank.factors(wide, 8));
  }
}
