package io.flexora.model.encoder;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import java.util.ArrayList;
import java.util.List;

/** Lays out theta: the adapters by layer, module and parameter, then the head. */
final class EncoderParameters {
  static final String HEAD_WEIGHT = "classifier.weight";
  static final String HEAD_BIAS = "classifier.bias";

  private final List<Slice> slices = new ArrayList<>();
  private long offset;

  private EncoderParameters() {}

  static ParameterIndex of(AdapterPlan plan, BertShape shape) {
    EncoderParameters parameters = new EncoderParameters();
    List<ModuleShape> modules = EncoderModules.chosen(shape, plan.modules());
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        for (AdapterParameter parameter : plan.method().parameters(module)) {
          parameters.add(parameter.shape(), new Slice.Adapter(layer, module, parameter));
        }
      }
    }
    parameters.add(new Shape(plan.classes(), shape.hidden()), new Slice.Head(HEAD_WEIGHT));
    parameters.add(new Shape(plan.classes()), new Slice.Head(HEAD_BIAS));
    return new ParameterIndex(parameters.slices);
  }

  private void add(Shape shape, Slice.Owner owner) {
    Slice slice = new Slice(offset, shape, owner);
    slices.add(slice);
    offset += slice.size();
  }
}
