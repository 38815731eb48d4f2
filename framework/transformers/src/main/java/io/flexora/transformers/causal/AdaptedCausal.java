package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.ability.ReferenceScores;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.transformers.export.MergedExport;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.generation.Generation;
import io.flexora.transformers.generation.MergedArrays;
import io.flexora.transformers.model.AdaptedTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * A language model with adapters, as a function of theta and the gates.
 *
 * @since 0.1
 */
public final class AdaptedCausal extends AdaptedTransformer
    implements TextGenerator, ReferenceScores, NoisyEmbeddings, ModelExporter {

  private static final Sampling GREEDY = new Sampling(1, 0, 1, 0, Set.of());

  private final CausalModel model;

  AdaptedCausal(CausalModel model, AdapterPlan plan) {
    super(model, plan);
    this.model = model;
  }

  @Override
  public double[][] referenceScores(NDManager scope, Batch batch) {
    return model.referenceScores(scope, examples(batch));
  }

  @Override
  public int[] generate(
      NDManager scope, int[] prompt, Point point, Sampling sampling, IntConsumer listener) {
    try (NDManager own = scope.newSubManager()) {
      return generation(own, point, sampling).run(own, prompt, listener);
    }
  }

  private Generation generation(NDManager scope, Point point, Sampling sampling) {
    CausalDescription of = model.description();
    return new Generation(
        differentiation(), merged(scope, point), of.positions(), of.shortText(), point, sampling);
  }

  /** The frozen arrays, merged with the adapters for all tokens of a text at once. */
  private MergedArrays merged(NDManager scope, Point point) {
    List<NDArray> weights = differentiation().withConstants(model.weights());
    if (!layout().merges()) {
      return new MergedArrays(weights, List.of(NativeArrays.of(scope, new float[0], new Shape(0))));
    }
    // What is not merged comes back as it is: the model's arrays, which live longer than the scope.
    NDList merged =
        differentiation()
            .script()
            .call(
                "merged_weights",
                new Arguments(scope)
                    .with("theta", point.theta())
                    .with("alpha", point.alpha().orElseGet(() -> differentiation().noGates(scope)))
                    .with("w", weights));
    return new MergedArrays(
        merged.subList(0, weights.size()), merged.subList(weights.size(), merged.size()));
  }

  /** The logits after the last of some tokens {@code [vocabulary]}. */
  public double[] logits(Point point, int[] ids) {
    try (NDManager scope = manager().newSubManager()) {
      return generation(scope, point, GREEDY).logits(scope, ids);
    }
  }

  @Override
  public List<String> exportFormats() {
    return MergedExport.formats(model.description());
  }

  @Override
  public Optional<String> export(String format, NDArray theta, List<String> classes, Path folder)
      throws IOException {
    if (plan().head().isPresent()) {
      throw new FlexoraException(
          "a merged model has no place for the head '%s'; export to peft"
              .formatted(plan().head().kind()));
    }
    ExportJudge judge = new ExportJudge(model, this, theta);
    try (CausalCheckpoint checkpoint =
        CausalCheckpoint.open(model.families(), model.checkpoint())) {
      return new MergedExport(checkpoint, plan(), parameters(), model.computeType(), judge)
          .pruned(model.sparse())
          .onto(model.quantisedBase())
          .write(format, theta, folder);
    }
  }
}
