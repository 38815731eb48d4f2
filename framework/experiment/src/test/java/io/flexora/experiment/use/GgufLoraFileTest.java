package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.peft.PeftAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of other programs, whose factors are stored in lower types, written byte by byte. */
class GgufLoraFileTest {

  private static final ModuleShape VALUE = new ModuleShape("value", "layers.%d.value", 64, 4);

  /** The rows of the module in the order in which the file has them. */
  private static final List<Integer> ROWS = List.of(1, 3, 0, 2);

  private static final int RANK = 32;
  private static final int INPUTS = 64;
  private static final int F16 = 1;
  private static final int Q8_0 = 8;
  private static final int IQ4_NL = 20;

  @TempDir Path folder;

  /** A model of two layers with a module each. */
  private static final class Model implements BaseModel, GgufModules {

    @Override
    public ModelShape shape() {
      List<ModuleShape> modules = List.of(VALUE);
      List<String> targets = List.of("value");
      return new ModelShape(
          "small", 2, 64, 8, modules, targets, 512, "float32", 2048, "CAUSAL_LM", 4, "base");
    }

    @Override
    public NDManager manager() {
      throw new UnsupportedOperationException("nothing is computed");
    }

    @Override
    public AdaptedModel adapt(AdapterPlan plan) {
      throw new UnsupportedOperationException("nothing is computed");
    }

    @Override
    public void close() {}

    @Override
    public String ggufArchitecture() {
      return "llama";
    }

    @Override
    public Matrix ggufMatrix(AdapterSite site) {
      return new Matrix("blk.%d.attn_v.weight".formatted(site.layer()), ROWS);
    }
  }

  private static void string(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  /** A and B of a matrix {@code [outputs, 64]}, for lora_alpha 8. */
  private Path file(String tensor, int outputs, int typeOfA, byte[] a, byte[] b)
      throws IOException {
    ByteBuffer out = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);
    out.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(2).putLong(4);
    for (List<String> entry :
        List.of(
            List.of("general.type", "adapter"),
            List.of("general.architecture", "llama"),
            List.of("adapter.type", "lora"))) {
      string(out, entry.get(0));
      out.putInt(8);
      string(out, entry.get(1));
    }
    string(out, "adapter.lora.alpha");
    out.putInt(6).putFloat(8);
    string(out, tensor + ".lora_a");
    out.putInt(2).putLong(INPUTS).putLong(RANK).putInt(typeOfA).putLong(0);
    string(out, tensor + ".lora_b");
    out.putInt(2).putLong(RANK).putLong(outputs).putInt(Q8_0).putLong(aligned(a.length));
    out.position(aligned(out.position())).put(a);
    out.position(aligned(out.position())).put(b);
    return Files.write(folder.resolve("a.gguf"), Arrays.copyOf(out.array(), out.position()));
  }

  private static int aligned(int position) {
    return (position + 31) / 32 * 32;
  }

  /** Halves from 1 to 2 in steps of 1/1024. */
  private static byte[] halves() {
    ByteBuffer out = ByteBuffer.allocate(2 * RANK * INPUTS).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < RANK * INPUTS; i++) {
      out.putShort((short) (0x3c00 + i % 1024));
    }
    return out.array();
  }

  /** A block for each row: the number of the row plus one, times those from -16 on. */
  private static byte[] blocks(int rows) {
    int[] oneToFour = {0x3c00, 0x4000, 0x4200, 0x4400};
    ByteBuffer out = ByteBuffer.allocate(34 * rows).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      out.putShort((short) oneToFour[row]);
      for (int i = 0; i < RANK; i++) {
        out.put((byte) (i - 16));
      }
    }
    return out.array();
  }

  /** B is multiplied by alpha over the rank, 1/4, and its rows are in the model's order. */
  @Test
  void readsHalvesAndBlocksOfEightBits() throws IOException {
    Path file = file("blk.1.attn_v.weight", 4, F16, halves(), blocks(4));
    PeftAdapter adapter = GgufLoraFile.read(file, new Model());
    String a = "base_model.model.layers.1.value.lora_A.weight";
    String b = "base_model.model.layers.1.value.lora_B.weight";
    assertThat(adapter.tensors()).containsOnlyKeys(a, b);
    float[] expectedA = new float[RANK * INPUTS];
    for (int i = 0; i < expectedA.length; i++) {
      expectedA[i] = 1 + i % 1024 / 1024f;
    }
    float[] expectedB = new float[4 * RANK];
    for (int place = 0; place < 4; place++) {
      for (int i = 0; i < RANK; i++) {
        expectedB[ROWS.get(place) * RANK + i] = (place + 1) * (i - 16) / 4f;
      }
    }
    assertThat(adapter.tensors().get(a).shape()).containsExactly(32L, 64L);
    assertThat(adapter.tensors().get(a).values()).containsExactly(expectedA);
    assertThat(adapter.tensors().get(b).shape()).containsExactly(4L, 32L);
    assertThat(adapter.tensors().get(b).values()).containsExactly(expectedB);
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> GgufLoraFile.read(file, new Model()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNotForTheModel() throws IOException {
    byte[] uneven = new byte[RANK * INPUTS / 32 * 18];
    assertRefused(
        file("blk.1.attn_v.weight", 4, IQ4_NL, uneven, blocks(4)),
        "tensor 'blk.1.attn_v.weight.lora_a' of %s has the type IQ4_NL, which cannot be read"
            .formatted(folder.resolve("a.gguf")));
    assertRefused(
        file("blk.1.attn_v.weight", 3, F16, halves(), blocks(3)),
        "its factors of blk.1.attn_v.weight are for a matrix of 3 by 64, and the model's is of 4 by"
            + " 64");
    assertRefused(
        file("blk.2.attn_v.weight", 4, F16, halves(), blocks(4)),
        "it adapts blk.2.attn_v.weight, which are not modules of the model");
  }
}
