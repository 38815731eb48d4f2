package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How an adapter changes a frozen linear module: its parameters and constants, what they start
 * from, its forward pass, what happens to it in training, and how it is saved. All but the first
 * few methods have defaults, which are LoRA's.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "adapter",
    affects = {Effect.SEARCH, Effect.TRAINING})
public interface AdapterMethod {

  /**
   * The modules to adapt, by name; empty for {@link #defaultTargets} or else the model's own
   * default.
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

  /**
   * Whether the parameters of a site may have other shapes than {@link #parameters} says, which are
   * the largest then: such as ranks that are given out by need. What varies is said by the start.
   */
  default boolean shapesVary() {
    return false;
  }

  /**
   * The rank r of a module, where what {@code adapt} adds to its output is a sum of r rank-one
   * parts. Such a method takes any rank from 1 on: {@link #parameters(ModuleShape, int)} has the
   * arrays of another, and {@code adapt} and everything else goes by the shapes of what it is
   * given. And it takes, in place of the scalar gate, one {@code [r]} that multiplies each part.
   *
   * @return the rank that the options say; empty for a method that is no such sum
   */
  default OptionalInt rank(ModuleShape module) {
    return OptionalInt.empty();
  }

  /**
   * The parameters for a module of another rank, for a method that has a {@link #rank}: the same
   * arrays in the same order.
   *
   * @param rank from 1 on
   */
  default List<AdapterParameter> parameters(ModuleShape module, int rank) {
    throw new UnsupportedOperationException("the adapter method has no rank");
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
   * Whether a file repeats the shared constants under the name of each module, as PEFT writes and
   * expects those of some methods.
   */
  default boolean repeatsShared() {
    return false;
  }

  /**
   * Makes initial values and constants from the model; empty if there are no constants and {@link
   * #initialValues} does.
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

  /** Whether an adapted module computes what the frozen one does before it is trained. */
  default boolean startsAtZero() {
    return true;
  }

  /**
   * The forward pass as TorchScript: one method named {@code adapt} with exactly this signature,
   * indented by two spaces, as it becomes a method of a model's module:
   *
   * <pre>{@code
   * def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
   * }</pre>
   *
   * <p>{@code x} {@code [..., inputs]} is the input, {@code y} {@code [..., outputs]} what the
   * frozen module makes of it (bias included), {@code weight} {@code [outputs, inputs]} its matrix
   * in the type that the model computes in, {@code p} the parameters in order, {@code c} the
   * constants of the module and behind them the shared ones, {@code gate} a scalar that multiplies
   * the adapter's contribution exactly once (or {@code [r]} for a method that has a {@link #rank}),
   * and {@code dropout_seed} the seed of this module in this step, or -1 for no dropout. Options
   * are written into the text. Only differentiable operators with a second derivative may be used;
   * what is meant to be constant is detached.
   *
   * <p>A method that {@link #hasPenalty} adds a second one, with further methods as it needs them:
   *
   * <pre>{@code
   * def penalty(self, p: List[Tensor]) -> Tensor:
   * }</pre>
   *
   * <p>{@code p} are the parameters of all sites, one after the other; the result is a scalar that
   * is added to the mean loss of every batch of a training, and of none of validation.
   */
  String torchScript();

  /**
   * The same where numbers of the module's matrix are pruned: the method {@code adapt} whose
   * contribution is that of {@link #maskedWeightChange}. The mask {@code [outputs, inputs]},
   * booleans, is the last array of {@code c}, and {@code weight} is the pruned matrix.
   *
   * @return empty if the method cannot be put on pruned matrices
   */
  default Optional<String> maskedTorchScript() {
    return Optional.empty();
  }

  /**
   * Whether the text of {@link #maskedTorchScript} has a second method, the pruned matrix {@code
   * [outputs, inputs]} with what {@code adapt} adds to it:
   *
   * <pre>{@code
   * def merged(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
   * }</pre>
   *
   * <p>{@code weight} and the result are in the type of the parameters. Where nothing is dropped, a
   * model may apply this matrix alone, which saves a product of matrices in the forward pass and
   * one in the backward pass, or, for many calls with the same parameters, apply its difference
   * from {@code weight} beside that; {@code adapt} serves otherwise.
   */
  default boolean mergesMasked() {
    return false;
  }

  /**
   * The change of a pruned matrix that the adapter amounts to, without a gate; zero where numbers
   * are pruned. By default that of {@link #weightChange} times the mask, element by element.
   *
   * @param weight the pruned matrix {@code [outputs, inputs]}
   * @param kept its mask {@code [outputs, inputs]}, booleans
   * @param values the parameters' values, in order
   * @param constants the constants of the module and behind them the shared ones
   * @return {@code [outputs, inputs]}, attached to the manager of the first value
   */
  default NDArray maskedWeightChange(
      ModuleShape module,
      NDArray weight,
      NDArray kept,
      List<NDArray> values,
      List<NDArray> constants) {
    NDArray change = weightChange(module, weight, values, constants);
    try (NDArray mask = kept.toType(change.getDataType(), true)) {
      return change.muli(mask);
    }
  }

  /**
   * Whether {@link #weightChange} depends on the module's matrix, as that of a method does which
   * scales the matrix rather than adding to it.
   */
  default boolean changesWithWeight() {
    return false;
  }

  /**
   * The probability with which a training drops an element of what {@code adapt} computes from; 0
   * for no dropout.
   */
  default double dropout() {
    return 0;
  }

  /**
   * Whether {@code adapt} multiplies its contribution by the gate, as strategies need that learn
   * gates.
   */
  default boolean takesGates() {
    return true;
  }

  /**
   * Says why the gradient of {@code adapt} is not quite the derivative of its output: something is
   * detached that depends on the parameters. Products with the Hessian leave the same out, so
   * strategies that take them refuse the method.
   *
   * @return a clause that names the option to write for exact ones, such as {@code detach_norm:
   *     true takes the norms as constant, detach_norm: false does not}; empty if they are exact
   */
  default Optional<String> inexactGradient() {
    return Optional.empty();
  }

  /** Whether a penalty on the parameters is part of the training loss. */
  default boolean hasPenalty() {
    return false;
  }

  /**
   * The change of the module's matrix that the adapter amounts to, without a gate.
   *
   * @param weight the frozen matrix {@code [outputs, inputs]}
   * @param values the parameters' values, in order
   * @param constants the constants of the module and behind them the shared ones
   * @return {@code [outputs, inputs]}, attached to the manager of the first value
   */
  NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants);

