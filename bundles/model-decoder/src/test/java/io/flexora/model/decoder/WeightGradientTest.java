package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an adapter method sees of a model before the training. */
class WeightGradientTest {

  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final List<Integer> LAYERS = List.of(0, 2);
  private static final double SCALE = 2;

  /** With G that gradient, the gradient of LoRA in B is s G Aᵀ where B is zero. */
  @Test
  void isWhatTheGradientOfLoraInBIsMadeOf() throws IOException {
    TinyModel tiny = TinyModel.named("llama3");
    List<Tokens> rows = TinyModel.rows(tiny.reference());
    try (BaseModel model = tiny.backend(ComputeChoice.FLOAT64, 0).load();
        NDManager scope = model.manager().newSubManager()) {
      Looking looking = new Looking(rows.size());
      AdapterPlan plan = new AdapterPlan(looking, LAYERS, MODULES, Head.NONE);
      AdapterStarts.started(model, plan, new Seeds(1), () -> rows);
      assertThat(looking.gradients).hasSize(LAYERS.size() * MODULES.size());
      AdapterPlan ofLora = new AdapterPlan(Lora.method(0), LAYERS, MODULES, Head.NONE);
      try (AdaptedModel lora = model.adapt(ofLora)) {
        double[] theta = Lora.theta(lora.parameters(), MODULES, 0.3, 0);
        Point point = Point.of(NativeArrays.of(scope, theta));
        double[] gradient =
            lora.lossGradient(scope, lora.batch(scope, rows), point).theta().toDoubleArray();
        for (int i = 0; i < lora.parameters().slices().size(); i += 2) {
          Slice a = lora.parameters().slices().get(i);
          Slice b = lora.parameters().slices().get(i + 1);
          Slice.Adapter owner = (Slice.Adapter) a.owner();
          double[] g = looking.gradients.get(new AdapterSite(owner.layer(), owner.module()));
          NDArray whole = NativeArrays.of(scope, g, matrix(owner));
          NDArray factor = NativeArrays.of(scope, part(theta, a), a.shape());
          double[] expected = whole.matMul(factor.transpose()).mul(SCALE).toDoubleArray();
          assertThat(part(gradient, b)).containsExactly(expected, within(1e-12));
        }
      }
    }
  }

  private static Shape matrix(Slice.Adapter owner) {
    return new Shape(owner.module().outputs(), owner.module().inputs());
  }

  private static double[] part(double[] values, Slice slice) {
    int from = Math.toIntExact(slice.offset());
    return Arrays.copyOfRange(values, from, Math.toIntExact(from + slice.size()));
  }

  /** Keeps what it sees. */
  private static final class Looking extends NoAdapter implements AdapterInitialisation {

    private final Map<AdapterSite, double[]> gradients = new LinkedHashMap<>();
    private final int examples;

    Looking(int examples) {
      this.examples = examples;
    }

    @Override
    public Optional<AdapterInitialisation> initialisation() {
      return Optional.of(this);
    }

    @Override
    public int calibrationExamples() {
      return examples;
    }

    @Override
    public AdapterStart start(AdapterInitialisation.Setting setting) {
      for (AdapterSite site : setting.sites()) {
        try (NDManager scope = setting.manager().newSubManager()) {
          gradients.put(site, setting.weightGradient(scope, site).toDoubleArray());
        }
      }
      return new AdapterStart(Map.of(), Map.of(), List.of());
    }
  }
}
