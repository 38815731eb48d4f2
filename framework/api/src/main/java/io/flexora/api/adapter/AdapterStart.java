package io.flexora.api.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The initial parameters and the constants of the adapters of a plan. They are made once, before
 * the training, and saved with it.
 *
 * @param parameters the initial values of the parameters of each site, in the order of {@link
 *     AdapterMethod#parameters}; the shapes may differ from those there if {@link
 *     AdapterForm#shapesVary}
 * @param constants the constants of each site, in the order of {@link AdapterMethod#constants}
 * @param shared the constants of all sites together, in the order of {@link
 *     AdapterMethod#sharedConstants}
 * @since 0.1
 */
public record AdapterStart(
    Map<AdapterSite, List<AdapterArray>> parameters,
    Map<AdapterSite, List<AdapterArray>> constants,
    List<AdapterArray> shared) {

  /** Copies the collections. */
  public AdapterStart {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    shared = List.copyOf(shared);
  }

  /** A start without constants, from the arrays of each site. */
  public static AdapterStart of(
      List<AdapterSite> sites, Function<AdapterSite, List<AdapterArray>> arrays) {
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    sites.forEach(site -> parameters.put(site, arrays.apply(site)));
    return new AdapterStart(parameters, Map.of(), List.of());
  }

  /** The same with arrays that all sites share. */
  public AdapterStart sharing(List<AdapterArray> arrays) {
    return new AdapterStart(parameters, constants, arrays);
  }

  /** The parameters of a site, with the shapes that they have there. */
  public List<AdapterParameter> shapes(AdapterSite site) {
    return parameters.getOrDefault(site, List.of()).stream().map(AdapterArray::parameter).toList();
  }
}
