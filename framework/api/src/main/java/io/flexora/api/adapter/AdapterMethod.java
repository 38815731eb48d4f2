package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How an adapter changes a frozen linear module: its parameters, their initial values and its
 * forward pass.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint("adapter")
public interface AdapterMethod {

  /** The modules to adapt, by name; empty for the model's own default. */
  List<String> targetModules();

  /** The parameters for a module, always in the same order. */
  List<AdapterParameter> parameters(ModuleShape module);

  /**
   * Draws the initial values of a parameter. At the initial values the adapted module computes what
   * the frozen one does.
   *
   * @param random a stream of that module and parameter alone
   * @return row-major values, as many as the parameter's shape has elements
   */
  float[] initialValues(ModuleShape module, AdapterParameter parameter, SplittableRandom random);

  /**
   * The forward pass as TorchScript: one method named {@code adapt} with exactly this signature,
   * indented by two spaces, as it becomes a method of a model's module:
   *
   * <pre>{@code
   * def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
   * }</pre>
   *
   * <p>{@code x} {@code [..., inputs]} is the input, {@code y} {@code [..., outputs]} what the
   * frozen module makes of it (bias included), {@code weight} {@code [outputs, inputs]} its matrix,
   * {@code p} the parameters in order, {@code gate} a scalar that multiplies the adapter's
   * contribution exactly once, and {@code dropout_seed} the seed of this module in this step, or -1
   * for no dropout. Options are written into the text. Only differentiable operators with a second
   * derivative may be used.
   */
  String torchScript();

  /**
   * The change of the module's matrix that the adapter amounts to, without a gate.
   *
   * @param weight the frozen matrix {@code [outputs, inputs]}
   * @param values the parameters' values, in order
   * @return {@code [outputs, inputs]}, attached to the manager of the first value
   */
  NDArray weightChange(ModuleShape module, NDArray weight, List<NDArray> values);

  /**
   * Whether what the adapter adds to the module's output is proportional to this parameter, as that
   * of LoRA is to B: multiplying its values by a number multiplies the contribution by it.
   */
  default boolean scalesWith(AdapterParameter parameter) {
    return false;
  }

  /**
   * The keys of {@code adapter_config.json} that belong to the method, {@code peft_type} among
   * them.
   */
  Map<String, Object> adapterConfiguration();
}
