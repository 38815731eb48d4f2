package io.flexora.formats.onnx;

import static io.flexora.formats.onnx.OnnxBytes.floats;
import static io.flexora.formats.onnx.OnnxBytes.linear;
import static io.flexora.formats.onnx.OnnxBytes.model;
import static io.flexora.formats.onnx.OnnxBytes.node;
import static io.flexora.formats.onnx.OnnxBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
  @TempDir Path folder;

  private OnnxFile read(byte[] bytes) throws IOException {
    return OnnxFile.read(Files.write(folder.resolve("model.onnx"), bytes));
  }

  private static float[] values(OnnxFile file, String name) {
    FloatBuffer buffer = file.floats(file.initialisers().get(name));
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @Test
  void findsALinearByTheNodeThatUsesItsAnonymousTransposedWeight() throws IOException {
    OnnxFile file = read(model(linear()));
    OnnxLinear query = file.linears().get("encoder.query");
    assertThat(query.weight().name()).isEqualTo("onnx::MatMul_7");
    assertThat(query.transposed()).isTrue();
    assertThat(query.inputs()).isEqualTo(2);
    assertThat(query.outputs()).isEqualTo(3);
    assertThat(values(file, "onnx::MatMul_7")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(query.bias().orElseThrow().name()).isEqualTo("encoder.query.bias");
    assertThat(file.operatorSet()).isEqualTo(17);
    assertThat(file.inputs()).containsExactly("x");
    assertThat(file.outputs()).containsExactly("y");
  }

  @Test
  void findsALinearBehindATransposeOrInAGemm() throws IOException {
    byte[] transB = new OnnxBytes().text(1, "transB").number(3, 1).toBytes();
    byte[] gemm =
        new OnnxBytes()
            .text(1, "x")
            .text(1, "b.weight")
            .text(1, "b.bias")
            .text(2, "z")
            .text(4, "Gemm")
            .message(5, transB)
            .toBytes();
    OnnxFile file =
        read(
            model(
                new OnnxBytes()
                    .message(1, node("Transpose", "", "t", "a.weight"))
                    .message(1, node("MatMul", "", "y", "x", "t"))
                    .message(1, gemm)
                    .message(5, floats("a.weight", new float[6], 3, 2))
                    .message(5, floats("b.weight", new float[6], 3, 2))
                    .message(5, floats("b.bias", new float[3], 3))));
    assertThat(file.linears().keySet()).containsExactly("a", "b");
    assertThat(file.linears().values())
        .allSatisfy(
            l -> {
              assertThat(l.transposed()).isFalse();
              assertThat(l.inputs()).isEqualTo(2);
            });
  }

  @Test
  void readsFloatsFromBothOfTheirFields() throws IOException {
    byte[] packed = new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40};
    OnnxFile file =
        read(model(linear().message(5, tensor("f", 1, 2).message(4, packed).toBytes())));
    assertThat(values(file, "f")).containsExactly(1, 2);
  }

  @Test
  void namesATensorThatCannotBeUsedAndWhy() throws IOException {
    byte[] half = tensor("half", 10, 2).message(9, new byte[4]).toBytes();
    byte[] bytes = tensor("bytes", 3, 2).message(9, new byte[2]).toBytes();
    byte[] huge = tensor("huge", 1, 1L << 31, 1L << 31).message(9, new byte[8]).toBytes();
    byte[] shorter = tensor("short", 1, 3).message(9, new byte[8]).toBytes();
    byte[] negative = tensor("negative", 1, -1).message(9, new byte[8]).toBytes();
    byte[] elsewhere = tensor("elsewhere", 1, 2).number(14, 1).toBytes();
    OnnxBytes graph = linear();
    for (byte[] t : List.of(half, bytes, huge, shorter, negative, elsewhere)) {
      graph.message(5, t);
    }
    OnnxFile file = read(model(graph));
    Map.of(
            "half", "float16",
            "bytes", "int8",
            "huge", "8 bytes of data",
            "short", "8 bytes of data",
            "negative", "[-1]",
            "elsewhere", "in another file")
        .forEach(
            (name, why) ->
                assertThatThrownBy(() -> file.floats(file.initialisers().get(name)))
                    .isInstanceOf(FlexoraException.class)
                    .hasMessageContaining("'" + name + "'")
                    .hasMessageContaining(why));
  }

  @Test
  void refusesAFileThatIsCutAnywhere() throws IOException {
    byte[] whole = model(linear());
    int graphEnd = read(whole).layout().graphEnd();
    for (int length = 0; length < graphEnd; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("is not a whole ONNX file");
    }
  }

  @Test
  void believesNoLength() {
    byte[] fields = {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
    byte[] negative = {
      0x3a,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      0x01
    };
    for (byte[] bytes : List.of(fields, negative)) {
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(FlexoraException.class);
    }
  }

  @Test
  void meetsDamageWithNothingButItsOwnRefusal() throws IOException {
    byte[] whole = model(linear());
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        OnnxFile file = read(damaged);
        for (OnnxLinear linear : file.linears().values()) {
          assertThat(file.floats(linear.weight()).remaining()).isLessThan(whole.length);
        }
      } catch (FlexoraException e) {
        assertThat(e).hasMessageContaining("model.onnx");
      }
    }
  }

  @Test
  void copiesAFileWithOtherWeightsAndMoreNodes() throws IOException {
    OnnxFile file = read(model(linear()));
    Path same = folder.resolve("same.onnx");
    new OnnxCopy(file).write(same);
    assertThat(same).hasSameBinaryContentAs(file.path());

    Path target = folder.resolve("copy.onnx");
    new OnnxCopy(file)
        .replace(file.linears().get("encoder.query").weight(), new float[] {6, 5, 4, 3, 2, 1})
        .append("two", List.of(1L), new float[] {2})
        .append("axes", List.of(), new long[] {-1})
        .append(OnnxNode.of("Mul", List.of("y", "two"), "doubled", Map.of("axis", 1.0)))
        .prependOutput("doubled", List.of("batch", "3"))
        .write(target);
    OnnxFile copy = OnnxFile.read(target);
    assertThat(values(copy, "onnx::MatMul_7")).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(values(copy, "encoder.query.bias")).containsExactly(1, 2, 3);
    assertThat(values(copy, "two")).containsExactly(2);
    assertThat(copy.integers(copy.initialisers().get("axes"))).containsExactly(-1);
    assertThat(copy.outputs()).containsExactly("doubled", "y");
    assertThat(copy.nodes().get(2).operator()).isEqualTo("Mul");
    assertThat(copy.nodes().get(2).numbers()).containsEntry("axis", 1.0);
    assertThat(copy.operatorSet()).isEqualTo(17);
    assertThatThrownBy(
            () ->
                new OnnxCopy(file)
                    .replace(file.initialisers().get("encoder.query.bias"), new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCopyHasNoNameTwice() throws IOException {
    OnnxFile file = read(model(linear()));
    OnnxCopy copy = new OnnxCopy(file).append("two", List.of(1L), new float[] {2});
    for (String name : List.of("x", "y", "encoder.query.bias", "two")) {
      String value = file.path() + " has the value '" + name + "' already";
      assertThatThrownBy(() -> copy.append(name, List.of(1L), new float[1])).hasMessage(value);
      assertThatThrownBy(() -> copy.append(name, List.of(1L), new long[1])).hasMessage(value);
      assertThatThrownBy(() -> copy.append(OnnxNode.of("Mul", List.of("x"), name, Map.of())))
          .hasMessage(value);
    }
    copy.append(OnnxNode.of("Mul", List.of("x", "x"), "z", Map.of()));
    OnnxNode same = new OnnxNode("Mul", "z", List.of("x"), List.of("w"), Map.of(), Map.of());
    assertThatThrownBy(() -> copy.append(same)).hasMessageEndingWith(" has the node 'z' already");
    assertThatThrownBy(() -> copy.prependOutput("y", List.of()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageEndingWith(" has the output 'y' already");
  }
}
