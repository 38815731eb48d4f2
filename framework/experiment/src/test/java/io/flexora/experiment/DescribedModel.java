package io.flexora.experiment;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.model.ModelShape;
import java.util.List;

/**
 * A model that is looked at and never loaded.
 *
 * @param layers how many it has
 * @param modules those of each layer
 * @param targets which of these are adapted where nobody says
 */
public record DescribedModel(int layers, List<ModuleShape> modules, List<String> targets)
    implements ModelBackend {

  @Override
  public ModelShape describe() {
    return new ModelShape(
        "fake", layers, 4, 8, modules, targets, 0, "float32", 0, "SEQ_CLS", 0, "base");
  }

  @Override
  public Tokenizer tokenizer() {
    throw new AssertionError("there is nothing to read");
  }

  @Override
  public BaseModel load() {
    throw new AssertionError("there is nothing to compute");
  }
}
