package io.flexora.api.model;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An optional ability of a model: an interface that extends this one, says in its {@link
 * io.flexora.api.plugin.Doc} what the model can do, and is found by {@link HasAbilities#ability}.
 * The {@link ModelShape} of a model lists all its abilities, so that who needs one can say so
 * before the weights are loaded.
 *
 * @since 0.1
 */
@ConsumerType
public interface ModelAbility {}
