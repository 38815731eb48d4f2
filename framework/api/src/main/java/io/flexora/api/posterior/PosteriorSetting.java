package io.flexora.api.posterior;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import java.util.List;
import java.util.OptionalLong;

/**
 * The setting of a posterior, before anything is computed.
 *
 * @param task the examples that are evaluated in the end
 * @param adapter the adapter method
 * @param modules the adapted modules of a layer
 * @param shape the shape of the model and its abilities
 * @param training the number of training examples
 * @param validation the number of validation examples
 * @param hasOwnBase whether the training makes a base of its own, as one does that prunes the
 *     frozen matrices
 * @param steps the steps of the training; empty where they are not known beforehand
 * @param recomputes whether the model computes its layers once more for a gradient, a segment of
 *     them at a time
 * @since 0.1
 */
public record PosteriorSetting(
    EvaluatedTask task,
    Component<AdapterMethod> adapter,
    List<ModuleShape> modules,
    ModelShape shape,
    int training,
    int validation,
    boolean hasOwnBase,
    OptionalLong steps,
    boolean recomputes) {

  /**
   * A setting whose training has any number of steps and leaves the frozen matrices as they are, of
   * a model that computes nothing twice.
   */
  public PosteriorSetting(
      EvaluatedTask task,
      Component<AdapterMethod> adapter,
      List<ModuleShape> modules,
      ModelShape shape,
      int training,
      int validation) {
    this(task, adapter, modules, shape, training, validation, false, OptionalLong.empty(), false);
  }

  /** Copies the list. */
  public PosteriorSetting {
    modules = List.copyOf(modules);
  }

  /** The number of test examples. */
  public int test() {
    return task.examples().size();
  }
}
