package io.flexora.trainer.losa;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A Llama of three layers with random numbers, and questions for it. */
final class TinyDecoder {

  private static final int VOCABULARY = 24;
  private static final int WIDTH = 16;
  private static final int INNER = 24;
  private static final int LAYERS = 3;
  private static final String CONFIGURATION =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
       "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "head_dim": 8,
       "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 24,
       "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
       "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": false,
       "torch_dtype": "float32"}
      """;

  private final Random random = new Random(7);
  private final List<Tensor> tensors = new ArrayList<>();

  private TinyDecoder() {}

  /** Writes the checkpoint in Hugging Face form. */
  static void write(Path folder) throws IOException {
    TinyDecoder decoder = new TinyDecoder();
    decoder.add("model.embed_tokens.weight", 1, VOCABULARY, WIDTH);
    for (int layer = 0; layer < LAYERS; layer++) {
      String path = "model.layers." + layer + ".";
      decoder.add(path + "self_attn.q_proj.weight", 0.4, WIDTH, WIDTH);
      decoder.add(path + "self_attn.k_proj.weight", 0.4, WIDTH / 2, WIDTH);
      decoder.add(path + "self_attn.v_proj.weight", 0.4, WIDTH / 2, WIDTH);
      decoder.add(path + "self_attn.o_proj.weight", 0.4, WIDTH, WIDTH);
      decoder.add(path + "mlp.gate_proj.weight", 0.4, INNER, WIDTH);
      decoder.add(path + "mlp.up_proj.weight", 0.4, INNER, WIDTH);
      decoder.add(path + "mlp.down_proj.weight", 0.4, WIDTH, INNER);
      decoder.add(path + "input_layernorm.weight", 1, WIDTH);
      decoder.add(path + "post_attention_layernorm.weight", 1, WIDTH);
    }
    decoder.add("model.norm.weight", 1, WIDTH);
    decoder.add("lm_head.weight", 0.5, VOCABULARY, WIDTH);
    Files.writeString(folder.resolve("config.json"), CONFIGURATION);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), decoder.tensors, Map.of());
  }

  private void add(String name, double scale, long... shape) {
    List<Long> dimensions = new ArrayList<>();
    int size = 1;
    for (long dimension : shape) {
      dimensions.add(dimension);
      size *= (int) dimension;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    tensors.add(Tensor.of(name, dimensions, values));
  }

  /** Texts in which each token but the first is the one before plus a step of the text's. */
  static List<Tokens> examples(String name, int count, long seed) {
    Random random = new Random(seed);
    List<Tokens> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int step = random.nextInt(1, 4);
      int[] ids = new int[7];
      ids[0] = random.nextInt(VOCABULARY);
      for (int j = 1; j < ids.length; j++) {
        ids[j] = (ids[j - 1] + step) % VOCABULARY;
      }
      int[] prompt = Arrays.copyOf(ids, 4);
      int[] answer = Arrays.copyOfRange(ids, 4, 7);
      Continuation right = new Continuation(answer, new boolean[] {true, true, true});
      examples.add(
          new Tokens(new Example(name + i, "", List.of("-"), 0), prompt, List.of(right), 0));
    }
    return examples;
  }
}
