package io.flexora.adapter.structured;

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

/**
 * MiSS (Kang and Yin 2024, arXiv 2409.15371): one trained matrix M {@code [r, outputs]} for all
 * shards of r inputs, W[o, i] + M[i mod r, o]; so the inputs are summed over the shards first. The
 * form mini has the first columns of M alone and repeats them. The form bat has a matrix {@code [r,
 * r]} for every r rows of W, and each block B of r by r in them becomes B + B M + M. M starts at
 * zero.
 */
@Doc("Train one small matrix that all shards of a matrix's columns share (MiSS).")
public final class MissAdapter implements AdapterMethod {

  private static final String INIT_WEIGHTS = "init_weights";

  private final MissOptions options;

  @Inject
  MissAdapter(MissOptions options) {
    this.options = options;
  }

  @Override
  public List<String> targetModules() {
    return options.targetModules();
  }

  @Override
  public List<AdapterParameter> parameters(ModuleShape module) {
    requireRows(module);
    int r = options.r();
    Shape shape =
        switch (options.initWeights()) {
          case TRUE -> new Shape(r, module.outputs());
          case MINI -> new Shape(r, options.miniR());
          case BAT -> new Shape(module.outputs() / r, r, r);
        };
    return List.of(new AdapterParameter("M", "miss_block", shape));
  }

  private void requireRows(ModuleShape module) {
    int r = options.r();
    if (r > module.inputs()) {
      throw new IncompatibleOptionException(
          "r",
          "r is %d, but module '%s' has %d inputs to share that many rows; lower it"
              .formatted(r, module.name(), module.inputs()));
    }
    boolean whole =
        switch (options.initWeights()) {
          case TRUE -> true;
          case MINI -> module.outputs() % options.miniR() == 0;
          case BAT -> module.inputs() % r == 0 && module.outputs() % r == 0;
        };
    if (!whole) {
      throw new IncompatibleOptionException(
          "init_weights",
          "with init_weights: %s, module '%s' of %d by %d cannot be divided by %s; choose a divisor"
              .formatted(
                  options.initWeights().inPeft(),
                  module.name(),
                  module.outputs(),
                  module.inputs(),
                  isBat() ? "r: " + r : "mini_r: " + options.miniR()));
    }
  }

  private boolean isBat() {
    return options.initWeights() == MissOptions.Form.BAT;
  }

  @Override
  public AdapterScript script() {
    AdapterScript script =
        isBat() ? AdapterScript.of(BLOCKS).with(MatrixUse.MIXED) : AdapterScript.of(SHARDS);
    return script.withDropout(options.missDropout());
  }

  /**
   * As plain LoRA of rank r: M ᵀ, and for each of its rows a row of ones where an input takes it.
   */
  private static final String SHARDS =
      """
        def outputs(self, weight: Tensor, p: List[Tensor]) -> Tensor:
          rows = torch.t(p[0])
          return torch.cat([rows] * (torch.size(weight, 0) // torch.size(rows, 0)), 0)
        def shared(self, rows: Tensor, inputs: int) -> Tensor:
          shards = (inputs + torch.size(rows, 1) - 1) // torch.size(rows, 1)
          return torch.slice(torch.cat([rows] * shards, 1), 1, 0, inputs)
        def factors(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> List[Tensor]:
          one = torch.eye(torch.size(p[0], 0), dtype=p[0].dtype, device=p[0].device)
          return [self.shared(one, torch.size(weight, 1)), self.outputs(weight, p), gate * 1.0]
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          return self.shared(self.outputs(weight, [p[0] * gate]), torch.size(weight, 1))
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          x = torch.type_as(x, p[0])
          x = self.drop_input(x, dropout_seed)
          r = torch.size(p[0], 0)
          beyond = torch.size(x, -1) % r
          if beyond > 0:
            x = torch.constant_pad_nd(x, [0, r - beyond], 0)
          x = torch.sum(torch.reshape(x, torch.size(x)[:-1] + [-1, r]), [-2])
          z = torch.matmul(x, p[0] * gate)
          times = torch.size(weight, 0) // torch.size(p[0], 1)
          if times > 1:
            z = torch.cat([z] * times, -1)
          return torch.add_(torch.type_as(z, y), y)
      """;

  /** Turns blocks of the matrix, whose zeros would not stay. */
  private static final String BLOCKS =
      """
        def change(self, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor) -> Tensor:
          m = p[0] * gate
          n = torch.size(m, 0)
          r = torch.size(m, 1)
          w = torch.reshape(weight, [n, r, -1, r])
          change = torch.einsum("naqc,ncb->naqb", [w, m]) + torch.unsqueeze(m, 2)
          return torch.reshape(change, [n * r, -1])
      """;

  @Override
  public boolean isLinearIn(AdapterParameter parameter) {
    return true;
  }

  /** PEFT writes false where M was drawn at random, in the form that it otherwise calls true. */
  @Override
  public AdapterForm form() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "MISS");
    configuration.put("r", options.r());
    configuration.put("miss_dropout", options.missDropout());
    configuration.put("mini_r", options.miniR());
    configuration.put(INIT_WEIGHTS, options.initWeights().inPeft());
    configuration.put("bias", "none");
    boolean drawn = options.initWeights() == MissOptions.Form.TRUE;
    return new KnownKeys(
        configuration, (key, value) -> drawn && key.equals(INIT_WEIGHTS) && value.equals(false));
  }
}
