package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Split;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.numerics.transformer.FrozenActivations;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The context of a strategy that chooses among what a model has that is trained already, where
 * nothing is trained.
 *
 * @param model the model, with adapters on some layers or all
 * @param theta its trained values
 * @param progress is told of the progress
 * @param notices takes what the strategy says
 */
public record GivenSelection(
    ExperimentInputs inputs,
    long seed,
    AdaptedModel model,
    NDArray theta,
    Monitor progress,
    Consumer<String> notices)
    implements SelectionContext, Monitor {

  @Override
  public TrainedAdapters trained() {
    return new TrainedModel(model, new Seeds(seed), theta, inputs.data().tokens(Split.VALIDATION));
  }

  @Override
  public int validationExamples() {
    return inputs.data().tokens(Split.VALIDATION).size();
  }

  @Override
  public GateIndex gates(GateIndex.Layout layout, String user) {
    return gates(layout, model.plan().layers(), user);
  }

  @Override
  public ModelShape shape() {
    return inputs.pretrained().shape();
  }

  @Override
  public OptionalInt sameCount() {
    return OptionalInt.empty();
  }

  @Override
  public List<ModuleShape> targets() {
    return shape().modules().stream()
        .filter(module -> model.plan().modules().contains(module.name()))
        .toList();
  }

  @Override
  public AdapterMethod adapter() {
    return model.plan().method();
  }

  @Override
  public String adapterName() {
    return model.plan().adapterName().orElse("of the file");
  }

  @Override
  public List<Tokens> trainingExamples() {
    return inputs.data().tokens(Split.TRAIN);
  }

  @Override
  public void activations(
      List<List<Tokens>> batches,
      ActivationVisitor.CountedTokens tokens,
      ActivationVisitor visitor) {
    FrozenActivations.visit(
        manager(),
        inputs.pretrained().model(),
        model.plan(),
        new Seeds(seed),
        batches,
        tokens,
        visitor,
        "the strategy");
  }

  @Override
  public BilevelProblem problem(ProblemOptions options) {
    throw new UnsupportedOperationException("nothing is trained here");
  }

  @Override
  public void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    throw new UnsupportedOperationException("nothing is trained here");
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return inputs.pretrained().model().ability(ability);
  }

  @Override
  public NDManager manager() {
    return theta.getManager();
  }

  @Override
  public Checkpoints checkpoints() {
    throw new UnsupportedOperationException("nothing is trained here");
  }

  @Override
  public Monitor monitor() {
    return this;
  }

  @Override
  public void step(Progress done) {
    progress.step(done);
  }

  @Override
  public void event(Event event) {
    progress.event(event);
  }

  @Override
  public void notice(String sentence) {
    notices.accept(sentence);
  }
}
