package io.flexora.model.encoder;

import ai.djl.Device;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Decisions;
import io.flexora.api.source.Sources;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** The published model bge-small-en-v1.5, from the test class path. */
final class BgeSmall {
  private static final String MODEL = "bge-small-en-v1.5.onnx";

  private BgeSmall() {}

  static EncoderBackend backend(ComputeChoice type, Pooling pooling) {
    return backend(type, pooling, 0);
  }

  static EncoderBackend backend(ComputeChoice type, Pooling pooling, int checkpointSegments) {
    EncoderOptions options =
        new EncoderOptions(
            "test:" + MODEL,
            new TextOptions(Optional.empty(), 128, pooling),
            type,
            checkpointSegments,
            EncoderOptions.HeadStart.NEW);
    Sources sources = location -> unpacked(location.substring("test:".length()));
    return new EncoderBackend(options, sources, Device.cpu(), new Decisions());
  }

  static List<Tokens> tokens(EncoderBackend backend, List<String> texts) throws IOException {
    try (Tokenizer tokenizer = backend.tokenizer()) {
      return texts.stream()
          .map(text -> new Example(text, text, List.of("no", "yes"), text.length() % 2))
          .map(example -> tokenizer.tokens(example, Head.classes(2)))
          .toList();
    }
  }

  private static Path unpacked(String name) throws IOException {
    Path file = Path.of("target", "bge", name);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      try (InputStream in = BgeSmall.class.getResourceAsStream("/" + name)) {
        if (in == null) {
          throw new NoSuchFileException(name);
        }
        // Another process of the tests may do the same.
        Path fresh = Files.createTempFile(file.getParent(), name, ".part");
        Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return file;
  }
}
