package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in several files. */
class GgufSplitTest {

  private static final String FIRST = "model-00001-of-00002.gguf";
  private static final String SECOND = "model-00002-of-00002.gguf";

  @TempDir Path folder;

  /** Writes a part with one tensor of eight equal bytes in each number. */
  private Path part(String name, int number, int count, int tensors, String tensor, int fill)
      throws IOException {
    RawGguf part =
        RawGguf.of(1, 3)
            .key("split.no", GgufValueType.UINT16)
            .bytes((byte) number, (byte) 0)
            .key("split.count", GgufValueType.UINT16)
            .bytes((byte) count, (byte) 0)
            .key("split.tensors.count", GgufValueType.INT32)
            .i32(tensors)
            .tensor(tensor, GgufType.F32.id(), 0, 8);
    byte[] bytes = part.data(32);
    Arrays.fill(bytes, bytes.length - 32, bytes.length, (byte) fill);
    return Files.write(folder.resolve(name), bytes);
  }

  private void refuses(Path path, String why) {
    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  @Test
  void partsAreOneModel() throws IOException {
    Path first = part(FIRST, 0, 2, 2, "a", 1);
    part(SECOND, 1, 2, 2, "b", 2);
    try (GgufFile file = GgufFile.open(first)) {
      assertThat(file.path()).isEqualTo(first);
      assertThat(file.tensors()).extracting(GgufTensor::name).containsExactly("a", "b");
      assertThat(file.metadata()).isEmpty();
      for (String tensor : new String[] {"a", "b"}) {
        byte expected = (byte) (tensor.equals("a") ? 1 : 2);
        ByteBuffer read = ByteBuffer.allocate(32);
        file.read(tensor, 0, read);
        assertThat(read.array()).containsOnly(expected);
        assertThat(file.map(tensor, 31, 1).get()).isEqualTo(expected);
        float[] floats = new float[8];
        file.readFloats(tensor, 0, floats);
        assertThat(floats).containsOnly(read.flip().asFloatBuffer().get(0));
      }
    }
  }

  @Test
  void aPartThatIsMissingIsNamed() throws IOException {
    refuses(
        part("model-00001-of-00003.gguf", 0, 3, 3, "a", 1),
        "is the first of 3 parts, but 'model-00002-of-00003.gguf' is not beside it");
  }

  @Test
  void anotherPartThanTheFirstSaysWhichIsTheFirst() throws IOException {
    part(FIRST, 0, 2, 2, "a", 1);
    refuses(
        part(SECOND, 1, 2, 2, "b", 2),
        SECOND + " is part 2 of 2 of a model; name its first part, '" + FIRST + "'");
    refuses(part("b.gguf", 1, 2, 2, "b", 2), "b.gguf is part 2 of 2 of a model; name its first");
  }

  @Test
  void aFirstPartOfAnotherNameSaysHowItIsNamed() throws IOException {
    String how = "its name has to end in '-00001-of-00002.gguf'";
    refuses(part("model.gguf", 0, 2, 2, "a", 1), how);
    refuses(part("model-00001-of-00003.gguf", 0, 2, 2, "a", 1), how);
  }

  @Test
  void partsThatDoNotBelongTogetherAreRefused() throws IOException {
    Path first = part(FIRST, 0, 2, 2, "a", 1);
    part(SECOND, 0, 2, 2, "b", 1);
    refuses(first, SECOND + " is not a valid GGUF file: by its name it is part 2 of 2, by its");
    part(SECOND, 1, 3, 2, "b", 1);
    refuses(first, "by its metadata 2 of 3");
    part(SECOND, 1, 2, 2, "a", 1);
    refuses(first, "tensor 'a' is in another part too");
    part(SECOND, 1, 2, 2, "b", 1);
    refuses(part(FIRST, 0, 2, 5, "a", 1), "split.tensors.count is 5, but its parts have 2 tensors");
  }

  @Test
  void theOtherPartsAreNamedByTheFirst() {
    assertThat(GgufFile.otherParts("hf:org/name@main/q4-00001-of-00003.gguf"))
        .containsExactly(
            "hf:org/name@main/q4-00002-of-00003.gguf", "hf:org/name@main/q4-00003-of-00003.gguf");
    assertThat(GgufFile.otherParts("q4-00002-of-00003.gguf")).isEmpty();
    assertThat(GgufFile.otherParts("q4.gguf")).isEmpty();
  }
}
