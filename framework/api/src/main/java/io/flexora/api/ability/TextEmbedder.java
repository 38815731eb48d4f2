package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BaseModel} that embeds texts.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Embed texts.")
public interface TextEmbedder extends ModelAbility {

  /**
   * Computes the pooled representation of texts, which a head reads, without an adapter.
   *
   * @param scope the owner of the result
   * @return {@code [texts, hidden]}
   */
  NDArray embed(NDManager scope, List<Tokens> texts);
}
