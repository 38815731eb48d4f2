package io.flexora.adapter.structured;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final String RIGHT_IS_PRODUCT =
      """
        def right_is_product(self, weight: Tensor, p: List[Tensor]) -> bool:
          fits = torch.size(p[0], 0) * torch.size(p[1], 0) == torch.size(weight, 0) and torch.size(p[0], 1) * torch.size(p[2], 1) == torch.size(weight, 1)
          return fits and 2 * torch.size(p[1], 1) < max(torch.size(p[1], 0), torch.size(p[2], 1))
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
    return scalesWith(parameter)
        ? LowRank.zeros(parameter)
        : LowRank.uniform(parameter, 1 / Math.sqrt((double) parameter.shape().get(1)), random);
  }

  /**
   * Of three arrays, either the first two are a product or the last two: the latter if their shapes
   * make the module's matrix and their rank is less than half of what they span.
   */
  @Override
  public double dropout() {
    return Math.max(options.lycoris().rankDropout(), options.lycoris().moduleDropout());
  }

  @Override
  public String torchScript() {
    return RIGHT_IS_PRODUCT
        + """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        left = p[0]
        right = 1
        if len(p) == 4 or (len(p) == 3 and not self.right_is_product(weight, p)):
          left = torch.matmul(p[0], p[1])
          right = 2
        z = torch.reshape(torch.type_as(x, left), torch.size(x)[:-1] + [torch.size(left, 1), -1])
        if len(p) == right + 2:
          z = torch.linear(z, p[right + 1])
        z = torch.matmul(left * (gate * %s), torch.linear(z, p[right]))
        z = torch.flatten(z, -2, -1)
    %s    return torch.add_(torch.type_as(z, y), y)
    """
            .formatted(
                options.lycoris().scaling(), options.lycoris().dropout(options.rankDropoutScale()));
  }

  @Override
  public Optional<String> maskedTorchScript() {
    String change =
        """
            left = p[0]
            right = 1
            if len(p) == 4 or (len(p) == 3 and not self.right_is_product(weight, p)):
              left = torch.matmul(p[0], p[1])
              right = 2
            left = left * (gate * %s)
            other = p[right]
            if len(p) == right + 2:
              other = torch.matmul(other, p[right + 1])
            change = torch.reshape(torch.unsqueeze(torch.unsqueeze(left, 2), 1) * torch.unsqueeze(torch.unsqueeze(other, 1), 0), torch.size(weight))
        """
            .formatted(options.lycoris().scaling());
    return Optional.of(
        RIGHT_IS_PRODUCT
            + new MaskedChange("", change, options.lycoris().dropout(options.rankDropoutScale()))
                .torchScript());
  }

  @Override
  public boolean mergesMasked() {
    return true;
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray left = product(work, module, values, LEFT);
      NDArray right = product(work, module, values, RIGHT);
      return work.keep(kronecker(left, right).mul(options.lycoris().scaling()));
    }
  }

  /** A matrix by its name, whole or multiplied from its two factors. */
  private NDArray product(Workspace work, ModuleShape module, List<NDArray> values, String name) {
    List<AdapterParameter> parameters = parameters(module);
    List<NDArray> of = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (parameters.get(i).name().startsWith(name)) {
        of.add(work.share(values.get(i)));
      }
    }
    return of.size() == 1 ? of.get(0) : of.get(0).matMul(of.get(1));
  }

  private static NDArray kronecker(NDArray left, NDArray right) {
    Shape l = left.getShape();
    Shape r = right.getShape();
    return left.reshape(l.get(0), 1, l.get(1), 1)
        .mul(right.reshape(1, r.get(0), 1, r.get(1)))
        .reshape(l.get(0) * r.get(0), l.get(1) * r.get(1));
  }

  /** w1 ⊗ (w2_a w2_b) = (w1 ⊗ w2_a) (I ⊗ w2_b); a whole w2 is w2 I. */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray left = product(work, module, values, LEFT);
      int last = values.size() - 1;
      boolean whole = parameters(module).get(last).name().equals(RIGHT);
      NDArray a = whole ? identity(work, left, module) : work.share(values.get(last));
      NDArray b = work.share(values.get(whole ? last : last - 1));
      NDArray ones = work.temporary().eye(Math.toIntExact(left.getShape().get(1)));
      return Optional.of(
          new PlainLora(
              work.keep(kronecker(ones.toType(left.getDataType(), false), a)),
              work.keep(kronecker(left, b).mul(options.lycoris().scaling()))));
    }
  }

  private static NDArray identity(Workspace work, NDArray left, ModuleShape module) {
    int size = module.inputs() / Math.toIntExact(left.getShape().get(1));
    return work.temporary().eye(size).toType(left.getDataType(), false);
  }

  /** The product is linear in each matrix; it is the left one that starts at zero. */
  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return parameter.name().equals(LEFT) || parameter.name().equals(LEFT + "_a");
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = options.lycoris().configuration("LOKR");
    configuration.put("decompose_both", options.decomposeBoth());
    configuration.put("decompose_factor", options.decomposeFactor());
    configuration.put("rank_dropout_scale", options.rankDropoutScale());
    return configuration;
  }

  /** How the matrices were drawn matters no more. */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals("init_weights");
  }
}
