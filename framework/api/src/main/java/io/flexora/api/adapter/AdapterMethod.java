package io.flexora.api.adapter;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way in which an adapter changes a frozen linear module: its parameters and constants, what they
 * start from, how they change the matrix, and how they are saved.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "adapter",
    affects = {Effect.SEARCH, Effect.TRAINING})
public interface AdapterMethod {

  /** The option that chooses the modules, under PEFT's name. */
  String TARGET_MODULES = "target_modules";

  /** The refusal of a module that {@link #TARGET_MODULES} names. */
  static IncompatibleOptionException refusedModule(String message) {
    return new IncompatibleOptionException(TARGET_MODULES, message);
  }

  /**
   * The value of the option {@link #TARGET_MODULES}: the modules to adapt, by name; empty for
   * {@link #defaultTargets} or else the model's own default.
   */
  List<String> targetModules();

  /**
   * The modules to adapt where {@link #targetModules} names none and the method has others in mind
   * than the model; empty for the model's own default.
   *
   * @param modules those that each layer of the model has
   * @return names of some of them
   */
  default List<String> defaultTargets(List<ModuleShape> modules) {
    return List.of();
  }

  /**
   * The parameters for a module, always in the same order.
   *
   * @throws io.flexora.api.run.FlexoraException if the options do not fit the module, such as a
   *     rank that its matrix has not got
   */
  List<AdapterParameter> parameters(ModuleShape module);

  /** The ranks of its modules; empty for a method whose change is no sum of rank-one parts. */
  default Optional<Ranked> ranked() {
    return Optional.empty();
  }

  /**
   * The arrays of a module that are not trained, always in the same order. They are made by the
   * {@link #initialisation}; those with a tensor's name are saved under it.
   */
  default List<AdapterParameter> constants(ModuleShape module) {
    return List.of();
  }

  /**
   * The arrays that all modules share and that are not trained. Their tensors' names are those in a
   * file behind {@code base_model.}, such as {@code vera_A}.
   *
   * @param modules the adapted modules of a layer
   */
  default List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
    return List.of();
  }

  /**
   * Makes initial values and constants from the model; empty if there are no constants and {@link
   * #initialValues} does. With either, an adapted module computes at first what the frozen one
   * does.
   */
  default Optional<AdapterInitialisation> initialisation() {
    return Optional.empty();
  }

  /**
   * Draws the initial values of a parameter where there is no {@link #initialisation}; zeros by
   * default.
   *
   * @param random a stream of that module and parameter alone
   * @return row-major values, as many as the parameter's shape has elements
   */
  default float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return new float[Math.toIntExact(parameter.shape().size())];
  }

  /** How the adapter changes a matrix, and all that follows from it. */
  AdapterScript script();

  /**
   * Whether what the adapter adds to the module's output is proportional to this parameter, as that
   * of LoRA is to B: multiplying its values by a number multiplies the contribution by it.
   */
  default boolean isLinearIn(AdapterParameter parameter) {
    return false;
  }

  /**
   * The factor s of a method whose output depends on its parameters as LoRA's does: it has two, A
   * {@code [rank, inputs]} and B {@code [outputs, rank]}, and what they add to the module's output
   * is s B A x, without dropout; empty for any other.
   *
   * @param rank the rank of the module's factors
   */
  default OptionalDouble loraScaling(long rank) {
    return OptionalDouble.empty();
  }

  /** What changes in a training by itself, such as ranks; nothing by default. */
  default Optional<TrainingSchedule> schedule() {
    return Optional.empty();
  }

  /** The form of its adapters in files. */
  AdapterForm form();

  /**
   * The ranks of an adapter method whose change of a matrix is a sum of r rank-one parts. It takes
   * any rank from 1 on, and its text goes by the shapes of what it is given. In place of the scalar
   * gate it takes one {@code [r]} that multiplies each part.
   */
  @ConsumerType
  interface Ranked {

    /** The rank r of a module that the options say. */
    int rank(ModuleShape module);

    /**
     * The parameters for a module of another rank: the arrays of {@link AdapterMethod#parameters}
     * in the same order.
     *
     * @param rank from 1 on
     */
    List<AdapterParameter> parameters(ModuleShape module, int rank);
  }
}
