package io.flexora.api.selection;

import io.flexora.api.model.ModelShape;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a strategy knows before anything is computed.
 *
 * @since 0.1
 */
@ProviderType
public interface SelectionBounds {

  /** What the model looks like; its {@code layers} are the candidates. */
  ModelShape shape();

  /**
   * How many layers a strategy chooses that is told to choose the {@code same} number as others:
   * what the run's main strategy chose, or the budget of a comparison; empty in the main strategy
   * itself, and where no number of layers is held equal.
   */
  OptionalInt sameCount();

  /**
   * Refuses an adapter method whose products with the Hessian are not exact. The host asks this of
   * every strategy whose cost states such products; a strategy asks itself to name what takes them.
   *
   * @param user who takes them, such as {@code solver 'unrolled'}
   * @throws io.flexora.api.run.FlexoraException if they are not exact
   */
  default void requireExactProducts(String user) {}
}
