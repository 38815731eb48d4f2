package io.flexora.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RealModelTest {

  /** SHA-256 of what {@code gguf.quants.dequantize} makes of all tensors, float32 after float32. */
  private static final String PYTHON =
      "1034100613c22abd3cc047d99b02ed7a8d419bc245f4cf54a4736c5f699ba569";

  @Test
  void everyWeightOfARealModelIsThatOfThePythonPackage() throws Exception {
    String models = System.getProperty("flexora.models");
    assumeTrue(models != null, "needs -Dflexora.models=FOLDER with the real models");
    Path path = Path.of(models, "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    float[] values = new float[1 << 16];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (GgufFile file = GgufFile.open(path)) {
      for (GgufTensor tensor : file.tensors()) {
        for (long at = 0; at < tensor.size(); at += values.length) {
          int n = (int) Math.min(values.length, tensor.size() - at);
          file.readFloats(tensor.name(), at, values, 0, n);
          bytes.clear().asFloatBuffer().put(values, 0, n);
          digest.update(bytes.limit(n * Float.BYTES));
        }
      }
      assertThat(file.metadata().requireStrings("tokenizer.ggml.tokens")).hasSize(49_152);
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(PYTHON);
  }
}
