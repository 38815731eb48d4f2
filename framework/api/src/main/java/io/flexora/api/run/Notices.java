package io.flexora.api.run;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The log to which an extension writes what a user should know though it is no error, such as rows
 * that were left out or an option that has no effect here. The terminal shows it, the run's record
 * and {@code flexora check} have it. An extension may ask for it in its constructor; in a phase
 * there is {@link Monitor#notice}. May be used by several threads.
 *
 * @since 0.1
 */
@ProviderType
@FunctionalInterface
public interface Notices {

  /**
   * Tells one thing. The same sentence is told once.
   *
   * @param sentence one sentence, which names the extension or the option
   */
  void add(String sentence);
}
