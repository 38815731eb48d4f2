package io.flexora.experiment.inputs;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.runstore.CellFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The initial values of the adapters of a cell, constants included, in the cell's folder. */
record StoredStart(CellFolder cell) {

  private static final String SHARED = "shared";
  private static final String PARAMETER = "parameter";
  private static final String CONSTANT = "constant";

  void write(AdapterStart start) {
    List<Tensor> tensors = new ArrayList<>();
    start.parameters().forEach((site, arrays) -> add(tensors, PARAMETER, site, arrays));
    start.constants().forEach((site, arrays) -> add(tensors, CONSTANT, site, arrays));
    start.shared().forEach(array -> tensors.add(tensor(SHARED + "." + name(array), array)));
    cell.write(CellFolder.START, out -> SafetensorsWriter.write(out, tensors, Map.of()));
  }

  private static void add(
      List<Tensor> tensors, String kind, AdapterSite site, List<AdapterArray> arrays) {
    arrays.forEach(a -> tensors.add(tensor(kind + "." + site.path() + "." + name(a), a)));
  }

  private static String name(AdapterArray array) {
    return array.parameter().name();
  }

  private static Tensor tensor(String name, AdapterArray array) {
    long[] shape = array.parameter().shape().getShape();
    return Tensor.of(name, Arrays.stream(shape).boxed().toList(), array.values());
  }

  /**
   * Reads it; empty if nothing is kept.
   *
   * @throws FlexoraException if the file is damaged, or of another plan
   */
  Optional<AdapterStart> read(AdapterPlan plan, ModelShape shape) {
    return cell.find(CellFolder.START).map(file -> read(file, plan, shape));
  }

  private static AdapterStart read(Path file, AdapterPlan plan, ModelShape shape) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      return read(open, file, plan, shape);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private static AdapterStart read(
      SafetensorsFile open, Path file, AdapterPlan plan, ModelShape shape) throws IOException {
    List<ModuleShape> modules =
        shape.modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        AdapterSite site = new AdapterSite(layer, module);
        if (!plan.adapts(site)) {
          continue;
        }
        String path = "." + site.path();
        parameters.put(site, arrays(open, file, PARAMETER + path, plan.parameters(site)));
        constants.put(site, arrays(open, file, CONSTANT + path, plan.method().constants(module)));
      }
    }
    List<AdapterParameter> shared =
        plan.layers().isEmpty() ? List.of() : plan.method().sharedConstants(modules);
    return new AdapterStart(parameters, constants, arrays(open, file, SHARED, shared));
  }

  private static List<AdapterArray> arrays(
      SafetensorsFile open, Path file, String prefix, List<AdapterParameter> declared)
      throws IOException {
    List<AdapterArray> arrays = new ArrayList<>();
    for (AdapterParameter parameter : declared) {
      String name = prefix + "." + parameter.name();
      TensorInfo tensor =
          open.tensors().stream()
              .filter(t -> t.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new FlexoraException(file + " has no tensor '" + name + "'"));
      Shape own = new Shape(tensor.shape().stream().mapToLong(d -> d).toArray());
      arrays.add(new AdapterArray(parameter.withShape(own), open.floats(name)));
    }
    return arrays;
  }
}
