package io.flexora.experiment.use;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.experiment.cell.Theta;
import io.flexora.experiment.cell.TrainedCell;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.util.List;

/**
 * A model of an experiment that need not be trained, ready to compute.
 *
 * @param model the model with its adapters
 * @param theta its parameters
 * @param manager the owner of theta and of what is computed
 */
record OpenedModel(AdaptedModel model, NDArray theta, NDManager manager) implements AutoCloseable {

  /**
   * The head of a model. A trained cell tells it itself; for others the data is read.
   *
   * @throws FlexoraException if the cell is not trained, or the data is not there
   */
  static Head head(EvaluationTarget subject, ExperimentInputs inputs) {
    return subject instanceof EvaluationTarget.Trained trained
        ? TrainedCell.in(RunFolder.readCell(trained.run(), trained.cell())).head(inputs.data())
        : inputs.data().head();
  }

  /**
   * Opens a model.
   *
   * @param inputs where the pretrained model comes from
   * @param head its head
   * @throws FlexoraException if the subject is not there, does not fit the model, or has a head
   *     that nothing has trained
   */
  static OpenedModel open(
      EvaluationTarget subject, ExperimentInputs inputs, AdapterImport adapters, Head head) {
    if (subject instanceof EvaluationTarget.Adapter adapter) {
      return imported(
          adapters.read(adapter.folder(), inputs.pretrained().shape(), inputs.pretrained()::model),
          inputs,
          head);
    }
    if (subject instanceof EvaluationTarget.Trained trained) {
      return trained(trained, inputs, head);
    }
    OpenedModel base = adapted(inputs, inputs.adapters().plan(List.of(), head), new float[0]);
    if (!base.model().parameters().ofHead().isEmpty()
        && inputs.pretrained().shape().head().isEmpty()) {
      base.close();
      throw new FlexoraException(
          ("the task has %s, for which a head has to be trained, and the pretrained model"
                  + " brings none; name an adapter (--adapter) or the folder of a run instead")
              .formatted(
                  head.classes().isEmpty()
                      ? "the head '%s'".formatted(head.kind())
                      : head.classes().size() + " classes"));
    }
    return base;
  }

  private static OpenedModel imported(
      AdapterImport.Imported imported, ExperimentInputs inputs, Head head) {
    AdapterPlan plan =
        inputs
            .adapters()
            .plan(imported.method(), imported.layout().layers(), imported.layout().modules(), head)
            .withChosen(imported.layout().chosen());
    AdaptedModel model =
        inputs.pretrained().model().adapt(imported.started(plan, inputs.adapters()));
    try {
      return with(model, inputs, imported.theta(model));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static OpenedModel trained(
      EvaluationTarget.Trained trained, ExperimentInputs inputs, Head head) {
    CellFolder folder = RunFolder.readCell(trained.run(), trained.cell());
    TrainedCell cell = TrainedCell.in(folder);
    AdapterPlan plan =
        inputs.adapters().startedIn(folder, inputs.adapters().plan(cell.selection(), head));
    OpenedModel opened = with(inputs.adapters().adapt(plan, folder), inputs, cell.theta());
    long needed = opened.model().parameters().size();
    if (needed != cell.theta().length) {
      opened.close();
      throw new FlexoraException(
          ("cell '%s' has %,d trained parameters, but the model as configured has %,d; use it"
                  + " with the options that it was trained with")
              .formatted(trained.cell(), cell.theta().length, needed));
    }
    return opened;
  }

  private static OpenedModel adapted(ExperimentInputs inputs, AdapterPlan plan, float[] theta) {
    return with(inputs.pretrained().model().adapt(plan), inputs, theta);
  }

  private static OpenedModel with(AdaptedModel model, ExperimentInputs inputs, float[] theta) {
    NDManager manager = inputs.pretrained().model().manager().newSubManager();
    NDArray values =
        theta.length == 0
            ? model.initialTheta(manager, new Seeds(0))
            : Theta.of(manager, model, theta);
    return new OpenedModel(model, values, manager);
  }

  @Override
  public void close() {
    manager.close();
    model.close();
  }
}
