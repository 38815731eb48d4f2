package io.flexora.model.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;

/**
 * The head that an ONNX file brings as its output {@code logits}, such as a fine-tuned encoder that
 * was exported whole. There is nothing to train: theta is empty, and so is every gradient.
 */
final class FileHead extends SoftmaxHead {
  private final OnnxModel model;

  FileHead(OnnxModel model, AdapterPlan plan) {
    super(
        model.manager(),
        plan,
        new ParameterIndex(List.of()),
        plan.head().classes().size(),
        "file-head.torchscript");
    this.model = model;
  }

  @Override
  NDArray features(NDManager scope, List<Tokens> texts) {
    NDArray logits = model.logits(scope, texts);
    if (logits.getShape().getLastDimension() != plan().head().classes().size()) {
      throw new FlexoraException(
          "the head of the ONNX file has %d classes, but the task has %d; give the task the"
                  .formatted(logits.getShape().getLastDimension(), plan().head().classes().size())
              + " classes that the model was trained on, in their order");
    }
    return logits;
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return NativeArrays.of(scope, new float[0], new Shape(0));
  }
}
