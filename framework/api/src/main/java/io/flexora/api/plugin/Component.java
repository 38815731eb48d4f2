package io.flexora.api.plugin;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A reference in a configuration record to another extension, chosen in YAML by name.
 *
 * <p>{@code solver: first-order} and {@code solver: {use: unrolled, inner_steps: 2}} are both read
 * into a {@code Component<Solver>}.
 *
 * @param <T> the extension point
 * @since 0.1
 */
@ProviderType
public interface Component<T> {

  /** The name of the chosen extension. */
  String name();

  /** The extension, made on the first call and the same object after that. */
  T get();
}
