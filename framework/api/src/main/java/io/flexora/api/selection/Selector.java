package io.flexora.api.selection;

import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses the layers to adapt, or some modules of them and their ranks. It knows no engine: it asks
 * for a bilevel problem or looks at scores.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "selector", affects = Effect.SEARCH)
public interface Selector {

  /**
   * Notes why the options do not fit a model or a budget, such as more layers than there are, as
   * far as that is known before anything is computed: all that {@link #select} would refuse. A
   * check, a run and a comparison ask all their strategies before they begin. There is no default:
   * what is refused by {@link #select} alone costs a search first. A strategy that fits every model
   * does nothing here.
   */
  void checkCompatibility(SelectionBounds bounds, Compatibility found);

  /**
   * The work of the selection with adapters on all layers, for estimates of time and memory; none
   * by default, as of a strategy that reads the shape of the model alone.
   *
   * @param bounds bounds that {@link #checkCompatibility} accepts
   */
  default Workload cost(SelectionBounds bounds) {
    return Workload.NONE;
  }

  /**
   * How many layers it will choose, where that is known before anything is computed; a host tells
   * where it is more than are held equal.
   *
   * @param bounds bounds that {@link #checkCompatibility} accepts
   */
  default OptionalInt chosenLayers(SelectionBounds bounds) {
    return OptionalInt.empty();
  }

  /**
   * Where the training of its choice begins. A strategy that names values {@linkplain
   * Selection#values brings} them with every choice. The host refuses an adapter method whose
   * adapters cannot begin at values.
   */
  default TrainingStart start() {
    return TrainingStart.INITIAL;
  }

  /**
   * Whether it chooses from {@linkplain SelectionContext#trained adapters that were trained} as the
   * experiment trains a cell, so that its choice depends on the trainer. Others choose the same
   * whatever the trainer is.
   */
  default boolean choosesFromTrained() {
    return false;
  }

  /**
   * Chooses. The same configuration, seed and context give the same choice.
   *
   * @throws io.flexora.api.run.FlexoraException if the options do not fit the model, such as more
   *     layers than there are
   */
  Selection select(SelectionContext context);

  /**
   * The layers that each step trains, or ranks that move, for strategies that change these while
   * the training goes on.
   *
   * @param selection the choice of {@link #select}
   * @return empty if nothing changes while the training goes on
   */
  default Optional<TrainingSchedule> schedule(Selection selection) {
    return Optional.empty();
  }
}
