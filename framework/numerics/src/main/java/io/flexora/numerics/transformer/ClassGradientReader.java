package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.ClassGradients;
import io.flexora.api.ability.ClassGradients.Differentiated;
import io.flexora.api.ability.ClassGradients.ExampleGradients;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Differentiates the class outputs of a transformer in the outputs of its adapted modules; see
 * {@link ClassGradients}. The model's text, the same as {@link Differentiation} takes, is compiled
 * once more, with adapters that copy what they are given and add an array of zeros to what they put
 * out, in which each class output is differentiated: once for all examples of a batch, as these do
 * not depend on each other. Where the model keeps the activations of one segment of layers at a
 * time, so does the reader.
 *
 * <p>The text has to bring one more method, {@code class_outputs(x, w, b, p)}: of the states of the
 * last layer a list of the class outputs {@code [examples, classes]}, the scores {@code [examples,
 * classes]}, and, where there is a head, what it is given {@code [examples, hidden]}.
 *
 * @since 0.1
 */
public final class ClassGradientReader {

  private static final String RESOURCE = "class_gradients.torchscript";
  private static final int OUTPUTS = 0;
  private static final int SCORES = 1;
  private static final int FEATURES = 2;

  private final AdapterLayout layout;
  private final TorchScript script;
  private final ScriptInputs common;

  private ClassGradientReader(AdapterLayout layout, TorchScript script, ScriptInputs common) {
    this.layout = layout;
    this.script = script;
    this.common = common;
  }

  /**
   * What is read of an example of a batch.
   *
   * @param tokens the tokens that count, as places among the states without their last dimension
   * @param read which of them the class outputs are computed from, as indices
   * @param classes the number of its class outputs
   */
  // Bulk data of one call; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  public record CountedGradients(long[] tokens, int[] read, int classes) {

    /** An example with all the outputs that there are. */
    public static CountedGradients ofAll(long[] tokens, int[] read) {
      return new CountedGradients(tokens, read, Integer.MAX_VALUE);
    }

