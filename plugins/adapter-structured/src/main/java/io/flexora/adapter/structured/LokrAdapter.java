package io.flexora.adapter.structured;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * LoKr (LyCORIS, Yeh et al. 2023, arXiv 2309.14859): W + s w1 ⊗ w2, with s = alpha / r; each of the
 * matrices whole or a product of rank r, by PEFT's rules. The left one starts at zero, the right
 * one as PEFT draws it. The Kronecker product is never formed in training: with the inputs as a
 * matrix X of as many rows as w1 has columns, it makes w1 X w2ᵀ of them.
 */
@Doc("Train the Kronecker product of a small and a low-rank matrix for each matrix (LoKr).")
public final class LokrAdapter implements AdapterMethod {

  private static final String LEFT = "w1";
  private static final String RIGHT = "w2";

  /**
   * Of three arrays, either the first two are a product or the last two: the latter if their shapes
   * make the module's matrix and their rank is less than half of what they span. As plain LoRA, w1
   * ⊗ (w2_a w2_b) = (w1 ⊗ w2_a) (I ⊗ w2_b); a whole w2 is w2 I.
   */
  private static final String TEXT =
      """
        def right_is_product(self, weight: Tensor, p: List[Tensor]) -> bool:
          fits = torch.size(p[0], 0) * torch.size(p[1], 0) == torch.size(weight, 0) and torch.size(p[0], 1) * torch.size(p[2], 1) == torch.size(weight, 1)
          return fits and 2 * torch.size(p[1], 1) < max(torch.size(p[1], 0), torch.size(p[2], 1))
        def left_factors(self, weight: Tensor, p: List[Tensor]) -> int:
          if len(p) == 4 or (len(p) == 3 and not self.right_is_product(weight, p)):
            return 2
          return 1
        def left(self, weight: Tensor, p: List[Tensor]) -> Tensor:
          if self.left_factors(weight, p) == 2:
            return torch.matmul(p[0], p[1])
          return p[0]
        def kronecker(self, left: Tensor, right: Tensor) -> Tensor:
          product = torch.unsqueeze(torch.unsqueeze(left, 2), 1) * torch.unsqueeze(torch.unsqueeze(right, 1), 0)
          return torch.reshape(product, [torch.size(left, 0) * torch.size(right, 0), -1])
        def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
          left = self.left(weight, p)
          right = self.left_factors(weight, p)
          last = torch.eye(torch.size(weight, 1) // torch.size(left, 1), dtype=left.dtype, device=left.device)
          if len(p) == right + 2:
            last = p[right + 1]
          one = torch.eye(torch.size(left, 1), dtype=left.dtype, device=left.device)
          return [self.kronecker(one, last), self.kronecker(left, p[right]), gate * %1$s]
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          right = self.left_factors(weight, p)
          other = p[right]
          if len(p) == right + 2:
            other = torch.matmul(other, p[right + 1])
          return self.kronecker(self.left(weight, p) * (gate * %1$s), other)
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          left = self.left(weight, p)
          right = self.left_factors(weight, p)
          z = torch.reshape(torch.type_as(x, left), torch.size(x)[:-1] + [torch.size(left, 1), -1])
          if len(p) == right + 2:
            z = torch.linear(z, p[right + 1])
          z = torch.matmul(left * (gate * %1$s), torch.linear(z, p[right]))
          z = self.drop_output(torch.flatten(z, -2, -1), dropout_seed)
          return torch.add_(torch.type_as(z, y), y)
      """;

  private final LokrOptions options;

  @Inject
  LokrAdapter(LokrOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.lycoris().targetModules();
  }

  private int rank() {
    return options.lycoris().r();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int[] rows = factorised(module.outputs(), options.decomposeFactor());
    int[] columns = factorised(module.inputs(), options.decomposeFactor());
    List<AdapterParameter> parameters = new ArrayList<>();
    parameters.addAll(matrix(LEFT, rows[0], columns[0], !options.decomposeBoth()));
    parameters.addAll(matrix(RIGHT, rows[1], columns[1], false));
    return parameters;
  }

  private List<AdapterParameter> matrix(String name, int rows, int columns, boolean whole) {
    if (whole || 2L * rank() >= Math.max(rows, columns)) {
      return List.of(parameter(name, new Shape(rows, columns)));
    }
    return List.of(
        parameter(name + "_a", new Shape(rows, rank())),
        parameter(name + "_b", new Shape(rank(), columns)));
  }

  private static AdapterParameter parameter(String name, Shape shape) {
    return new AdapterParameter(name, "lokr_" + name, shape);
  }

  /** A number as a product, the smaller part first, as PEFT (LyCORIS) divides it. */
  static int[] factorised(int number, int factor) {
    if (factor > 0 && number % factor == 0) {
      return new int[] {factor, number / factor};
    }
    int most = factor == -1 ? number : factor;
    int small = 1;
    for (int next = 2; (long) next * next <= number && next <= most; next++) {
      if (number % next == 0) {
        small = next;
      }
    }
    return new int[] {small, number / small};
  }

  @Override
  public float[] initialValues(
      ModuleShape module, AdapterParameter parameter, SplittableRandom random) {
    return isLinearIn(parameter)
        ? LowRank.zeros(parameter)
        : LowRank.uniform(parameter, 1 / Math.sqrt((double) parameter.shape().get(1)), random);
  }

  @Override
  public AdapterScript script() {
    return options
        .lycoris()
        .script(TEXT.formatted(options.lycoris().scaling()), options.rankDropoutScale());
  }

  /** The product is linear in each matrix; it is the left one that starts at zero. */
  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return parameter.name().equals(LEFT) || parameter.name().equals(LEFT + "_a");
  }

  @Override
  public AdapterForm form() {
    return options
        .lycoris()
        .form(
            "LOKR",
            Map.of(
                "decompose_both",
                options.decomposeBoth(),
                "decompose_factor",
                options.decomposeFactor(),
                "rank_dropout_scale",
                options.rankDropoutScale()));
  }
}
