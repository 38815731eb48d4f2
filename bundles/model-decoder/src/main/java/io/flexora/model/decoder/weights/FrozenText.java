package io.flexora.model.decoder.weights;

import io.flexora.transformers.checkpoint.ComputeType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The TorchScript that allocates and fills frozen arrays. */
final class FrozenText {
  private static final String RESOURCE = "frozen.torchscript";

  private FrozenText() {}

  static String of(ComputeType type) {
    String norms = String.valueOf(torchType(type == ComputeType.BF16 ? ComputeType.FLOAT32 : type));
    return text()
        .replace("${type}", String.valueOf(torchType(type)))
        .replace("${norm_type}", norms);
  }

  /** The number by which PyTorch knows the type. */
  private static int torchType(ComputeType type) {
    return switch (type) {
      case FLOAT32 -> 6;
      case FLOAT64 -> 7;
      case BF16 -> 15;
    };
  }

  private static String text() {
    try (InputStream resource = FrozenText.class.getResourceAsStream(RESOURCE)) {
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle's own " + RESOURCE + " cannot be read", e);
    }
  }
}