    CountedGradients within(int outputs) {
      return new CountedGradients(tokens, read, Math.min(classes, outputs));
    }
  }

  /**
   * Compiles a model's text together with the reader.
   *
   * @param owner the methods live no longer than it does
   * @param text the model's methods, as for {@link Differentiation}, all of whose tokens have to be
   *     computed in all layers
   * @param segments as for {@link Differentiation}
   * @param type the type of theta
   */
  public static ClassGradientReader compile(
      NDManager owner, AdapterLayout layout, String text, int segments, DataType type) {
    String whole =
        text
            + Differentiation.sharedText()
            + ModelText.resource(RESOURCE)
            + new AdapterText(layout).shifting();
    Map<String, Object> values =
        ModelText.readingConstants(
            layout, 2, ModelText.segments(layout, segments), owner.getDevice());
    values.put("output_widths", layout.modules().stream().map(ModuleShape::outputs).toList());
    values.put("table_rows", layout.modules().stream().map(ModuleShape::tableRows).toList());
    TorchScript script = TorchScript.compile(owner, ModelText.filled(whole, values));
    return new ClassGradientReader(layout, script, ScriptInputs.of(owner, layout, type));
  }

  /**
   * Reads a batch.
   *
   * @param scope the owner of temporary arrays
   * @param point the parameters and gates; its dropout is left out
   * @param weights the frozen arrays
   * @param batch the arrays of a batch, the first of which is the input of the lowest adapted layer
   * @param examples the examples of the batch
   * @param layers the layers of the plan whose modules are read
   * @param differentiated what the gradients are of
   */
  public void read(
      NDManager scope,
      Point point,
      List<NDArray> weights,
      List<NDArray> batch,
      List<CountedGradients> examples,
      List<Integer> layers,
      Differentiated differentiated,
      ClassGradients.Visitor visitor) {
    requireAdapted(layers);
    try (NDManager temporary = scope.newSubManager()) {
      long[] tokens = examples.stream().flatMapToLong(e -> Arrays.stream(e.tokens())).toArray();
      Arguments arguments =
          common
              .at(temporary, point, weights, batch)
              .with("rows", NativeArrays.of(temporary, tokens))
              .with("rests", layout.rests(temporary, layers))
              .with("differences", differentiated == Differentiated.DIFFERENCES ? 1 : 0);
      NDList found = script.call("class_gradients", arguments);
      int width = Math.toIntExact(found.get(OUTPUTS).getShape().getLastDimension());
      List<CountedGradients> counts = examples.stream().map(e -> e.within(width)).toList();
      double[][] outputs = rows(found.get(OUTPUTS), counts);
      double[][] scores = rows(found.get(SCORES), counts);
      List<AdapterSite> sites = sites(layers);
      NDList ofModules = found.subNDList(found.size() - 2 * sites.size());
      long textLength = batch.get(0).getShape().get(1);
      boolean hasHead = found.size() - ofModules.size() > FEATURES;
      long from = 0;
      for (int e = 0; e < examples.size(); e++) {
        CountedGradients counted = counts.get(e);
        long to = from + counted.tokens().length;
        try (NDManager own = temporary.newSubManager()) {
          Optional<NDArray> features =
              hasHead
                  ? Optional.of(part(own, found.get(FEATURES), new NDIndex("{}:{}", e, e + 1)))
                  : Optional.empty();
          Rows rows = new Rows(counted.tokens(), from, tokens.length, textLength);
          List<ExampleGradients.ModuleGradients> modules =
              modules(own, ofModules, sites, counted.classes(), rows);
          visitor.visit(
              own,
              e,
              new ExampleGradients(outputs[e], scores[e], counted.read(), modules, features));
        }
        from = to;
      }
    }
  }

  private void requireAdapted(List<Integer> layers) {
    List<Integer> adapted = layout.plan().layers();
    if (!adapted.containsAll(layers)) {
      throw new IllegalArgumentException(
          "layers %s are not all adapted, which are %s".formatted(layers, adapted));
    }
  }

  private List<AdapterSite> sites(List<Integer> layers) {
    return layers.stream()
        .sorted()
        .flatMap(layer -> layout.modules().stream().map(module -> new AdapterSite(layer, module)))
        .toList();
  }

  private static double[][] rows(NDArray values, List<CountedGradients> examples) {
    double[] flat = ArrayValues.of(values);
    int width = flat.length / examples.size();
    double[][] rows = new double[examples.size()][];
    for (int e = 0; e < rows.length; e++) {
      rows[e] = Arrays.copyOfRange(flat, e * width, e * width + examples.get(e).classes());
    }
    return rows;
  }

  /**
   * The rows of an example: its tokens, from a place among those of all, and behind all these the
   * rows of a table for each of its texts.
   */
  // Bulk data of one call; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  private record Rows(long[] tokens, long from, long all, long textLength) {

    NDArray of(NDManager owner, NDArray whole, String classes, int table) {
      NDIndex ofTokens = new NDIndex(classes + "{}:{}", from, from + tokens.length);
      NDArray own = part(owner, whole, ofTokens);
      if (table == 0) {
        return own;
      }
      long first = tokens[0] / textLength;
      long last = tokens[tokens.length - 1] / textLength;
      NDIndex further =
          new NDIndex(classes + "{}:{}", all + first * table, all + (last + 1) * table);
      NDArray joined = own.concat(part(owner, whole, further), own.getShape().dimension() - 2);
      joined.attach(owner);
      return joined;
    }
  }

  private List<ExampleGradients.ModuleGradients> modules(
      NDManager owner, NDList ofModules, List<AdapterSite> sites, int classes, Rows rows) {
    List<ExampleGradients.ModuleGradients> modules = new ArrayList<>();
    for (int m = 0; m < sites.size(); m++) {
      if (!layout.adapts(sites.get(m))) {
        continue;
      }
      int table = sites.get(m).module().tableRows();
      NDArray inputs = rows.of(owner, ofModules.get(2 * m), "", table);
      NDArray gradients = rows.of(owner, ofModules.get(2 * m + 1), "0:" + classes + ",", table);
      modules.add(new ExampleGradients.ModuleGradients(sites.get(m), inputs, gradients));
    }
    return modules;
  }

  private static NDArray part(NDManager owner, NDArray whole, NDIndex index) {
    NDArray part = whole.get(index);
    part.attach(owner);
    return part;
  }
}
