package io.flexora.adapter.multiplicative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.PeftReferenceSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ia3ReferenceTest extends PeftReferenceSuite {

  @Override
  protected String configuration() {
    return "ia3";
  }

  @Override
  protected String method() {
    return "ia3";
  }

  @Override
  protected List<String> modules() {
    return List.of("k_proj", "v_proj", "down_proj");
  }

  /** Keys and values of Qwen 2 have biases, which are scaled with the outputs. */
  @Test
  void mergesIntoBiases(@TempDir Path folder) throws IOException {
    Path root = reference();
    List<Tokens> rows =
        rows(
            new ObjectMapper()
                .readTree(root.resolve("adapters/batches.json").toFile())
                .get("batches")
                .get(0));
    try (BaseModel model = model(root.resolve("tiny/qwen2"), "float64", 0);
        NDManager scope = model.manager().newSubManager();
        AdaptedModel adapted =
            model.adapt(new AdapterPlan(extension(SEED), List.of(0, 1), modules(), Head.NONE))) {
      long size = adapted.parameters().size();
      double[] values = new SplittableRandom(1).doubles(size, 0, 2).toArray();
      NDArray theta = NativeArrays.of(scope, values);
      double loss = adapted.loss(scope, adapted.batch(scope, rows), Point.of(theta));
      adapted
          .require(ModelExporter.class, "this test")
          .export("safetensors", theta, List.of(), folder);
      assertThat(lossWithout(folder, rows)).isCloseTo(loss, within(1e-6));
    }
  }

  private double lossWithout(Path folder, List<Tokens> rows) throws IOException {
    try (BaseModel model = model(folder, "float64", 0);
        NDManager scope = model.manager().newSubManager();
        AdaptedModel plain =
            model.adapt(new AdapterPlan(extension(SEED), List.of(), List.of(), Head.NONE))) {
      NDArray none = NativeArrays.of(scope, new double[0]);
      return plain.loss(scope, plain.batch(scope, rows), Point.of(none));
    }
  }
}
