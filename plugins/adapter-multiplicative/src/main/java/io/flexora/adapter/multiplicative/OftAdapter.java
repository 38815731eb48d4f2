package io.flexora.adapter.multiplicative;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * OFT (Qiu et al. 2023, arXiv 2306.07280; on the inputs, arXiv 2506.19847): y = W Rᵀ x + b, where R
 * is block-diagonal with trained rotations, the Cayley transforms of skew matrices Q. In a file are
 * the numbers above the diagonal of each Q, row by row; they start at zero. A gate g makes it W + g
 * W (Rᵀ - I), which turns all the way at 1 only.
 */
@Doc("Rotate the inputs of each matrix in blocks (OFT).")
public final class OftAdapter implements AdapterMethod {

  private static final String PEFT_VERSION = "peft_version";
  private static final Pattern VERSIONS = Pattern.compile("^(0\\.(1[89]|[2-9]\\d|\\d{3,})|[1-9])");

  private final OftOptions options;

  @Inject
  OftAdapter(OftOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    int size = options.blockSize(module.inputs());
    if (size == 1) {
      throw new FlexoraException(
          "module '%s' of %d inputs gets blocks of 1, in which nothing turns; write a smaller r"
              .formatted(module.name(), module.inputs()));
    }
    int blocks = options.blockShare() ? 1 : module.inputs() / size;
    Shape shape = new Shape(blocks, size * (size - 1L) / 2);
    return List.of(new AdapterParameter("Q", "oft_R.weight", shape));
  }

  @Override
  public String torchScript() {
    return """
      def rotations(self, p: Tensor) -> Tensor:
        blocks = torch.size(p, 0)
        size = int(((8.0 * torch.size(p, 1) + 1.0) ** 0.5 + 1.0) / 2.0 + 0.5)
        place = torch.triu_indices(size, size, 1, device=p.device)
        flat = torch.zeros([blocks, size * size], dtype=p.dtype, device=p.device)
        upper = torch.index_copy(flat, 1, place[0] * size + place[1], p)
        upper = torch.reshape(upper, [blocks, size, size])
        q = upper - torch.transpose(upper, 1, 2)
        one = torch.eye(size, dtype=p.dtype, device=p.device)
    %s
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        r = self.rotations(p[0])
        x = torch.type_as(x, r)
        parts = torch.reshape(x, torch.size(x)[:-1] + [-1, torch.size(r, 1)])
        turned = torch.flatten(torch.einsum("...rk,rkc->...rc", [parts, r]), -2, -1)
        z = torch.linear(torch.type_as((turned - x) * gate, weight), weight)
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(options.useCayleyNeumann() ? series() : TRANSFORM);
  }

  // PEFT solves X (I + Q) = I - Q, the inverse of the rotation that the series comes close to.
  private static final String TRANSFORM =
      "    return torch.linalg_solve(one + q, one - q, left=False)";

  /** I + 2 Q + 2 Q² + ... and of the last power one. */
  private String series() {
    StringBuilder lines = new StringBuilder("    r = one + 2 * q\n    power = q\n");
    for (int power = 2; power <= lastPower(); power++) {
      lines.append("    power = torch.matmul(power, q)\n    r = r + power");
      lines.append(power < lastPower() ? " * 2\n" : "\n");
    }
    return lines.append("    return r").toString();
  }

  /** PEFT has the same for 3 and 4 terms. */
  private int lastPower() {
    int terms = options.numCayleyNeumannTerms();
    return terms == 3 ? 3 : terms - 1;
  }

  @Override
  public boolean changesWithWeight() {
    return true;
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray frozen = work.share(weight);
      int size = options.blockSize(module.inputs());
      int blocks = module.inputs() / size;
      NDArray q = skew(work.temporary(), work.share(values.get(0)), size);
      NDArray r = rotations(work.temporary(), q, size).toType(frozen.getDataType(), false);
      NDArray parts = frozen.reshape(module.outputs(), blocks, size).transpose(1, 0, 2);
      NDArray all = r.broadcast(new Shape(blocks, size, size));
      NDArray turned = parts.matMul(all.transpose(0, 2, 1)).transpose(1, 0, 2);
      return work.keep(turned.reshape(module.outputs(), module.inputs()).sub(frozen));
    }
  }

  /** The skew matrices {@code [blocks, size, size]}, float64. */
  private static NDArray skew(NDManager scope, NDArray upper, int size) {
    double[] values = upper.toType(DataType.FLOAT64, false).toDoubleArray();
    int blocks = Math.toIntExact(upper.getShape().get(0));
    double[] q = new double[blocks * size * size];
    int next = 0;
    for (int block = 0; block < blocks; block++) {
      for (int row = 0; row < size; row++) {
        for (int column = row + 1; column < size; column++) {
          q[(block * size + row) * size + column] = values[next];
          q[(block * size + column) * size + row] = -values[next++];
        }
      }
    }
    return NativeArrays.of(scope, q, new Shape(blocks, size, size));
  }

  private NDArray rotations(NDManager scope, NDArray q, int size) {
    NDArray one = scope.eye(size).toType(DataType.FLOAT64, false);
    if (!options.useCayleyNeumann()) {
      return one.sub(q).matMul(one.add(q).inverse());
    }
    NDArray r = one.add(q.mul(2));
    NDArray power = q;
    for (int i = 2; i <= lastPower(); i++) {
      power = power.matMul(q);
      r = r.add(i < lastPower() ? power.mul(2) : power);
    }
    return r;
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "OFT");
    configuration.put("oft_block_size", options.oftBlockSize());
    configuration.put("r", options.r());
    configuration.put("block_share", options.blockShare());
    configuration.put("use_cayley_neumann", options.useCayleyNeumann());
    configuration.put("num_cayley_neumann_terms", options.numCayleyNeumannTerms());
    configuration.put("module_dropout", 0.0);
    configuration.put("coft", false);
    configuration.put("eps", 6e-5);
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_weights", true);
    if (options.useCayleyNeumann()) {
      configuration.put(PEFT_VERSION, "0.18.0");
    }
    return configuration;
  }

  /**
   * eps bounds the rotations of coft alone; how they were drawn matters no more. PEFT before 0.18
   * had another series, and does not say its version.
   */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals("eps")
        || key.equals("init_weights")
        || (key.equals(PEFT_VERSION) && value instanceof String v && VERSIONS.matcher(v).find());
  }
}
