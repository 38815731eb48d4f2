package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.model.ReferenceLlama;
import io.flexora.testkit.fixture.problem.SolverReference;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The decoder of laplace.json in the folder {@code flexora.reference}, computed by the product, and
 * the rows of the file as questions with answers of a single token.
 *
 * @param base the model
 * @param adapted the same with LoRA on the query and value projections of two layers
 * @param theta LoRA's factors
 */
record LaplaceLlama(BaseModel base, AdaptedModel adapted, NDArray theta) implements AutoCloseable {

  private static final List<Integer> LAYERS = List.of(0, 2);

  /** The file; a test that asks for it is skipped where the property names no folder. */
  static JsonNode read() throws IOException {
    return ReferenceLlama.read("laplace.json");
  }

  static LaplaceLlama load() throws IOException {
    LoraAdapter lora =
        Extensions.of(LoraAdapter.class, LoraOptions.class, SolverReference.LORA_OPTIONS);
    BaseModel base = ReferenceLlama.load(new DecoderFamilies());
    AdaptedModel adapted =
        base.adapt(
            new AdapterPlan(lora, LAYERS, SolverReference.MODULES, Head.NONE, Objective.CHOICES));
    double[] theta = ReferenceLlama.theta(adapted.parameters());
    return new LaplaceLlama(base, adapted, NativeArrays.of(base.manager(), theta));
  }

  static List<Tokens> training(JsonNode file) {
    return questions(file, "");
  }

  /** These have no labels. */
  static List<Tokens> test(JsonNode file) {
    return questions(file, "test_");
  }

  private static List<Tokens> questions(JsonNode file, String prefix) {
    List<Continuation> classes = new ArrayList<>();
    for (JsonNode id : file.get("classes")) {
      classes.add(new Continuation(new int[] {id.asInt()}, new boolean[] {true}));
    }
    List<String> texts = Collections.nCopies(classes.size(), "-");
    JsonNode rows = file.get(prefix + "input_ids");
    JsonNode masks = file.get(prefix + "attention_mask");
    JsonNode labels = file.path(prefix + "labels");
    return IntStream.range(0, rows.size())
        .mapToObj(
            row ->
                new Tokens(
                    new Example(prefix + row, "", texts, labels.path(row).asInt()),
                    real(rows.get(row), masks.get(row)),
                    classes,
                    0))
        .toList();
  }

  private static int[] real(JsonNode ids, JsonNode mask) {
    return IntStream.range(0, ids.size())
        .filter(i -> mask.get(i).asInt() == 1)
        .map(i -> ids.get(i).asInt())
        .toArray();
  }

  @Override
  public void close() {
    adapted.close();
    base.close();
  }
}
