package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.transformers.model.AdaptedTransformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An encoder with adapters and a head, which can be saved as the ONNX file that it came from. */
final class AdaptedBert extends AdaptedTransformer implements ModelExporter {

  private final FrozenEncoder model;

  AdaptedBert(FrozenEncoder model, AdapterPlan plan) {
    super(model, plan);
    this.model = model;
  }

  @Override
  public List<String> exportFormats() {
    return List.of(OnnxExport.FORMAT);
  }

  @Override
  public Optional<String> export(String format, NDArray theta, List<String> classes, Path folder)
      throws IOException {
    if (!format.equals(OnnxExport.FORMAT)) {
      throw new FlexoraException("an encoder cannot be exported to " + format + ", only to onnx");
    }
    OnnxExport export = new OnnxExport(model, model.file(), this);
    export.requirePossible(folder);
    OnnxCheck check = new OnnxCheck(model, this);
    export.write(
        theta, classes, model.tokenizer(), folder, written -> check.require(written, theta));
    return Optional.empty();
  }
}
