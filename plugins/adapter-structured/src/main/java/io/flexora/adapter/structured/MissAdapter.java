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
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * MiSS (Kang and Yin 2024, arXiv 2409.15371): one trained matrix M {@code [r, outputs]} for all
 * shards of r inputs, W[o, i] + M[i mod r, o]; so the inputs are summed over the shards first. M
 * starts at zero.
 */
@Doc("Train one small matrix that all shards of a matrix's columns share (MiSS).")
public final class MissAdapter implements AdapterMethod {

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
    if (options.r() > module.inputs()) {
      throw new FlexoraException(
          "r is %d, but module '%s' has %d inputs to share that many rows; lower it"
              .formatted(options.r(), module.name(), module.inputs()));
    }
    return List.of(
        new AdapterParameter("M", "miss_block", new Shape(options.r(), module.outputs())));
  }

  @Override
  public String torchScript() {
    return """
      def adapt(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], c: List[Tensor], gate: Tensor, dropout_seed: int) -> Tensor:
        x = torch.type_as(x, p[0])
    %s    r = torch.size(p[0], 0)
        beyond = torch.size(x, -1) %% r
        if beyond > 0:
          x = torch.constant_pad_nd(x, [0, r - beyond], 0)
        x = torch.sum(torch.reshape(x, torch.size(x)[:-1] + [-1, r]), [-2])
        z = torch.matmul(x, p[0] * gate)
        return torch.add_(torch.type_as(z, y), y)
    """
        .formatted(LowRank.dropout(options.missDropout()));
  }

  @Override
  public NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      NDArray shard = work.share(values.get(0)).transpose();
      long shards = (module.inputs() + options.r() - 1L) / options.r();
      return work.keep(
          shard
              .tile(new long[] {1, shards})
              .get(new NDIndex(":, :" + module.inputs()))
              .duplicate());
    }
  }

  /** Of rank r: M ᵀ, and for each of its rows a row of ones where an input takes it. */
  @Override
  public Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
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
              work.keep(m.transpose().duplicate())));
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
    configuration.put("mini_r", 1);
    configuration.put("init_weights", true);
    configuration.put("bias", "none");
    return configuration;
  }

  /** Whether M was drawn matters no more; "bat" and "mini" compute something else. */
  @Override
  public boolean reads(String key, Object value) {
    return key.equals("init_weights") && value instanceof Boolean;
  }
}
