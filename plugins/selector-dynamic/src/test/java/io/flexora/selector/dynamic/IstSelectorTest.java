package io.flexora.selector.dynamic;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import io.flexora.testkit.fixture.problem.SelectionOnProblem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IstSelectorTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void anAdapterThatCannotBeScaledIsRefusedBeforeTheTraining() {
    SelectionContext scalable = SelectionOnProblem.of(manager, 6, List.of(0));
    SelectionContext other =
        new ForwardingContext(scalable) {
          @Override
          public AdapterMethod adapter() {
            return new Unscaled();
          }
        };

    assertThatThrownBy(() -> Compatibility.require(selector(10)::checkCompatibility, other))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "selector 'ist' scales what adapters add, but what adapter 'product' adds to module"
                + " 'dense' is proportional to none of its parameters; use an adapter where it is,"
                + " such as plain LoRA, or another strategy");
    assertThatCode(() -> Compatibility.require(selector(0)::checkCompatibility, other))
        .as("without learning nothing is scaled")
        .doesNotThrowAnyException();
    assertThatCode(() -> Compatibility.require(selector(10)::checkCompatibility, scalable))
        .doesNotThrowAnyException();
  }

  private static IstSelector selector(double updateRate) {
    return new IstSelector(
        new IstOptions(0.25, 10, 3, 0.5, 0.25, 16, updateRate, List.of()), new Seeds(2));
  }

  /** Has parameters, of which none scales what it adds. */
  private static final class Unscaled extends NoAdapter {

    @Override
    public List<AdapterParameter> parameters(ModuleShape module) {
      return LowRank.factors(module, 1);
    }
  }
}