  /**
   * The change of the module's bias that goes with it, without a gate: what scales outputs scales
   * the bias, too. It is asked for where a module has a bias.
   *
   * @param bias the frozen bias {@code [outputs]}
   * @param values the parameters' values, in order
   * @param constants the constants of the module and behind them the shared ones
   * @return {@code [outputs]}, attached to the manager of the first value; empty for no change
   */
  default Optional<NDArray> biasChange(
      ModuleShape module, NDArray bias, List<NDArray> values, List<NDArray> constants) {
    return Optional.empty();
  }

  /**
   * The same change as LoRA has it, for tools that know nothing else; empty if it has not got such
   * a form.
   *
   * @param values the parameters' values, in order
   * @param constants the constants of the module and behind them the shared ones
   * @return two arrays attached to the manager of the first value
   */
  default Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    return Optional.empty();
  }

  /**
   * Whether an adapter is saved as {@link #plainLora}, since the method's own form fits a matrix
   * that was changed by more than the file says. What is read again is plain LoRA, too.
   */
  default boolean savedAsPlainLora() {
    return false;
  }

  /**
   * Whether a file in the method's own form, as PEFT saves it, can be read: constants that it does
   * not hold are made again by the {@link #initialisation}.
   */
  default boolean readsOwnForm() {
    return !savedAsPlainLora();
  }

  /**
   * Whether what the adapter adds to the module's output is proportional to this parameter, as that
   * of LoRA is to B: multiplying its values by a number multiplies the contribution by it.
   */
  default boolean scalesWith(AdapterParameter parameter) {
    return false;
  }

  /**
   * The factor s of a method whose {@code adapt} depends on its parameters as LoRA does: it has
   * two, A {@code [rank, inputs]} and B {@code [outputs, rank]}, and what they add to the module's
   * output is s B A x, without dropout; empty for any other.
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

  /**
   * Whether PEFT's configuration of the method can name layers ({@code layers_to_transform});
   * otherwise a file names each module by its whole path.
   */
  default boolean namesLayers() {
    return true;
  }

  /**
   * The keys of {@code adapter_config.json} that belong to the method, {@code peft_type} among
   * them, as its options alone give them.
   */
  Map<String, Object> adapterConfiguration();

  /**
   * The same keys of a trained adapter.
   *
   * @param trained the parameters of each site
   */
  default Map<String, Object> adapterConfiguration(Map<AdapterSite, List<AdapterArray>> trained) {
    return adapterConfiguration();
  }

  /**
   * What is saved of the parameters of a site: those that were pruned may be left out where {@link
   * #shapesVary}.
   *
   * @param trained the parameters' values, in order
   */
  default List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
    return trained;
  }

  /**
   * Whether this method computes what a file's key says, where the key's value is another than in
   * {@link #adapterConfiguration}: such as a note on how values were drawn that the file has
   * anyway.
   */
  default boolean reads(String key, Object value) {
    return false;
  }
}
