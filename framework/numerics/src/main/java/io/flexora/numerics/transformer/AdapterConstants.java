package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The constants of adapters as arrays.
 *
 * @since 0.1
 */
public final class AdapterConstants {

  private AdapterConstants() {}

  /**
   * The constants that {@code adapt} is given at a site: its own, and behind them the shared ones.
   *
   * @param scope the owner of the result
   * @param type the type of theta
   */
  public static List<NDArray> of(
      NDManager scope, AdapterPlan plan, AdapterSite site, DataType type) {
    return plan.start().stream()
        .flatMap(start -> Stream.concat(own(start, site), start.shared().stream()))
        .map(array -> onDevice(scope, array, type))
        .toList();
  }

  private static Stream<AdapterArray> own(AdapterStart start, AdapterSite site) {
    return start.constants().getOrDefault(site, List.of()).stream();
  }

  static NDArray onDevice(NDManager owner, AdapterArray array, DataType type) {
    try (NDArray stored = NativeArrays.of(owner, array.values(), array.parameter().shape())) {
      return NativeArrays.convert(owner, stored, type);
    }
  }
}
