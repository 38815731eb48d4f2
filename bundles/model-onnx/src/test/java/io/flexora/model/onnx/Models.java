package io.flexora.model.onnx;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.source.Sources;
import io.flexora.model.encoder.EncoderBackend;
import io.flexora.model.encoder.EncoderOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Backends on the published model bge-small-en-v1.5, and on files of a test. */
final class Models {
  private static final String BGE = "test:bge-small-en-v1.5.onnx";

  private Models() {}

  static OnnxBackend bge(Pooling pooling) {
    return new OnnxBackend(new OnnxOptions(BGE, text(pooling)), sources(), Device.cpu());
  }

  static OnnxBackend file(Path file) {
    return new OnnxBackend(
        new OnnxOptions("file:" + file, text(Pooling.CLS)), location -> file, Device.cpu());
  }

  /** The same model in the backend that trains it. */
  static EncoderBackend encoder(Pooling pooling) {
    EncoderOptions options =
        new EncoderOptions(
            BGE, text(pooling), ComputeChoice.FLOAT32, 0, EncoderOptions.HeadStart.NEW);
    return Guice.createInjector(
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(EncoderOptions.class).toInstance(options);
                bind(Sources.class).toInstance(sources());
                bind(Device.class).toInstance(Device.cpu());
              }
            })
        .getInstance(EncoderBackend.class);
  }

  private static TextOptions text(Pooling pooling) {
    return new TextOptions(Optional.empty(), 128, pooling);
  }

  static AdapterPlan plan(List<Integer> layers, int classes) {
    return plan(layers, List.of("query"), 8, classes);
  }

  static AdapterPlan plan(List<Integer> layers, List<String> modules, int rank, int classes) {
    LoraOptions options = new LoraOptions(rank, 16, 0, false, List.of());
    AdapterMethod lora =
        Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
            .getInstance(LoraAdapter.class);
    return new AdapterPlan(lora, layers, modules, Head.classes(classes));
  }

  static List<Tokens> tokens(ModelBackend backend, List<String> texts, int classes)
      throws IOException {
    try (Tokenizer tokenizer = backend.tokenizer()) {
      return texts.stream()
          .map(t -> new Example(t, t, Collections.nCopies(classes, "class"), t.length() % classes))
          .map(example -> tokenizer.tokens(example, Head.classes(2)))
          .toList();
    }
  }

  /** Tokens without a tokenizer. */
  static Tokens tokens(int label, int classes, int... ids) {
    return new Tokens(
        new Example("e", "text", Collections.nCopies(classes, "class"), label), ids, List.of(), 0);
  }

  private static Sources sources() {
    return location -> unpacked(location.substring("test:".length()));
  }

  private static Path unpacked(String name) throws IOException {
    Path file = Path.of("target", "bge", name);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      try (InputStream in = Models.class.getResourceAsStream("/" + name)) {
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
