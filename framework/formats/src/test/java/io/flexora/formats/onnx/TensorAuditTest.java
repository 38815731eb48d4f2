package io.flexora.formats.onnx;

import static io.flexora.formats.onnx.OnnxBytes.floats;
import static io.flexora.formats.onnx.OnnxBytes.linear;
import static io.flexora.formats.onnx.OnnxBytes.model;
import static io.flexora.formats.onnx.OnnxBytes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorAuditTest {
  @TempDir private Path folder;

  private OnnxFile read(byte[] bytes) throws IOException {
    return OnnxFile.readWhole(Files.write(folder.resolve("model.onnx"), bytes));
  }

  private void refuses(OnnxBytes graph, String message) {
    assertThatThrownBy(() -> read(model(graph)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("model.onnx")
        .hasMessageContaining(message);
  }

  private static OnnxBytes withTensor(byte[] tensor) {
    return new OnnxBytes().message(1, node("Identity", "", "y", "x")).message(5, tensor);
  }

  private static OnnxBytes withAttribute(byte[] attribute) {
    return new OnnxBytes()
        .message(
            1, new OnnxBytes().text(2, "y").text(4, "Constant").message(5, attribute).toBytes());
  }

  /** A tensor of a type with these bytes of raw data, and two elements by its shape. */
  private static byte[] two(int type, int bytes) {
    return new OnnxBytes()
        .number(1, 2)
        .number(2, type)
        .text(8, "t")
        .message(9, new byte[bytes])
        .toBytes();
  }

  @Test
  void takesWholeTensors() throws IOException {
    assertThat(read(model(linear())).initialisers()).isNotEmpty();
    int[] bytes = {8, 2, 2, 4, 4, 8, 16, 0, 2, 4, 16, 8, 16};
    for (int type = 1; type <= bytes.length; type++) {
      if (type != 8) {
        byte[] tensor = two(type, bytes[type - 1]);
        assertThat(read(model(withTensor(tensor))).initialisers()).containsKey("t");
      }
    }
  }

  @Test
  void refusesLessOrMoreDataThanTheShapeSays() {
    refuses(
        withTensor(floats("w", new float[5], 2, 3)), "tensor 'w' has shape [2, 3] but 20 bytes");
    refuses(withTensor(two(7, 8)), "tensor 't' has shape [2] but 8 bytes");
    refuses(withTensor(two(0, 8)), "elements of type 0");
    refuses(withTensor(two(99, 8)), "elements of type 99");
    refuses(
        withTensor(new OnnxBytes().number(1, -1).number(2, 1).text(8, "t").toBytes()),
        "has shape [-1]");
    refuses(
        withTensor(new OnnxBytes().number(1, 1 << 20).number(1, 1 << 20).number(2, 1).toBytes()),
        "has shape [1048576, 1048576]");
    refuses(
        withTensor(new OnnxBytes().number(1, 3).number(2, 7).number(7, 1).toBytes()),
        "has shape [3] but other data ([1] elements)");
    refuses(
        withTensor(new OnnxBytes().number(1, 3).number(2, 1).number(14, 1).toBytes()),
        "keeps its data in another file");
  }

  @Test
  void looksIntoAttributesAndTheirGraphs() {
    byte[] bad = two(7, 8);
    refuses(withAttribute(new OnnxBytes().text(1, "value").message(5, bad).toBytes()), "'t'");
    refuses(withAttribute(new OnnxBytes().text(1, "values").message(10, bad).toBytes()), "'t'");
    refuses(withAttribute(new OnnxBytes().message(6, withTensor(bad).toBytes()).toBytes()), "'t'");
    refuses(
        withAttribute(new OnnxBytes().message(5, two(7, 16)).message(5, two(7, 16)).toBytes()),
        "an attribute of two tensors");
    refuses(withAttribute(new OnnxBytes().message(22, new byte[0]).toBytes()), "sparse tensors");
  }
}
