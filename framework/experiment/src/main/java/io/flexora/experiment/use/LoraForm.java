package io.flexora.experiment.use;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterChange.PlainLora;
import io.flexora.numerics.transformer.AdapterConstants;
import io.flexora.numerics.transformer.LowRankApproximation;
import io.flexora.numerics.vector.ThetaParts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Writes what any adapter method has trained as LoRA: by the method itself where it says that it is
 * that, and else by the largest singular values of the change of each matrix. All is computed in
 * float64 and kept in float32.
 */
final class LoraForm {

  /** The largest relative error of a change where no rank is given. */
  private static final double TOLERANCE = 1e-6;

  private final BaseModel base;
  private final AdaptedModel model;
  private final AdapterMethod method;
  private final AdapterChange change;
  private final NDArray theta;
  private final Map<AdapterSite, List<AdapterArray>> factors = new LinkedHashMap<>();
  private final List<LoraConversion.Module> modules = new ArrayList<>();
  private LowRankApproximation.Squares squares = new LowRankApproximation.Squares(0, 0);

  private LoraForm(BaseModel base, AdaptedModel model, NDArray theta) {
    this.base = base;
    this.model = model;
    this.method = model.plan().method();
    this.change = new AdapterChange(theta.getManager(), method);
    this.theta = theta;
  }

  /**
   * Converts an adapter whose method says what it is as LoRA.
   *
   * @param theta the trained parameters
   * @throws FlexoraException if the method has no such form
   */
  static PeftAdapter own(BaseModel base, AdaptedModel model, NDArray theta) {
    LoraForm form = new LoraForm(base, model, theta);
    try (NDManager scope = theta.getManager().newSubManager()) {
      form.values(scope, theta.getDataType())
          .forEach((site, values) -> form.factors.put(site, form.own(scope, site, values)));
    }
    return form.adapter();
  }

  /**
   * Converts an adapter of any method.
   *
   * @param theta the trained parameters
   * @param rank the most that a module's LoRA has; empty for as much as its change needs
   * @throws FlexoraException if LoRA cannot hold all that was trained, or the model does not show
   *     its matrices
   */
  static LoraForm of(BaseModel base, AdaptedModel model, NDArray theta, OptionalInt rank) {
    LoraForm form = new LoraForm(base, model, theta);
    try (NDManager scope = theta.getManager().newSubManager();
        LowRankApproximation approximation = new LowRankApproximation(scope)) {
      form.values(scope, DataType.FLOAT64)
          .forEach((site, values) -> form.convert(scope, site, values, rank, approximation));
    }
    return form;
  }

  /** The adapter as PEFT has it. */
  PeftAdapter adapter() {
    float[] all = theta.toType(DataType.FLOAT32, false).toFloatArray();
    return PeftAdapter.ofLora(base.shape(), model.plan(), model.parameters(), all, factors);
  }

  /** A {@code [rank, inputs]} and B {@code [outputs, rank]} of each site, scaled already. */
  Map<AdapterSite, List<AdapterArray>> factors() {
    return factors;
  }

  /**
   * What it took.
   *
   * @param scoreDifference how far the scores of a few examples are from the trained model's
   */
  LoraConversion conversion(double scoreDifference) {
    return new LoraConversion(modules, squares.relativeError(), scoreDifference);
  }

  private Map<AdapterSite, List<NDArray>> values(NDManager scope, DataType type) {
    Map<AdapterSite, List<NDArray>> values = new LinkedHashMap<>();
    for (Slice slice : model.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter of) {
        NDArray value = ThetaParts.of(scope, theta, slice).toType(type, false);
        value.attach(scope);
        values
            .computeIfAbsent(new AdapterSite(of.layer(), of.module()), site -> new ArrayList<>())
            .add(value);
      }
    }
    return values;
  }

  private List<AdapterArray> own(NDManager scope, AdapterSite site, List<NDArray> values) {
    List<NDArray> constants =
        AdapterConstants.of(scope, model.plan(), site, values.get(0).getDataType());
    return arrays(
        change
            .plainLora(scope, like(scope, site, values), values, constants)
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "what adapter method %s trains has no form of its own as LoRA"
                            .formatted(type()))));
  }

  private void convert(
      NDManager owner,
      AdapterSite site,
      List<NDArray> all,
      OptionalInt rank,
      LowRankApproximation approximation) {
    try (NDManager scope = owner.newSubManager()) {
      List<NDArray> values = all.stream().map(value -> copy(scope, value)).toList();
      List<NDArray> constants = AdapterConstants.of(scope, model.plan(), site, DataType.FLOAT64);
      requireNoBias(scope, site, values, constants);
      NDArray weight = matrices().weight(scope, site.layer(), site.module().name());
      NDArray wide = weight.toType(DataType.FLOAT64, false);
      NDArray changed = change.ofMatrix(scope, wide, values, constants);
      int full = Math.min(site.module().inputs(), site.module().outputs());
      int most = Math.min(full, rank.orElse(full));
      PlainLora own = change.plainLora(scope, wide, values, constants).orElse(null);
      boolean whole = own != null && rank(own) <= most;
      PlainLora lora =
          whole
              ? single(own)
              : own != null
                  ? approximation.ofProduct(scope, own, most)
                  : approximation.ofMatrix(scope, changed, rank, TOLERANCE);
      LowRankApproximation.Squares of = approximation.squares(scope, changed, lora);
      squares = squares.plus(of);
      factors.put(site, arrays(lora));
      modules.add(new LoraConversion.Module(site.path(), rank(lora), !whole, of.relativeError()));
    }
  }

  /** A matrix of the module's shape, where its numbers do not count. */
  private static NDArray like(NDManager scope, AdapterSite site, List<NDArray> values) {
    return scope.zeros(
        new Shape(site.module().outputs(), site.module().inputs()), values.get(0).getDataType());
  }

  private static NDArray copy(NDManager scope, NDArray value) {
    NDArray copy = value.duplicate();
    copy.attach(scope);
    return copy;
  }

  private FrozenMatrices matrices() {
    return base.require(FrozenMatrices.class, "an export as LoRA");
  }

  private void requireNoBias(
      NDManager scope, AdapterSite site, List<NDArray> values, List<NDArray> constants) {
    NDArray ones = scope.ones(new Shape(site.module().outputs()), DataType.FLOAT64);
    NDArray like = like(scope, site, values);
    boolean changes = change.bias(scope, ones, like, values, constants).isPresent();
    if (changes && matrices().hasBias(site.layer(), site.module().name())) {
      throw new FlexoraException(
          ("adapter method %s changes the bias of %s too, and LoRA has none; export the adapter to"
                  + " %s, or the merged model")
              .formatted(type(), site.path(), ExportRequest.PEFT));
    }
  }

  private Object type() {
    return method.form().configuration().get("peft_type");
  }

  private static int rank(PlainLora lora) {
    return Math.toIntExact(lora.a().getShape().get(0));
  }

  /** The same in float32. */
  private static PlainLora single(PlainLora lora) {
    return new PlainLora(
        lora.a().toType(DataType.FLOAT32, false), lora.b().toType(DataType.FLOAT32, false));
  }

  private static List<AdapterArray> arrays(PlainLora lora) {
    return List.of(array("A", "lora_A.weight", lora.a()), array("B", "lora_B.weight", lora.b()));
  }

  private static AdapterArray array(String name, String tensorName, NDArray values) {
    return new AdapterArray(
        new AdapterParameter(name, tensorName, values.getShape()),
        values.toType(DataType.FLOAT32, false).toFloatArray());
  }
}
