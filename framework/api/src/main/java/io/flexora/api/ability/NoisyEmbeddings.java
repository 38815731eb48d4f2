package io.flexora.api.ability;

import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} whose gradients heed {@link Point#embeddingNoise}: in a training step, it
 * adds noise to the embeddings of the tokens, uniform within ± alpha / sqrt(L d), with L the tokens
 * of the example and d the width of an embedding (NEFTune, arXiv 2310.05914). The noise of an
 * example is a function of the step's seed and the example's place in the batch. Losses, scores and
 * products with the Hessian are without it.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Add noise to its embeddings in training.")
public interface NoisyEmbeddings extends ModelAbility {}
