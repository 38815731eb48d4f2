package io.flexora.model.onnx;

import ai.djl.Device;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.source.Sources;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.token.EncoderTokenizer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Loads ONNX models. ONNX Runtime computes them; it cannot train them. */
@Doc(
    "Compute any ONNX text encoder with ONNX Runtime: embed, train a head on the frozen model, or"
        + " score with the file's own 'logits'.")
final class OnnxBackend implements ModelBackend {
  private static final String SOURCE = "source";

  private final OnnxOptions options;
  private final Sources sources;
  private final Device device;

  @Inject
  OnnxBackend(OnnxOptions options, Sources sources, Device device) {
    this.options = options;
    this.sources = sources;
    this.device = device;
  }

  @Override
  public ModelShape describe() throws IOException {
    return IncompatibleOptionException.reading(
        SOURCE, () -> shape(OnnxGraph.read(sources.fetch(options.source()))));
  }

  @Override
  public Tokenizer tokenizer() throws IOException {
    return IncompatibleOptionException.reading(
        SOURCE, () -> EncoderTokenizer.open(options.text(), options.source(), sources));
  }

  @Override
  public BaseModel load() throws IOException {
    return IncompatibleOptionException.reading(SOURCE, this::loaded);
  }

  private OnnxModel loaded() throws IOException {
    Path file = sources.fetch(options.source());
    OnnxGraph graph = OnnxGraph.read(file);
    OnnxSession session = OnnxSession.open(file, graph, device);
    return new OnnxModel(
        shape(graph),
        graph,
        session,
        new Pooler(options.text().pooling()),
        TorchEngine.start().newManager(device));
  }

  /** No layer can be adapted, so none is shown. */
  private ModelShape shape(OnnxGraph graph) {
    return new ModelShape(
            "onnx",
            0,
            graph.hiddenSize(),
            options.text().maxTokens(),
            List.of(),
            List.of(),
            graph.parameters(),
            "float32",
            graph.bytes(),
            "SEQ_CLS",
            0,
            sources.publicName(options.source()))
        .withBaseRevision(sources.publicRevision(options.source()))
        .withAbilities(graph.hasStates() ? Set.of(TextEmbedder.class) : Set.of());
  }
}
