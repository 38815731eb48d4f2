package io.flexora.adapter.structured;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.transformer.MaskedChange;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      throw new FlexoraException(
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
      throw new FlexoraException(
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
  public double dropout() {
    return options.missDropout();
  }

  @Override
  public String torchScript() {
    return (isBat() ? BLOCKS : SHARDS).formatted(LowRank.dropout(options.missDropout()));
  }

  /** The form bat turns blocks of the matrix, whose zeros would not stay. */
  @Override
  public Optional<String> maskedTorchScript() {
    if (isBat()) {
      return Optional.empty();
    }
    String change =
        """
            rows = torch.t(p[0] * gate)
            rows = torch.cat([rows] * (torch.size(weight, 0) // torch.size(rows, 0)), 0)
            shards = (torch.size(weight, 1) + torch.size(rows, 1) - 1) // torch.size(rows, 1)
            change = torch.slice(torch.cat([rows] * shards, 1), 1, 0, torch.size(weight, 1))
        """;
    return Optional.of(
        new MaskedChange(LowRank.dropout(options.missDropout()), change).torchScript());
  }

  @Override
  public boolean mergesMasked() {
    return !isBat();
  }

  @Override
  public boolean changesWithWeight() {
    return isBat();
  }

  private static final String SHARDS =
      """
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          x = torch.type_as(x, p[0])
      %s    r = torch.size(p[0], 0)
          beyond = torch.size(x, -1) %% r
          if beyond > 0:
            x = torch.constant_pad_nd(x, [0, r - beyond], 0)
          x = torch.sum(torch.reshape(x, torch.size(x)[:-1] + [-1, r]), [-2])
          z = torch.matmul(x, p[0] * gate)
          times = torch.size(weight, 0) // torch.size(p[0], 1)
          if times > 1:
            z = torch.cat([z] * times, -1)
          return torch.add_(torch.type_as(z, y), y)
      """;

  private static final String BLOCKS =
      """
        def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
          x = torch.type_as(x, p[0])
      %s    m = p[0] * gate
          n = torch.size(m, 0)
          r = torch.size(m, 1)
          w = torch.reshape(torch.type_as(weight, m), [n, r, -1, r])
          change = torch.einsum("naqc,ncb->naqb", [w, m]) + torch.unsqueeze(m, 2)
          z = torch.linear(x, torch.reshape(change, [n * r, -1]))
          return torch.add_(torch.type_as(z, y), y)
      """;

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray m = work.share(values.get(0));
      return work.keep(isBat() ? ofBlocks(module, work.share(weight), m) : ofShards(module, m));
    }
  }

  private NDArray ofShards(ModuleShape module, NDArray m) {
    long shards = (module.inputs() + options.r() - 1L) / options.r();
    NDArray all = allOutputs(module, m).transpose().tile(new long[] {1, shards});
    return all.get(new NDIndex(":, :" + module.inputs())).duplicate();
  }

  /** M with a column for each output. */
  private NDArray allOutputs(ModuleShape module, NDArray m) {
    return m.tile(new long[] {1, module.outputs() / m.getShape().get(1)});
  }

  /** Block by block as rows of r: {@code [outputs / r, inputs / r, r, r]}. */
  private NDArray ofBlocks(ModuleShape module, NDArray weight, NDArray m) {
    int r = options.r();
    int n = module.outputs() / r;
    NDArray blocks = weight.reshape(n, r, -1, r).transpose(0, 2, 1, 3);
    NDArray own = m.expandDims(1).broadcast(blocks.getShape());
    return blocks
        .matMul(own)
        .add(own)
        .transpose(0, 2, 1, 3)
        .reshape(module.outputs(), module.inputs());
  }

  /** Of rank r: M ᵀ, and for each of its rows a row of ones where an input takes it. */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    if (isBat()) {
      return Optional.empty();
    }
    float[] taken = new float[Math.multiplyExact(options.r(), module.inputs())];
    for (int i = 0; i < module.inputs(); i++) {
      taken[i % options.r() * module.inputs() + i] = 1;
    }
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray m = work.share(values.get(0));
      NDArray a = NativeArrays.of(work.temporary(), taken, new Shape(options.r(), module.inputs()));
      return Optional.of(
          new PlainLora(
              work.keep(NativeArrays.convert(work.temporary(), a, m.getDataType())),
              work.keep(allOutputs(module, m).transpose().duplicate())));
    }
  }

  @Override
  public boolean scalesWith(AdapterParameter parameter) {
    return true;
  }

  @Override
  public Map<String, Object> adapterConfiguration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "MISS");
    configuration.put("r", options.r());
    configuration.put("miss_dropout", options.missDropout());
    configuration.put("mini_r", options.miniR());
    configuration.put(INIT_WEIGHTS, options.initWeights().inPeft());
    configuration.put("bias", "none");
    return configuration;
  }

  /** PEFT writes false where M was drawn at random, in the form that it otherwise calls true. */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals(INIT_WEIGHTS)
        && value.equals(false)
        && options.initWeights() == MissOptions.Form.TRUE;
  }
}
