package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ONNX files are taken for a BERT encoder. */
class BertFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("tiny.onnx");
  }

  private BertFile read() throws IOException {
    return BertFile.of(OnnxFile.read(path));
  }

  @ParameterizedTest
  @CsvSource({
    "CumSum, /embeddings/CumSum, RoBERTa",
    "CumSum, /roberta/embeddings/CumSum, RoBERTa",
    "Tanh, /encoder/layer.0/intermediate/intermediate_act_fn/Tanh, the exact GELU",
    "Relu, /bert/encoder/layer.0/intermediate/intermediate_act_fn/Relu, the exact GELU"
  })
  void refusesWhatComputesSomethingElse(String operator, String node, String why)
      throws IOException {
    TinyBert.writeWithNode(path, operator, node);
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(why)
        .hasMessageContaining("'onnx'");
  }

  @Test
  void refusesEmbeddingsOfDistances() throws IOException {
    TinyBert.writeWithTensor(path, "encoder.layer.0.attention.self.distance_embedding.weight");
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("distances between tokens");
  }

  /** A pooler, which is not computed, has its own activation. */
  @ParameterizedTest
  @CsvSource({
    "Erf, /encoder/layer.0/intermediate/intermediate_act_fn/Erf",
    "Tanh, /pooler/activation/Tanh"
  })
  void takesWhatBertHas(String operator, String node) throws IOException {
    TinyBert.writeWithNode(path, operator, node);
    assertThat(read().shape().layers()).isEqualTo(TinyBert.LAYERS);
  }

  @Test
  void namesAModuleWithoutABias() throws IOException {
    TinyBert.writeWithoutBias(path, "encoder.layer.1.intermediate.dense");
    BertFile file = read();
    assertThatThrownBy(() -> new BertWeights(file))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("it lacks the bias of the module encoder.layer.1.intermediate.dense");
  }
}
