package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.model.encoder.TinyBert.Attention;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  @EnumSource
  void readsTheShapeHoweverTheAttentionIsWritten(Attention attention) throws IOException {
    new TinyBert().attention(attention).writeTo(path);
    assertThat(read().shape())
        .isEqualTo(
            new BertShape(
                TinyBert.LAYERS,
                TinyBert.HIDDEN,
                TinyBert.HEADS,
                TinyBert.INNER,
                TinyBert.WORDS,
                TinyBert.POSITIONS,
                1e-12f));
  }

  @ParameterizedTest
  @EnumSource(names = {"EAGER", "DYNAMO"})
  void refusesScoresOfAnotherScale(Attention attention) throws IOException {
    new TinyBert().attention(attention).scale(1).writeTo(path);
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("for heads of size 4 the scores are scaled by 1.0")
        .hasMessageContaining("attn_implementation=\"eager\"");
  }

  @ParameterizedTest
  @EnumSource(names = {"EAGER", "DYNAMO"})
  void refusesPositionsOfRoberta(Attention attention) throws IOException {
    new TinyBert().attention(attention).positionsOfRoberta().writeTo(path);
    refuses("RoBERTa");
  }

  @ParameterizedTest
  @CsvSource({"EAGER, Tanh", "EAGER, Relu", "DYNAMO, Tanh", "DYNAMO, Sigmoid"})
  void refusesOtherActivations(Attention attention, String operator) throws IOException {
    new TinyBert().attention(attention).activation(operator).writeTo(path);
    refuses("the exact GELU");
  }

  private void refuses(String why) {
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(why)
        .hasMessageContaining("'onnx'");
  }

  /** Since version 20 a Gelu may be the one by tanh, which an attribute says. */
  @Test
  void takesAGeluWhereItIsTheExactOne() throws IOException {
    new TinyBert().activation("Gelu").operatorSet(19).writeTo(path);
    assertThat(read().shape().layers()).isEqualTo(TinyBert.LAYERS);
    path = folder.resolve("newer.onnx");
    new TinyBert().activation("Gelu").operatorSet(20).writeTo(path);
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("Gelu")
        .hasMessageContaining("opset_version=18");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Attention", "SkipLayerNormalization"})
  void refusesFusedNodes(String operator) throws IOException {
    TinyBert.writeWithNode(path, operator, "fused");
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(operator)
        .hasMessageContaining("without optimisation");
  }

  @Test
  void refusesEmbeddingsOfDistances() throws IOException {
    TinyBert.writeWithTensor(path, "encoder.layer.0.attention.self.distance_embedding.weight");
    assertThatThrownBy(this::read)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("distances between tokens");
  }

  /** A pooler, which is not computed, has its own activation. */
  @Test
  void takesAPooler() throws IOException {
    TinyBert.writeWithNode(path, "Tanh", "/pooler/activation/Tanh");
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
