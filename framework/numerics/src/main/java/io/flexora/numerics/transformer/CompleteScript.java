package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterScript;
import io.flexora.numerics.torch.ScriptText;

/**
 * The text of an adapter method, completed by what follows from it: the method {@code adapt} that
 * models call and, on pruned matrices, {@code pruned_change} and {@code merged}.
 *
 * @since 0.1
 */
public final class CompleteScript {

  private static final String ADAPT =
      "  def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor],"
          + " gate: Tensor, dropout_seed: int) -> Tensor:\n";

  private static final String CHANGE_OF_FACTORS =
      """
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          f = self.factors(weight, p, c, gate)
          return torch.matmul(f[1], f[0] * torch.reshape(f[2], [-1, 1]))
      """;

  private static final String BY_FACTORS =
      """
          f = self.factors(weight, p, c, gate)
          z = torch.linear(torch.linear(x, f[0]) * f[2], f[1])
      """;

  private static final String BY_CHANGE =
      "    z = torch.linear(x, self.change(torch.type_as(weight, p[0]), p, c, gate))\n";

  /** An additive change looks at no number of the matrix. */
  private static final String BY_PRUNED_CHANGE =
      "    z = torch.linear(x, self.pruned_change(weight, p, c, gate))\n";

  private static final String MERGED =
      """
        def pruned_change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          return self.change(weight, p, c, gate)%s
        def merged(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          return weight + self.pruned_change(weight, p, c, gate)
      """;

  /**
   * Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") in whole
   * numbers, so a mask is the same on every device and for any number of threads. The key is the
   * seed, the counter (block, stream, 0, 0). Each of the eight halves of a block's words decides an
   * element: it is dropped if the half, as a signed number, is less than 65536 p - 32768, so
   * probabilities are multiples of 1/65536. Of {@code n} blocks, element {@code e} takes that of
   * block {@code e % n} with the number {@code e / n} in the order that is the cheapest here: the
   * upper halves of words 0 and 2, their lower ones, and the same of words 1 and 3.
   */
  private static final String DROPPED =
      ScriptText.of(CompleteScript.class, "dropout.torchscript").text();

  private static final String DROP_INPUT =
      """
          if dropout_seed >= 0:
            dropped = self.dropped(torch.numel(x), %1$s, 0, dropout_seed, x)
            x = torch.masked_fill(x, torch.reshape(dropped, torch.size(x)), 0.0)
            x = x * (65536 / (65536 - self.drop_share(%1$s)))
      """;

  private static final String MASK = "c[len(c) - 1]";

  private CompleteScript() {}

  /** The text for matrices as they are. */
  public static String of(AdapterScript script) {
    StringBuilder text = new StringBuilder(common(script));
    text.append(
        """
          def kept(self, matrix: Tensor, c: List[Tensor]) -> Tensor:
            return matrix
          def low_rank(self, x: Tensor, a: Tensor, b: Tensor, c: List[Tensor]) -> Tensor:
            return torch.linear(torch.linear(x, a), b)
        """);
    if (!script.defines("adapt")) {
      text.append(adapt(script, script.defines("factors") ? BY_FACTORS : BY_CHANGE));
    }
    return text.toString();
  }

  /**
   * The text for pruned matrices. The mask {@code [outputs, inputs]}, booleans, is the last array
   * of {@code c}. The pruned change and the merged matrix are in the type of the parameters, as is
   * the matrix that they are given.
   */
  public static String onPruned(AdapterScript script) {
    boolean knows = script.handlesPruning();
    String own = common(script);
    StringBuilder text =
        new StringBuilder(knows ? own : own.replace("  def adapt(", "  def adapt_whole("));
    text.append(
        """
          def kept(self, matrix: Tensor, c: List[Tensor]) -> Tensor:
            return matrix * c[len(c) - 1]
          def low_rank(self, x: Tensor, a: Tensor, b: Tensor, c: List[Tensor]) -> Tensor:
            return torch.linear(x, torch.matmul(b, a) * c[len(c) - 1])
        """);
    text.append(MERGED.formatted(knows ? "" : " * " + MASK));
    if (!knows) {
      text.append(adapt(script, BY_PRUNED_CHANGE));
    } else if (!script.defines("adapt")) {
      text.append(adapt(script, BY_CHANGE));
    }
    return text.toString();
  }

  /** The method's own text, its change, and dropout. */
  private static String common(AdapterScript script) {
    boolean drops = script.dropout() > 0;
    return script.methods()
        + (script.defines("change") ? "" : CHANGE_OF_FACTORS)
        + (drops ? DROPPED : "")
        + "  def drop_input(self, x: Tensor, dropout_seed: int) -> Tensor:\n"
        + (drops && !script.defines("drop_output") ? DROP_INPUT.formatted(script.dropout()) : "")
        + "    return x\n";
  }

  private static String adapt(AdapterScript script, String added) {
    return ADAPT
        + "    x = torch.type_as(x, p[0])\n"
        + "    x = self.drop_input(x, dropout_seed)\n"
        + added
        + (script.defines("drop_output") ? "    z = self.drop_output(z, dropout_seed)\n" : "")
        + "    return torch.add_(torch.type_as(z, y), y)\n";
  }
}
