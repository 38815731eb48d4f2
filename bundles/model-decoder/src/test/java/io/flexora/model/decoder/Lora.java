package io.flexora.model.decoder;

import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import java.util.List;

/** LoRA of rank 8 with lora_alpha 16, and values of its arrays that any program can write down. */
final class Lora {

  private static final int RANK = 8;

  private Lora() {}

  static AdapterMethod method(double dropout) {
    LoraOptions options = new LoraOptions(RANK, 16, dropout, false, List.of());
    return Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
        .getInstance(LoraAdapter.class);
  }

  /**
   * A[i, j] = a sin(0.37 (i + 1) (j + 1) + l + 0.5 m) and B[o, i] = b cos(0.11 (o + 1) + 0.7 i + l
   * - m) with l the layer and m the place of the module among the adapted ones.
   */
  static double[] theta(ParameterIndex index, List<String> modules, double a, double b) {
    double[] theta = new double[(int) index.size()];
    for (Slice slice : index.slices()) {
      Slice.Adapter owner = (Slice.Adapter) slice.owner();
      int layer = owner.layer();
      int module = modules.indexOf(owner.module().name());
      int columns = (int) slice.shape().get(1);
      for (int i = 0; i < slice.size(); i++) {
        int row = i / columns;
        int column = i % columns;
        theta[(int) slice.offset() + i] =
            owner.parameter().name().equals("A")
                ? a * Math.sin(0.37 * (row + 1) * (column + 1) + layer + 0.5 * module)
                : b * Math.cos(0.11 * (row + 1) + 0.7 * column + layer - module);
      }
    }
    return theta;
  }
}
