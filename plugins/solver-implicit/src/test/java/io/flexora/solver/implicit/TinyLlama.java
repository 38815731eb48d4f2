package io.flexora.solver.implicit;

import ai.djl.Device;
import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.source.Sources;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.testkit.fixture.SolverReference;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The model of the reference in float64, with LoRA on all layers. */
record TinyLlama(BaseModel base, AdaptedModel model) implements AutoCloseable {

  static TinyLlama load() throws IOException {
    CausalOptions options =
        new CausalOptions(
            SolverReference.model().toString(),
            Optional.empty(),
            64,
            ComputeChoice.FLOAT64,
            Bos.AUTO,
            Optional.empty(),
            1024,
            0,
            WeightStorage.DENSE);
    Sources sources = Path::of;
    BaseModel base =
        Guice.createInjector(
                binder -> {
                  binder.bind(CausalOptions.class).toInstance(options);
                  binder.bind(Sources.class).toInstance(sources);
                  binder.bind(Device.class).toInstance(Device.cpu());
                })
            .getInstance(DecoderBackend.class)
            .load();
    LoraOptions lora = new LoraOptions(8, 16, 0, false, List.of());
    LoraAdapter adapter =
        Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(lora))
            .getInstance(LoraAdapter.class);
    return new TinyLlama(
        base, base.adapt(new AdapterPlan(adapter, List.of(0, 1, 2), SolverReference.MODULES, 0)));
  }

  @Override
  public void close() {
    model.close();
    base.close();
  }
}
