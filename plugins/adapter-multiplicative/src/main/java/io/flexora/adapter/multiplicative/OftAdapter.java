package io.flexora.adapter.multiplicative;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.adapter.AdapterScript.MatrixUse;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.numerics.transformer.KnownKeys;
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
      throw new IncompatibleOptionException(
          "r",
          "module '%s' of %d inputs gets blocks of 1, in which nothing turns; write a smaller r"
              .formatted(module.name(), module.inputs()));
    }
    int blocks = options.blockShare() ? 1 : module.inputs() / size;
    Shape shape = new Shape(blocks, size * (size - 1L) / 2);
    return List.of(new AdapterParameter("Q", "oft_R.weight", shape));
  }

  /** As numbers, the rotations are computed in float64. */
  @Override
  public AdapterScript script() {
    return AdapterScript.of(TEXT.formatted(options.useCayleyNeumann() ? series() : TRANSFORM))
        .with(MatrixUse.MIXED);
  }

  private static final String TEXT =
      """
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
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          r = torch.type_as(self.rotations(p[0].to(7)), weight)
          parts = torch.reshape(weight, [torch.size(weight, 0), -1, torch.size(r, 1)])
          turned = torch.flatten(torch.einsum("orc,rkc->ork", [parts, r]), 1, 2)
          return (turned - weight) * gate
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          r = self.rotations(p[0])
          x = torch.type_as(x, r)
          parts = torch.reshape(x, torch.size(x)[:-1] + [-1, torch.size(r, 1)])
          turned = torch.flatten(torch.einsum("...rk,rkc->...rc", [parts, r]), -2, -1)
          z = torch.linear(torch.type_as((turned - x) * gate, weight), weight)
          return torch.add_(torch.type_as(z, y), y)
      """;

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

  /**
   * eps bounds the rotations of coft alone; how they were drawn matters no more. PEFT before 0.18
   * had another series, and does not say its version.
   */
  @Override
  public AdapterForm form() {
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
    return new KnownKeys(
        configuration,
        (key, value) ->
            key.equals("eps")
                || key.equals("init_weights")
                || (key.equals(PEFT_VERSION)
                    && value instanceof String v
                    && VERSIONS.matcher(v).find()));
  }
}
