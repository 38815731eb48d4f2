package io.flexora.posterior.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.testkit.fixture.model.PosteriorOnModel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedAdaptersTest {

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
      PosteriorOnModel context = PosteriorOnModel.of(owner, owner, 17).sharing();
      LaplacePosterior posterior = new LaplacePosterior(options);
      assertThat(
              Compatibility.of(posterior::checkCompatibility, AdapterDemand.SHARED_ADAPTERS)
                  .first()
                  .orElseThrow())
          .contains("let no layers share");
      assertThatThrownBy(() -> posterior.fit(context))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the strategy lets layers share one");
    }
  }
}
