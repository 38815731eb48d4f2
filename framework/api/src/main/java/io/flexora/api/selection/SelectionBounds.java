package io.flexora.api.selection;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.GateLayout;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bounds of a selection, known before anything is computed.
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

  /** The modules that are adapted in each chosen layer where a strategy chooses whole layers. */
  List<ModuleShape> targets();

  /** The adapter method. */
  AdapterMethod adapter();

  /** The name of the adapter in the configuration, for messages. */
  String adapterName();

  /**
   * The gates of a bilevel problem with adapters on all targets of all layers.
   *
   * @param user who asks, for the message, such as {@code selector 'autolora'}
   * @throws FlexoraException if parts are to be gated of an adapter method that is not a sum of
   *     rank-one parts
   */
  default GateIndex gates(GateLayout layout, String user) {
    return gates(layout, IntStream.range(0, shape().layers()).boxed().toList(), user);
  }

  /**
   * The gates of a bilevel problem with adapters on all targets of some layers.
   *
   * @param layers the layers, ascending
   * @param user who asks, for the message, such as {@code selector 'autolora'}
   * @throws FlexoraException if parts are to be gated of an adapter method that is not a sum of
   *     rank-one parts
   */
  default GateIndex gates(GateLayout layout, List<Integer> layers, String user) {
    if (layout == GateLayout.COMPONENT) {
      requireRanks(user);
    }
    return GateIndex.of(layout, layers, targets(), adapter());
  }

  /**
   * Refuses an adapter method whose modules cannot have {@linkplain AdapterMethod#ranked ranks} of
   * their own. Before a run, the host refuses a trainer, too, that does not keep ranks that a
   * strategy gives out.
   *
   * @param user who gives out ranks, such as {@code selector 'gora'}
   * @throws FlexoraException if they cannot have them
   */
  default void requireRanks(String user) {
    for (ModuleShape module : targets()) {
      if (adapter().ranked().isEmpty()) {
        throw new FlexoraException(
            "%s chooses ranks, but what adapter '%s' adds to module '%s' is not a sum of rank-one parts; use an adapter that is, such as plain LoRA, or choose layers or modules"
                .formatted(user, adapterName(), module.name()));
      }
    }
  }

  /**
   * Refuses an adapter method that cannot be shared by the same module of several layers: one whose
   * adapters start from each module's own matrix, change their shapes in the training, or have a
   * penalty. Before a run, the host refuses a trainer, too, that cannot train a shared adapter, and
   * a posterior that cannot be made of one.
   *
   * @param user who lets layers share an adapter, such as {@code selector 'example'}
   * @throws FlexoraException if it cannot
   */
  default void requireSharing(String user) {
    AdapterMethod method = adapter();
    if (method.initialisation().isPresent()
        || method.schedule().isPresent()
        || method.script().hasPenalty()
        || method.form().shapesVary()) {
      throw new FlexoraException(
          "%s lets layers share an adapter, but adapter '%s' depends on the module that it is on; use one that does not, such as plain LoRA, or let no layers share"
              .formatted(user, adapterName()));
    }
  }

  /**
   * Refuses an adapter method that {@linkplain AdapterMethod#schedule changes} its parameters after
   * each step, those of layers too that the step did not train. Before a run, the host refuses a
   * trainer, too, that cannot train other layers in other steps. A strategy with a {@linkplain
   * io.flexora.api.adapter.TrainingSchedule schedule} asks this when it is asked whether it fits:
   * otherwise it is refused only when its training begins.
   *
   * @param user who has a schedule, such as {@code selector 'example'}
   * @throws FlexoraException if the adapter method or the trainer does not fit
   */
  default void requireSchedule(String user) {
    if (adapter().schedule().isPresent()) {
      throw new FlexoraException(
          "%s trains some layers at a time, but adapter '%s' changes all layers after each step; use one that does not, such as plain LoRA, or train all chosen layers in each step"
              .formatted(user, adapterName()));
    }
  }

  /**
   * Refuses an adapter method whose contribution {@linkplain AdapterMethod#isLinearIn scales} with
   * none of its parameters. A strategy whose schedule asks a {@linkplain
   * io.flexora.api.adapter.AdapterProbe probe} for losses at other scales asks this when it is
   * asked whether it fits: otherwise it is refused only in the training.
   *
   * @param user who scales what adapters add, such as {@code selector 'example'}
   * @throws FlexoraException if none does
   */
  default void requireScaling(String user) {
    for (ModuleShape module : targets()) {
      if (adapter().parameters(module).stream().noneMatch(adapter()::isLinearIn)) {
        throw new FlexoraException(
            "%s scales what adapters add, but what adapter '%s' adds to module '%s' is proportional to none of its parameters; use an adapter where it is, such as plain LoRA, or another strategy"
                .formatted(user, adapterName(), module.name()));
      }
    }
  }

  /**
   * How many trainable parameters the adapters of a strategy have that is told to keep to the same
   * number as others: what a run's main strategy chose, or the budget of a comparison; empty where
   * no number of parameters is held equal.
   */
  default OptionalLong sameParameters() {
    return OptionalLong.empty();
  }

  /**
   * Refuses an adapter method whose products with the Hessian are not exact. The host asks this of
   * every strategy whose cost states such products; a strategy asks itself to name what takes them.
   *
   * @param user who takes them, such as {@code solver 'unrolled'}
   * @throws FlexoraException if they are not exact
   */
  default void requireExactProducts(String user) {}
}
