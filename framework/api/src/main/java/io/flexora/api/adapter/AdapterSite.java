package io.flexora.api.adapter;

/**
 * A place in a model that carries an adapter.
 *
 * @param layer the layer, from 0
 * @param module the module
 * @since 0.1
 */
public record AdapterSite(int layer, ModuleShape module) {

  /** The dotted path of the module, such as {@code model.layers.3.self_attn.q_proj}. */
  public String path() {
    return module.path(layer);
  }
}
