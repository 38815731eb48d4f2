package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.BaseModel;
import io.flexora.formats.number.Bfloat16;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The matrices that a model shows are those of its checkpoint, by the names in transformers. */
class WeightTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2",
        "llama3",
        "llama-linear",
        "llama-tied-bias",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "phi3",
        "phi",
        "stablelm-parallel"
      })
  void areThoseOfTheFile(String name) throws IOException {
    for (ComputeChoice type :
        List.of(ComputeChoice.FLOAT32, ComputeChoice.BF16, ComputeChoice.FLOAT64)) {
      Map<String, float[]> shown = shown(name, type);
      try (SafetensorsModel file = SafetensorsModel.open(TinyModel.named(name).folder())) {
        for (Map.Entry<String, float[]> matrix : shown.entrySet()) {
          float[] stored = stored(file, matrix);
          if (type == ComputeChoice.BF16) {
            round(stored);
          }
          assertThat(matrix.getValue()).as("%s in %s", matrix.getKey(), type).isEqualTo(stored);
        }
      }
    }
  }

  private static float[] stored(SafetensorsModel file, Map.Entry<String, float[]> matrix)
      throws IOException {
    float[] stored = new float[matrix.getValue().length];
    assertThat(file.tensor(matrix.getKey()).size()).isEqualTo(stored.length);
    file.readFloats(matrix.getKey(), 0, FloatBuffer.wrap(stored));
    return stored;
  }

  private static void round(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Bfloat16.value(Bfloat16.bits(values[i]));
    }
  }

  /** The files were made from the folders by the gguf package, with q and k permuted. */
  @ParameterizedTest
  @CsvSource({
    "gguf-llama3-f16, llama3, 0.0005",
    "gguf-llama3-q8_0, llama3, 0.01",
    "gguf-qwen2-q8_0, qwen2, 0.01",
    "gguf-qwen3-f16, qwen3, 0.0005",
    "gguf-gemma-f16, gemma, 0.0005",
    "gguf-phi3-f16, phi3, 0.0005",
    "gguf-granite-f16, granite, 0.0005"
  })
  void ofAGgufFileAreInTheOrderOfTheFolderThatItWasMadeOf(String gguf, String folder, double error)
      throws IOException {
    Map<String, float[]> made = shown(gguf, ComputeChoice.FLOAT32);
    shown(folder, ComputeChoice.FLOAT32)
        .forEach(
            (matrix, expected) -> {
              double largest = 0;
              for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
              }
              assertThat(made.get(matrix))
                  .as(matrix)
                  .containsExactly(expected, within((float) (error * largest)));
            });
  }

  /** All matrices by their names in the checkpoint. */
  private static Map<String, float[]> shown(String name, ComputeChoice type) throws IOException {
    Map<String, float[]> shown = new TreeMap<>();
    try (BaseModel model = TinyModel.named(name).backend(type, 0).load();
        NDManager scope = model.manager().newSubManager()) {
      for (int layer = 0; layer < model.shape().layers(); layer++) {
        for (ModuleShape module : model.shape().modules()) {
          String path = module.path(layer) + ".weight";
          shown.put(
              path,
              model
                  .ability(FrozenMatrices.class)
                  .orElseThrow()
                  .weight(scope, layer, module.name())
                  .toFloatArray());
        }
      }
    }
    return shown;
  }
}
