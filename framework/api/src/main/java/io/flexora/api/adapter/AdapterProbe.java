package io.flexora.api.adapter;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Measures a model in training.
 *
 * @since 0.1
 */
@ProviderType
public interface AdapterProbe {

  /**
   * The mean loss over a batch of training examples, without dropout.
   *
   * @param batch the number of the batch; the same number gives the same examples
   * @param examples the number of its examples
   * @param scales the factors of the contributions of layers' adapters, by layer; 1 for those that
   *     are not named
   * @throws io.flexora.api.run.FlexoraException if an adapter cannot be scaled; {@link
   *     io.flexora.api.selection.SelectionBounds#demand} refuses it before a run
   */
  double loss(long batch, int examples, Map<Integer, Double> scales);
}
