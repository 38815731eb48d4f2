package io.flexora.adapter.vera;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.PlainLora;
import io.flexora.numerics.vector.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What methods have in common whose change of a matrix is a product of random bases that all
 * modules share, scaled by what is trained.
 */
abstract class SharedBasesAdapter implements AdapterMethod {

  private static final String SAVE_PROJECTION = "save_projection";
  private static final Set<String> OF_THE_DRAW = Set.of("projection_prng_key", "init_weights");

  /**
   * The two factors of a module's change.
   *
   * @param values the parameters' values, in order
   * @param constants the shared bases
   * @return arrays of the workspace
   */
  abstract PlainLora factors(
      Workspace work, ModuleShape module, List<NDArray> values, List<NDArray> constants);

  @Override
  public final NDArray weightChange(
      ModuleShape module, NDArray weight, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      PlainLora lora = factors(work, module, values, constants);
      return work.keep(lora.b().matMul(lora.a()));
    }
  }

  @Override
  public final Optional<PlainLora> plainLora(
      ModuleShape module, List<NDArray> values, List<NDArray> constants) {
    try (Workspace work = new Workspace(values.get(0).getManager())) {
      PlainLora lora = factors(work, module, values, constants);
      return Optional.of(
          new PlainLora(work.keep(lora.a().duplicate()), work.keep(lora.b().duplicate())));
    }
  }

  /** The keys that PEFT's configurations of these methods share, in a map to add to. */
  static Map<String, Object> configuration(String type) {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", type);
    configuration.put("projection_prng_key", 0);
    configuration.put(SAVE_PROJECTION, true);
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_weights", true);
    return configuration;
  }

  /** PEFT looks for the bases in a file that says it has them, and without sites there are none. */
  @Override
  public final Map<String, Object> adapterConfiguration(
      Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> configuration = adapterConfiguration();
    configuration.put(SAVE_PROJECTION, !trained.isEmpty());
    return configuration;
  }

  /** The bases are in the file, so how they were drawn matters no more. */
  @Override
  public final boolean reads(String key, Object value) {
    return OF_THE_DRAW.contains(key);
  }
}
