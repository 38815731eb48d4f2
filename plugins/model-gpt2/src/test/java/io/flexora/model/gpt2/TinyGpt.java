package io.flexora.model.gpt2;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Decisions;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.testkit.fixture.model.LetterTokenizer;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Small random checkpoints, and what they are asked. */
final class TinyGpt {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyGpt() {}

  static Map<String, Object> gpt2() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model_type", "gpt2");
    keys.put("architectures", List.of("GPT2LMHeadModel"));
    keys.put("n_embd", 12);
    keys.put("n_layer", 3);
    keys.put("n_head", 2);
    keys.put("n_inner", 20);
    keys.put("n_positions", 32);
    keys.put("vocab_size", 24);
    return keys;
  }

  static Map<String, Object> neox() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("model_type", "gpt_neox");
    keys.put("architectures", List.of("GPTNeoXForCausalLM"));
    keys.put("hidden_size", 16);
    keys.put("num_hidden_layers", 3);
    keys.put("num_attention_heads", 2);
    keys.put("intermediate_size", 20);
    keys.put("max_position_embeddings", 32);
    keys.put("vocab_size", 24);
    keys.put("rotary_pct", 0.5);
    return keys;
  }

  /** The keys with another one. */
  static Map<String, Object> with(Map<String, Object> keys, String key, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(keys);
    changed.put(key, value);
    return changed;
  }

  static Path describe(Path folder, Map<String, Object> keys) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("config.json"), JSON.writeValueAsBytes(keys));
    return folder;
  }

  /** Writes a checkpoint with weights of about the size of trained ones. */
  static Path write(Path folder, Map<String, Object> keys) throws IOException {
    return write(folder, keys, name -> name);
  }

  /**
   * Writes a checkpoint.
   *
   * @param names the name of a tensor in the file
   */
  static Path write(Path folder, Map<String, Object> keys, UnaryOperator<String> names)
      throws IOException {
    describe(folder, keys);
    SplittableRandom random = new SplittableRandom(5);
    List<Tensor> tensors = new ArrayList<>();
    for (var tensor : Gpt.read(folder).arrays().tensors()) {
      float[] values = new float[(int) tensor.size()];
      boolean norm = tensor.shape().size() == 1 && tensor.name().endsWith("weight");
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * 0.3 + (norm ? 1 : 0));
      }
      tensors.add(Tensor.of(names.apply(tensor.name()), tensor.shape(), values));
    }
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"), tensors, SafetensorsWriter.PYTORCH);
    LetterTokenizer.write(folder.resolve("tokenizer.json"));
    return folder;
  }

  static Gpt2Backend backend(Path folder, ComputeChoice type, int segments) {
    return backend(folder, type, segments, WeightStorage.DENSE);
  }

  static Gpt2Backend backend(Path folder, ComputeChoice type, int segments, WeightStorage weights) {
    CausalOptions options =
        new CausalOptions(
            folder.toString(),
            Optional.empty(),
            24,
            type,
            Bos.AUTO,
            Optional.empty(),
            1024,
            segments,
            weights);
    return new Gpt2Backend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
  }

  /** A question whose choices are answers from their first token on. */
  static Tokens question(int[] prompt, List<int[]> choices) {
    List<Continuation> continuations = choices.stream().map(TinyGpt::answer).toList();
    List<String> texts = Collections.nCopies(choices.size(), "-");
    return new Tokens(new Example("row", "", texts, 0), prompt, continuations, 0);
  }

  private static Continuation answer(int[] ids) {
    boolean[] marks = new boolean[ids.length];
    Arrays.fill(marks, true);
    return new Continuation(ids, marks);
  }

  /**
   * A[i, j] = 0.3 sin(0.37 (i + 1) (j + 1) + l + 0.5 m), B[o, i] = 0.2 cos(0.11 (o + 1) + 0.7 i + l
   * - m).
   */
  static double[] theta(ParameterIndex index, List<String> modules) {
    double[] theta = new double[(int) index.size()];
    for (Slice slice : index.slices()) {
      Slice.Adapter owner = (Slice.Adapter) slice.owner();
      int module = modules.indexOf(owner.module().name());
      int columns = (int) slice.shape().get(1);
      for (int i = 0; i < slice.size(); i++) {
        int row = i / columns;
        int column = i % columns;
        theta[(int) slice.offset() + i] =
            owner.parameter().name().equals("A")
                ? 0.3 * Math.sin(0.37 * (row + 1) * (column + 1) + owner.layer() + 0.5 * module)
                : 0.2 * Math.cos(0.11 * (row + 1) + 0.7 * column + owner.layer() - module);
      }
    }
    return theta;
  }

  /** LoRA of rank 8 with lora_alpha 16. */
  static AdapterMethod lora() {
    LoraOptions options = new LoraOptions(8, 16, 0, false, List.of());
    return Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
        .getInstance(LoraAdapter.class);
  }
}
