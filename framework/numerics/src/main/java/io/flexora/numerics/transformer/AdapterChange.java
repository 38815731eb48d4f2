package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The change of frozen matrices that an adapter amounts to, as numbers and without a gate, by the
 * text of its method. What it computes is in the type of its arguments and belongs to their scope.
 *
 * @since 0.1
 */
public final class AdapterChange implements AutoCloseable {

  /**
   * A change of a matrix as LoRA has it: B A.
   *
   * @param a {@code [rank, inputs]}
   * @param b {@code [outputs, rank]}, the scale multiplied into it
   */
  public record PlainLora(NDArray a, NDArray b) {}

  private static final String CALLS =
      """
        def one(self, like: Tensor) -> Tensor:
          return torch.ones([], dtype=like.dtype, device=like.device)
        def change_numbers(self, weight: Tensor, p: List[Tensor], c: List[Tensor]) -> Tensor:
          torch.set_grad_enabled(False)
          return torch.clone(self.full_change(weight, p, c[1:])).contiguous()
        def bias_numbers(self, bias: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor]) -> Tensor:
          torch.set_grad_enabled(False)
          x = torch.zeros([1, torch.size(weight, 1)], dtype=p[0].dtype, device=p[0].device)
          y = torch.reshape(bias, [1, -1])
          return torch.clone(torch.reshape(self.adapt(x, y, weight, p, c[1:], self.one(p[0]), -1), [-1]))
      """;

  private static final String LORA_CALL =
      """
        def lora_numbers(self, weight: Tensor, p: List[Tensor], c: List[Tensor]) -> List[Tensor]:
          torch.set_grad_enabled(False)
          f = self.factors(weight, p, c[1:], self.one(p[0]))
          return [torch.clone(f[0]).contiguous(), (f[1] * f[2]).contiguous()]
      """;

  /** The product is scaled as a whole, where one number scales it. */
  private static final String OF_FACTORS =
      """
        def full_change(self, weight: Tensor, p: List[Tensor], c: List[Tensor]) -> Tensor:
          f = self.factors(weight, p, c, self.one(p[0]))
          if len(torch.size(f[2])) == 0:
            return torch.matmul(f[1], f[0]) * f[2]%1$s
          return torch.matmul(f[1], f[0] * torch.unsqueeze(f[2], 1))%1$s
      """;

  private static final String OF_CHANGE =
      """
        def full_change(self, weight: Tensor, p: List[Tensor], c: List[Tensor]) -> Tensor:
          return self.change(weight, p, c, self.one(p[0]))%s
      """;

  private final NDManager owner;
  private final AdapterScript script;
  private TorchScript whole;
  private TorchScript pruned;

  /**
   * Prepares.
   *
   * @param owner outlives it
   */
  public AdapterChange(NDManager owner, AdapterMethod method) {
    this.owner = owner;
    this.script = method.script();
  }

  private TorchScript whole() {
    if (whole == null) {
      whole = compiled(CompleteScript.of(script), false);
    }
    return whole;
  }

  private TorchScript pruned() {
    if (pruned == null) {
      pruned = compiled(CompleteScript.onPruned(script), true);
    }
    return pruned;
  }

  private TorchScript compiled(String text, boolean masked) {
    String full = script.defines("change") ? OF_CHANGE : OF_FACTORS;
    boolean cuts = masked && !script.handlesPruning();
    return TorchScript.compile(
        owner,
        text
            + full.formatted(cuts ? " * c[len(c) - 1]" : "")
            + CALLS
            + (script.defines("factors") ? LORA_CALL : ""));
  }

  /**
   * The change of a matrix.
   *
   * @param scope the owner of the result
   * @param weight the frozen matrix {@code [outputs, inputs]}, of the type of the values
   * @param values the parameters' values, in order
   * @param constants the constants of the module and behind them the shared ones
   * @return {@code [outputs, inputs]}
   */
  public NDArray ofMatrix(
      NDManager scope, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    return whole()
        .call("change_numbers", arguments(scope, weight, values, constants))
        .singletonOrThrow();
  }

  /**
   * The change of a pruned matrix, zero where numbers are pruned.
   *
   * @param scope the owner of the result
   * @param weight the pruned matrix
   * @param kept its mask {@code [outputs, inputs]}, booleans
   */
  public NDArray ofPruned(
      NDManager scope,
      NDArray weight,
      NDArray kept,
      List<NDArray> values,
      List<NDArray> constants) {
    List<NDArray> all = new ArrayList<>(constants);
    all.add(kept);
    return pruned()
        .call("change_numbers", arguments(scope, weight, values, all))
        .singletonOrThrow();
  }

  /**
   * The bias that goes with the changed matrix; empty where it stays as it is.
   *
   * @param scope the owner of the result
   * @param bias the frozen bias {@code [outputs]}
   * @param weight the frozen matrix; its shape alone counts
   */
  public Optional<NDArray> bias(
      NDManager scope,
      NDArray bias,
      NDArray weight,
      List<NDArray> values,
      List<NDArray> constants) {
    if (script.matrix() != MatrixUse.SCALED_WITH_BIAS) {
      return Optional.empty();
    }
    NDArray moved =
        whole()
            .call("bias_numbers", arguments(scope, weight, values, constants).with("bias", bias))
            .singletonOrThrow();
    return Optional.of(moved).filter(array -> !array.contentEquals(bias));
  }

  /**
   * The change as LoRA has it, for tools that know nothing else; empty if it has not got such a
   * form.
   *
   * @param scope the owner of the result
   */
  public Optional<PlainLora> plainLora(
      NDManager scope, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    if (!script.defines("factors")) {
      return Optional.empty();
    }
    NDList found = whole().call("lora_numbers", arguments(scope, weight, values, constants));
    return Optional.of(new PlainLora(found.get(0), found.get(1)));
  }

  private static Arguments arguments(
      NDManager scope, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    // The engine passes no empty list, so the methods drop the first.
    List<NDArray> given = new ArrayList<>(List.of(weight));
    given.addAll(constants);
    return new Arguments(scope).with("weight", weight).with("p", values).with("c", given);
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
    }
    if (pruned != null) {
      pruned.close();
    }
  }
}
