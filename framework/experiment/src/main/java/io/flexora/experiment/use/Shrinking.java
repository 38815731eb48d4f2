package io.flexora.experiment.use;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainedValues;
import io.flexora.experiment.cell.CellEvaluation;
import io.flexora.experiment.cell.ExampleValues;
import io.flexora.experiment.cell.GivenSelection;
import io.flexora.experiment.cell.Theta;
import io.flexora.experiment.fit.EvaluationFit;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.files.durable.WriteFailure;
import io.flexora.numerics.transformer.LowRankPair;
import io.flexora.statistics.Interval;
import io.flexora.statistics.PairedTTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Lets the strategy of an experiment choose among what an adapter has that is trained already,
 * saves what is left, and compares both.
 */
public final class Shrinking {

  private static final double CONFIDENCE = 0.95;

  private final ExperimentConfiguration configuration;
  private final ExperimentInputs inputs;
  private final AdapterImport adapters;

  /** Makes the shrinking of an experiment's models. */
  public Shrinking(
      ExperimentConfiguration configuration, ExperimentInputs inputs, AdapterImport adapters) {
    this.configuration = configuration;
    this.inputs = inputs;
    this.adapters = adapters;
  }

  /**
   * Shrinks.
   *
   * @throws FlexoraException if the strategy does not choose from trained adapters, does not fit
   *     the adapter's method, or what is left cannot be written
   */
  public ShrunkAdapter shrink(
      EvaluationTarget.Adapted source, ExportRequest request, Monitor monitor) {
    Component<Selector> selector = configuration.selector();
    if (!selector.get().choosesFromTrained()) {
      throw new FlexoraException(
          "selector '%s' chooses before a training, so it cannot shrink what is trained; use one that chooses from trained adapters"
              .formatted(selector.name()));
    }
    Head head = OpenedModel.head(source, inputs);
    List<String> notices = new ArrayList<>();
    try (OpenedModel opened = OpenedModel.open(source, inputs, adapters, head)) {
      requireWhole(opened.model());
      GivenSelection given =
          new GivenSelection(
              inputs, configuration.seed(), opened.model(), opened.theta(), monitor, notices::add);
      requireFitting(selector, given);
      Selection selection = selector.get().select(given);
      AdapterPlan plan = opened.model().plan();
      AdapterPlan smaller =
          inputs
              .adapters()
              .plan(plan.method(), selection.layers(), plan.modules(), head)
              .withChosen(selection.modules());
      try (AdaptedModel model = inputs.pretrained().model().adapt(smaller);
          NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
        NDArray theta =
            Theta.of(manager, model, values(model.parameters(), selection.values().orElseThrow()));
        Map<Split, ShrunkAdapter.Scores> scores = new LinkedHashMap<>();
        for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
          List<Tokens> examples = inputs.data().tokens(split);
          if (!examples.isEmpty()) {
            Evaluation before = evaluate(opened.model(), opened.theta(), examples, monitor);
            scores.put(split, scores(before, evaluate(model, theta, examples, monitor)));
          }
        }
        ExportOutcome outcome =
            new Export(inputs, adapters).write(model, theta, head.classes(), request);
        outcome.notice().ifPresent(notices::add);
        return outcome(opened.model(), model, scores, request, notices);
      }
    } catch (IOException e) {
      throw WriteFailure.explain(request.target(), e);
    }
  }

  /** The strategy knows the rank of the method's options alone. */
  private static void requireWhole(AdaptedModel model) {
    AdapterPlan plan = model.plan();
    long sites = (long) plan.layers().size() * plan.modules().size();
    boolean ranked = plan.chosen().stream().anyMatch(chosen -> chosen.rank().isPresent());
    if (!plan.chosen().isEmpty() && (ranked || plan.chosen().size() < sites)) {
      throw new FlexoraException(
          "the adapter has other modules or ranks in some layers than in others; shrink one with the"
              + " same modules and the same rank in all of its layers");
    }
  }

  private static void requireFitting(Component<Selector> selector, GivenSelection given) {
    String user = "selector '%s'".formatted(selector.name());
    if (!Compatibility.of(found -> given.demand(AdapterDemand.VALUES, user, found)).fits()) {
      throw new FlexoraException(
          "the adapter is of a method that starts from numbers of the model, so that what it adds is"
              + " no product of two trained matrices alone, and no part of it can be dropped; write"
              + " it as LoRA first (flexora export --to lora), and shrink that");
    }
    boolean products =
        given.targets().stream().allMatch(m -> LowRankPair.isAllOf(given.adapter(), m));
    Compatibility.of(selector.get()::checkCompatibility, given)
        .first()
        .ifPresent(
            why -> {
              throw new FlexoraException(
                  products
                      ? why
                      : "the adapter cannot be shrunk as it is: %s; or write it as LoRA first (flexora export --to lora), and shrink that"
                          .formatted(why));
            });
  }

  private static float[] values(ParameterIndex index, TrainedValues values) {
    Map<String, TrainedValues.Array> arrays = new LinkedHashMap<>();
    values.arrays().forEach(array -> arrays.put(array.tensorName(), array));
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      TrainedValues.Array array = arrays.get(slice.tensorName());
      if (array == null || !array.shape().equals(slice.shape())) {
        throw new FlexoraException(
            "the strategy brought no values of '%s' of shape %s"
                .formatted(slice.tensorName(), slice.shape()));
      }
      ByteBuffer bytes = array.values();
      boolean wide = array.type() == DataType.FLOAT64;
      for (int i = 0; i < slice.size(); i++) {
        theta[Math.toIntExact(slice.offset()) + i] =
            wide ? (float) bytes.getDouble(i * Double.BYTES) : bytes.getFloat(i * Float.BYTES);
      }
    }
    return theta;
  }

  private Evaluation evaluate(
      AdaptedModel model, NDArray theta, List<Tokens> examples, Monitor monitor) {
    try (NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
      return EvaluationFit.require(
          inputs.data().evaluatorName(),
          configuration
              .data()
              .evaluator()
              .get()
              .evaluate(CellEvaluation.of(inputs.data(), model, theta, examples, manager, monitor)),
          examples);
    }
  }

  private static ShrunkAdapter.Scores scores(Evaluation before, Evaluation after) {
    String metric = after.deciding();
    double was = before.metrics().get(metric).value();
    double is = after.metrics().get(metric).value();
    Map<String, Double> earlier = ExampleValues.of(before.predictions(), metric, was).byExample();
    Map<String, Double> later = ExampleValues.of(after.predictions(), metric, is).byExample();
    Optional<ShrunkAdapter.Test> test =
        earlier.isEmpty() || !earlier.keySet().equals(later.keySet())
            ? Optional.empty()
            : test(
                earlier.keySet().stream()
                    .mapToDouble(id -> later.get(id) - earlier.get(id))
                    .toArray());
    return new ShrunkAdapter.Scores(metric, after.predictions().size(), was, is, test);
  }

  private static Optional<ShrunkAdapter.Test> test(double[] differences) {
    return PairedTTest.of(differences, CONFIDENCE)
        .map(
            found ->
                new ShrunkAdapter.Test(
                    found.interval().map(Interval::low).orElse(0.0),
                    found.interval().map(Interval::high).orElse(0.0),
                    found.pValue()));
  }

  private ShrunkAdapter outcome(
      AdaptedModel before,
      AdaptedModel after,
      Map<Split, ShrunkAdapter.Scores> scores,
      ExportRequest request,
      List<String> notices) {
    AdapterPlan plan = after.plan();
    int[] ranks =
        after.parameters().places().stream()
            .filter(place -> place.parameter().name().equals("A"))
            .mapToInt(place -> Math.toIntExact(place.parameter().shape().get(0)))
            .toArray();
    return new ShrunkAdapter(
        adapterParameters(before),
        adapterParameters(after),
        plan.layers(),
        IntStream.of(ranks).min().orElse(0),
        IntStream.of(ranks).max().orElse(0),
        scores,
        request.target(),
        notices);
  }

  private static long adapterParameters(AdaptedModel model) {
    return model.parameters().size()
        - model.parameters().ofHead().stream().mapToLong(Slice::size).sum();
  }
}
