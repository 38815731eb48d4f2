package io.flexora.model.decoder;

import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.BaseModel;
import io.flexora.numerics.transformer.LowRankOptions;
import io.flexora.testkit.PeftReferenceSuite;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** LoRA, rsLoRA and LoRA+ against PEFT; see {@link PeftReferenceSuite}. */
class LoraReferenceTest {

  abstract static class Compared extends PeftReferenceSuite {

    @Override
    protected AdapterMethod extension(long seed) {
      LoraOptions options = options();
      return Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
          .getInstance(LoraAdapter.class);
    }

    abstract LoraOptions options();

    @Override
    protected String configuration() {
      return method();
    }

    @Override
    protected BaseModel model(Path folder, String type, int segments) throws IOException {
      ComputeChoice compute =
          type.equals("float64") ? ComputeChoice.FLOAT64 : ComputeChoice.FLOAT32;
      return new TinyModel(folder).backend(compute, segments).load();
    }
  }

  @Nested
  class Plain extends Compared {

    @Override
    protected String method() {
      return "lora";
    }

    @Override
    LoraOptions options() {
      return new LoraOptions(4, 8, 0, false, List.of());
    }
  }

  @Nested
  class RankStabilised extends Compared {

    @Override
    protected String method() {
      return "rslora";
    }

    @Override
    LoraOptions options() {
      return new LoraOptions(4, 8, 0, true, List.of());
    }
  }

  @Nested
  class WithTwoLearningRates extends Compared {

    @Override
    protected String method() {
      return "loraplus";
    }

    @Override
    LoraOptions options() {
      return new LoraOptions(new LowRankOptions(4, 8, 0, false, List.of(), 16), false);
    }
  }
}
