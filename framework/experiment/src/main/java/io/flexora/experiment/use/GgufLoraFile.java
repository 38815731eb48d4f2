package io.flexora.experiment.use;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufLora;
import io.flexora.formats.gguf.GgufLora.Factors;
import io.flexora.formats.peft.PeftAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** LoRA between a model's own names and order of rows and those of llama.cpp. */
final class GgufLoraFile {

  /** The name of the file. */
  static final String NAME = "adapter.gguf";

  private static final String USER = "a LoRA adapter in llama.cpp's form";

  private GgufLoraFile() {}

  /**
   * The adapter as llama.cpp has it. The scale of a module is in its B already; what llama.cpp
   * divides by the module's own rank is made up for there.
   *
   * @param factors A and B of each site, scaled
   * @throws FlexoraException if llama.cpp does not have the model
   */
  static GgufLora of(BaseModel model, Map<AdapterSite, List<AdapterArray>> factors) {
    GgufModules names = model.require(GgufModules.class, USER);
    int alpha = factors.values().stream().mapToInt(GgufLoraFile::rank).max().orElse(1);
    Map<String, Factors> matrices = new LinkedHashMap<>();
    factors.forEach(
        (site, arrays) -> {
          GgufModules.Matrix matrix = names.ggufMatrix(site);
          int rank = rank(arrays);
          float[] b = inOrder(arrays.get(1).values(), rank, matrix.rows());
          scale(b, (double) rank / alpha);
          matrices.put(
              matrix.tensor(),
              new Factors(
                  rank,
                  site.module().inputs(),
                  site.module().outputs(),
                  arrays.get(0).values(),
                  b));
        });
    return new GgufLora(names.ggufArchitecture(), alpha, matrices);
  }

  private static int rank(List<AdapterArray> factors) {
    return Math.toIntExact(factors.get(0).parameter().shape().get(0));
  }

  private static float[] inOrder(float[] b, int rank, List<Integer> rows) {
    float[] ordered = b.clone();
    for (int place = 0; place < rows.size(); place++) {
      System.arraycopy(b, rows.get(place) * rank, ordered, place * rank, rank);
    }
    return ordered;
  }

  private static float[] outOfOrder(float[] b, int rank, List<Integer> rows) {
    float[] ordered = b.clone();
    for (int place = 0; place < rows.size(); place++) {
      System.arraycopy(b, place * rank, ordered, rows.get(place) * rank, rank);
    }
    return ordered;
  }

  private static void scale(float[] values, double by) {
    if (by != 1) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (by * values[i]);
      }
    }
  }

  /**
   * Reads a file for a model.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it is no such adapter, or was made for another model
   */
  static PeftAdapter read(Path file, BaseModel model) throws IOException {
    GgufModules names = model.require(GgufModules.class, USER);
    GgufLora lora = GgufLora.read(file);
    if (!lora.architecture().equals(names.ggufArchitecture())) {
      throw new FlexoraException(
          "it is made for the architecture '%s', and the model is of '%s'"
              .formatted(lora.architecture(), names.ggufArchitecture()));
    }
    Map<String, Factors> left = new LinkedHashMap<>(lora.matrices());
    Map<AdapterSite, List<AdapterArray>> factors = new LinkedHashMap<>();
    for (AdapterSite site : sites(model.shape())) {
      GgufModules.Matrix matrix = names.ggufMatrix(site);
      Factors of = left.remove(matrix.tensor());
      if (of != null) {
        requireShape(site, matrix, of);
        factors.put(site, arrays(lora, of, matrix));
      }
    }
    if (!left.isEmpty()) {
      throw new FlexoraException(
          "it adapts %s, which are not modules of the model that can be adapted here"
              .formatted(String.join(", ", new TreeSet<>(left.keySet()))));
    }
    return PeftAdapter.ofLora(factors);
  }

  private static List<AdapterSite> sites(ModelShape shape) {
    List<AdapterSite> sites = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (ModuleShape module : shape.modules()) {
        sites.add(new AdapterSite(layer, module));
      }
    }
    return sites;
  }

  private static void requireShape(AdapterSite site, GgufModules.Matrix matrix, Factors factors) {
    ModuleShape module = site.module();
    if (factors.inputs() != module.inputs() || factors.outputs() != module.outputs()) {
      throw new FlexoraException(
          "its factors of %s are for a matrix of %d by %d, and the model's is of %d by %d"
              .formatted(
                  matrix.tensor(),
                  factors.outputs(),
                  factors.inputs(),
                  module.outputs(),
                  module.inputs()));
    }
  }

  private static List<AdapterArray> arrays(
      GgufLora lora, Factors factors, GgufModules.Matrix matrix) {
    float[] b = outOfOrder(factors.b(), factors.rank(), matrix.rows());
    scale(b, lora.scale(factors));
    return List.of(
        new AdapterArray(
            new AdapterParameter("A", "lora_A.weight", new Shape(factors.rank(), factors.inputs())),
            factors.a()),
        new AdapterArray(
            new AdapterParameter(
                "B", "lora_B.weight", new Shape(factors.outputs(), factors.rank())),
            b));
  }
}
