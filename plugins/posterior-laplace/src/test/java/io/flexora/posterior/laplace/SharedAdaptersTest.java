package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ChosenModule;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.LowRankClassifier;
import io.flexora.testkit.fixture.PosteriorOnModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedAdaptersTest {

  /** The model by a plan in which the adapter of its layer is shared. */
  private static final class Sharing extends ForwardingModel {

    Sharing() {
      super(new LowRankClassifier());
    }

    @Override
    public AdapterPlan plan() {
      return super.plan()
          .withChosen(List.of(ChosenModule.ofShared(0, LowRankClassifier.MODULE.name())));
    }
  }

  @Test
  void areRefused() {
    LaplaceOptions options =
        new LaplaceOptions(
            TokenRule.EXPAND,
            LaplaceOptions.UncertainLayers.ALL,
            Optional.of(1.0),
            LaplaceOptions.PriorPrecisionMethod.EVIDENCE,
            Averaging.PROBIT,
            1,
            2048,
            10,
            LowRankMethod.INCREMENTAL,
            8);
    try (NDManager owner = TorchEngine.start().newManager(Device.cpu())) {
      PosteriorOnModel of = PosteriorOnModel.of(owner, owner, 17);
      PosteriorOnModel context =
          new PosteriorOnModel(
              new Sharing(),
              of.theta(),
              of.training(),
              of.validation(),
              of.snapshots(),
              of.seeds(),
              owner,
              of.monitor());
      assertThatThrownBy(() -> new LaplacePosterior(options).fit(context))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the strategy lets layers share one");
    }
  }
}
