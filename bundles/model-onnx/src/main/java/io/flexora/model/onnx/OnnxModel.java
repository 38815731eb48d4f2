package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.onnx.OnnxSession.OnnxOutput;
import io.flexora.numerics.torch.NativeArrays;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/** A model in ONNX Runtime. Arrays that leave it, and heads, are of the PyTorch engine. */
final class OnnxModel implements BaseModel, TextEmbedder {
  private final ModelShape shape;
  private final OnnxGraph graph;
  private final OnnxSession session;
  private final Pooler pooler;
  private final NDManager manager;

  OnnxModel(
      ModelShape shape, OnnxGraph graph, OnnxSession session, Pooler pooler, NDManager manager) {
    this.shape = shape;
    this.graph = graph;
    this.session = session;
    this.pooler = pooler;
    this.manager = manager;
  }

  @Override
  public ModelShape shape() {
    return shape;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return shape.abilities().contains(ability)
        ? BaseModel.super.ability(ability)
        : Optional.empty();
  }

  @Override
  public NDArray embed(NDManager scope, List<Tokens> texts) {
    float[] pooled = pooled(texts);
    return NativeArrays.of(scope, pooled, new Shape(texts.size(), pooled.length / texts.size()));
  }

  /** The pooled representations {@code [texts, hidden]}, row-major. */
  float[] pooled(List<Tokens> texts) {
    return joined(
        together(texts).stream()
            .map(part -> pooler.pool(session.run(part, graph.states()), part))
            .toList());
  }

  /** Texts that are padded to one length; without a mask, padding would count as tokens. */
  private List<List<Tokens>> together(List<Tokens> texts) {
    return graph.hasMask() ? List.of(texts) : texts.stream().map(text -> List.of(text)).toList();
  }

  private static float[] joined(List<float[]> parts) {
    FloatBuffer all = FloatBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(part -> all.put(part));
    return all.array();
  }

  /** The width of the pooled states, which need not be that of the embeddings. */
  private int width() {
    Example example = new Example("", "", List.of(""), 0);
    return pooled(List.of(new Tokens(example, new int[] {0}, List.of(), 0))).length;
  }

  /** The scores of the file's own head {@code [texts, classes]}. */
  NDArray logits(NDManager scope, List<Tokens> texts) {
    int output = graph.outputs().indexOf(OnnxGraph.LOGITS);
    List<OnnxOutput> parts =
        together(texts).stream().map(part -> session.run(part, output)).toList();
    Shape shape = parts.get(0).shape();
    if (shape.dimension() != 2) {
      throw new FlexoraException(
          "the output 'logits' of the ONNX file has the shape %s, and not [texts, classes]; it does"
                  .formatted(shape)
              + " not classify whole texts");
    }
    return NativeArrays.of(
        scope,
        joined(parts.stream().map(OnnxOutput::values).toList()),
        new Shape(texts.size(), shape.get(1)));
  }

  @Override
  public AdaptedModel adapt(AdapterPlan plan) {
    if (!plan.layers().isEmpty()) {
      throw new FlexoraException(
          "the model 'onnx' cannot train layers %s: ONNX Runtime computes but does not train; use"
                  .formatted(plan.layers())
              + " the model 'encoder', which trains the weights of an ONNX file with PyTorch");
    }
    if (plan.head().classes().size() < 2) {
      throw new FlexoraException(
          "the model 'onnx' chooses among classes, and the task has none; use a task such as"
              + " classification");
    }
    if (!plan.head().settings().isEmpty()) {
      throw new FlexoraException(
          "the model 'onnx' trains the plain cross-entropy of classes, without class_weights; leave"
              + " them out, or use the model 'encoder'");
    }
    return graph.hasHead()
        ? new FileHead(this, plan)
        : new TrainedHead(manager, plan, width(), text -> pooled(List.of(text)));
  }

  @Override
  public void close() {
    session.close();
    manager.close();
  }
}
