package io.flexora.adapter.vera;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The base of the methods whose change of a matrix is a product of random bases that all modules
 * share, scaled by trained vectors.
 */
abstract class SharedBasesAdapter implements AdapterMethod {

  private static final String SAVE_PROJECTION = "save_projection";
  private static final Set<String> OF_THE_DRAW = Set.of("projection_prng_key", "init_weights");

  /**
   * Makes initial values, and draws the bases.
   *
   * @param values the arrays of a site, by its parameters
   * @param drawn a base, by its shape and those of all
   */
  final AdapterStart started(
      AdapterInitialisation.Setting setting,
      Function<List<AdapterParameter>, List<AdapterArray>> values,
      BiFunction<AdapterParameter, List<AdapterParameter>, AdapterArray> drawn) {
    List<ModuleShape> modules =
        setting.sites().stream().map(AdapterSite::module).distinct().toList();
    List<AdapterParameter> bases = sharedConstants(modules);
    return AdapterStart.of(setting.sites(), site -> values.apply(parameters(site.module())))
        .sharing(bases.stream().map(base -> drawn.apply(base, bases)).toList());
  }

  /** The keys of the method alone, its type among them. */
  abstract Map<String, Object> keys();

  /** Whether PEFT repeats the bases in a file. */
  abstract boolean repeatsBases();

  @Override
  public final AdapterForm form() {
    return new AdapterForm() {
      @Override
      public Map<String, Object> configuration() {
        Map<String, Object> configuration = new TreeMap<>(keys());
        configuration.put("projection_prng_key", 0);
        configuration.put(SAVE_PROJECTION, true);
        configuration.put("bias", "none");
        configuration.put("fan_in_fan_out", false);
        configuration.put("init_weights", true);
        return configuration;
      }

      /** PEFT looks for the bases in a file that says it has them; without sites there are none. */
      @Override
      public Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
        Map<String, Object> configuration = configuration();
        configuration.put(SAVE_PROJECTION, !trained.isEmpty());
        return configuration;
      }

      /** The bases are in the file, so how they were drawn matters no more. */
      @Override
      public boolean accepts(String key, Object value) {
        return OF_THE_DRAW.contains(key);
      }

      @Override
      public boolean repeatsShared() {
        return repeatsBases();
      }
    };
  }
}
