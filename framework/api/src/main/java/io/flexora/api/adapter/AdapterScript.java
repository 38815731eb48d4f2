package io.flexora.api.adapter;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The TorchScript of an adapter method. It says once how the adapter changes a matrix; the forward
 * pass, what happens on pruned matrices, merged matrices, plain LoRA and the change as numbers
 * follow from that.
 *
 * <p>The text is methods with these names and signatures, indented by two spaces, and further ones
 * that they call. At least one of the first two is there:
 *
 * <pre>{@code
 * def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
 * def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
 * def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
 * def drop_output(self, z: Tensor, dropout_seed: int) -> Tensor:
 * def penalty(self, p: List[Tensor]) -> Tensor:
 * }</pre>
 *
 * <ul>
 *   <li>{@code factors}: the change as a product B diag(s) A, namely A {@code [r, inputs]}, B
 *       {@code [outputs, r]}, and s, a scalar or {@code [r]}, which the gate multiplies. It serves
 *       the forward pass and is what plain LoRA has.
 *   <li>{@code change}: the change {@code [outputs, inputs]} as a matrix, where there are no
 *       factors or it costs less than their product.
 *   <li>{@code adapt}: the output of the adapted module, where neither the factors nor the matrix
 *       is the cheapest way to it, or where it has to do more. {@code x} {@code [..., inputs]} is
 *       the input, {@code y} {@code [..., outputs]} what the frozen module makes of it, bias
 *       included.
 *   <li>{@code drop_output}: what is dropped of {@code z}, which is added to the output. Without
 *       it, a method with dropout drops elements of {@code x}.
 *   <li>{@code penalty}: a scalar that is added to the mean loss of every batch of a training, and
 *       of none of validation; {@code p} are the parameters of all sites, one after the other.
 * </ul>
 *
 * <p>{@code weight} {@code [outputs, inputs]} is the module's matrix: in the type of the parameters
 * for {@code change}, in that of the model else. {@code p} are the parameters in order, {@code c}
 * the constants of the module and behind them the shared ones, {@code gate} a scalar that
 * multiplies the adapter's contribution exactly once (or {@code [r]} for a method that is
 * {@linkplain AdapterMethod#ranked ranked}), and {@code dropout_seed} the seed of this module in
 * this step, or -1 for no dropout. Options are written into the text. Only differentiable operators
 * with a second derivative may be used; what is meant to be constant is detached.
 *
 * <p>The text may call four methods that the host adds: {@code self.drop_input(x, dropout_seed)},
 * {@code self.dropped(count, probability, stream, dropout_seed, like)}, {@code self.low_rank(x, a,
 * b, c)}, the output B A x, and {@code self.kept(matrix, c)}. The second, there with dropout only,
 * is a mask {@code [count]} of booleans on the device of {@code like}, the same on every device;
 * different streams of a seed are independent. The last two leave out what is pruned. A text that
 * calls one of them knows of pruning: its {@code change} and its {@code adapt} serve on pruned
 * matrices as they are. Any other change is multiplied by the mask.
 *
 * @param methods the text
 * @param matrix the dependence of the change on the module's matrix
 * @param dropout the probability with which a training drops an element of what the adapter
 *     computes from; 0 for no dropout
 * @param takesGates whether the contribution is multiplied by the gate, as strategies need that
 *     learn gates
 * @param inexactGradient the reason why the gradient is not quite the derivative, as where
 *     something is detached that depends on the parameters: a clause that names the option to write
 *     for exact ones, such as {@code detach_norm: true takes the norms as constant, detach_norm:
 *     false does not}. Products with the Hessian leave the same out, so strategies that take them
 *     refuse the method. Empty if they are exact
 * @since 0.1
 */
public record AdapterScript(
    String methods,
    MatrixUse matrix,
    double dropout,
    boolean takesGates,
    Optional<String> inexactGradient) {

  /** The dependence of an adapter's change of a matrix on that matrix. */
  public enum MatrixUse {
    /** Not at all: it is added to whatever the matrix is. */
    ADDED,
    /** Rows or columns are scaled: zeros stay zeros, and the bias stays as it is. */
    SCALED,
    /** Outputs are scaled, and with them the bias; or inputs, in one of the forms of the method. */
    SCALED_WITH_BIAS,
    /** Numbers of the matrix are mixed: its zeros would not stay, so it cannot be pruned. */
    MIXED;

    /** Whether the change depends on the matrix. */
    public boolean isUsed() {
      return this != ADDED;
    }

    /** Whether the method can be put on pruned matrices. */
    public boolean keepsZeros() {
      return this != MIXED;
    }
  }

  /** A change that is added to the matrix, with exact derivatives and without dropout. */
  public static AdapterScript of(String methods) {
    return new AdapterScript(methods, MatrixUse.ADDED, 0, true, Optional.empty());
  }

  /** The same of a change that depends on the matrix. */
  public AdapterScript with(MatrixUse use) {
    return new AdapterScript(methods, use, dropout, takesGates, inexactGradient);
  }

  /** The same with dropout. */
  public AdapterScript withDropout(double probability) {
    return new AdapterScript(methods, matrix, probability, takesGates, inexactGradient);
  }

  /** The same that takes no gates. */
  public AdapterScript withoutGates() {
    return new AdapterScript(methods, matrix, dropout, false, inexactGradient);
  }

  /** The same whose gradient is not quite the derivative. */
  public AdapterScript withInexactGradient(String why) {
    return new AdapterScript(methods, matrix, dropout, takesGates, Optional.of(why));
  }

  /** Whether the text has a method of that name. */
  public boolean defines(String method) {
    return Pattern.compile("^  def " + method + "\\(", Pattern.MULTILINE).matcher(methods).find();
  }

  /** Whether a penalty on the parameters is part of the training loss. */
  public boolean hasPenalty() {
    return defines("penalty");
  }

  /** Whether the text leaves out by itself what is pruned. */
  public boolean handlesPruning() {
    return matrix.isUsed() || methods.contains("self.kept(") || methods.contains("self.low_rank(");
  }

  /**
   * Whether a pruned matrix can be merged with its adapter, so that a model applies one matrix
   * alone where nothing is dropped.
   */
  public boolean isMergeable() {
    return matrix == MatrixUse.ADDED || matrix == MatrixUse.SCALED;
  }
}
