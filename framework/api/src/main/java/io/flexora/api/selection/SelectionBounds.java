package io.flexora.api.selection;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Compatibility;
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
  default GateIndex gates(GateIndex.Layout layout, String user) {
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
  default GateIndex gates(GateIndex.Layout layout, List<Integer> layers, String user) {
    if (layout == GateIndex.Layout.COMPONENT) {
      Compatibility.require(found -> demand(AdapterDemand.RANKS, user, found));
    }
    return GateIndex.of(layout, layers, targets(), adapter());
  }

  /**
   * Notes what does not meet a demand: the adapter method and, before a run, the trainer and the
   * posteriors. A strategy states its demands when it is asked whether it fits; otherwise it is
   * refused only when its training begins. The host itself asks for gates where the cost of a
   * strategy states that it computes, and for exact products where it states products with the
   * Hessian.
   *
   * @param user who demands it, for the message, such as {@code selector 'gora'}
   */
  default void demand(AdapterDemand demand, String user, Compatibility found) {
    AdapterMethod method = adapter();
    switch (demand) {
      case RANKS ->
          targets().stream()
              .filter(module -> method.ranked().isEmpty())
              .findFirst()
              .ifPresent(
                  module ->
                      found.refuse(
                          "%s chooses ranks, but what adapter '%s' adds to module '%s' is not a sum of rank-one parts; use an adapter that is, such as plain LoRA, or choose layers or modules"
                              .formatted(user, adapterName(), module.name())));
      case SHARED_ADAPTERS -> {
        if (method.initialisation().isPresent()
            || method.schedule().isPresent()
            || method.script().hasPenalty()
            || method.form().shapesVary()) {
          found.refuse(
              "%s lets layers share an adapter, but adapter '%s' depends on the module that it is on; use one that does not, such as plain LoRA, or let no layers share"
                  .formatted(user, adapterName()));
        }
      }
      case SCHEDULE -> {
        if (method.schedule().isPresent()) {
          found.refuse(
              "%s trains some layers at a time, but adapter '%s' changes all layers after each step; use one that does not, such as plain LoRA, or train all chosen layers in each step"
                  .formatted(user, adapterName()));
        }
      }
      case SCALING ->
          targets().stream()
              .filter(module -> method.parameters(module).stream().noneMatch(method::isLinearIn))
              .findFirst()
              .ifPresent(
                  module ->
                      found.refuse(
                          "%s scales what adapters add, but what adapter '%s' adds to module '%s' is proportional to none of its parameters; use an adapter where it is, such as plain LoRA, or another strategy"
                              .formatted(user, adapterName(), module.name())));
      case VALUES -> {
        if (method.initialisation().isPresent()) {
          found.refuse(
              "%s begins its training at the values of its search, but adapter '%s' makes its own start from the model; use one that does not, such as plain LoRA, or let the training begin at initial values"
                  .formatted(user, adapterName()));
        }
      }
      case GATES -> {
        if (!method.script().takesGates()) {
          found.refuse(
              "%s computes with gates on the adapters, and adapter '%s' takes none; use another adapter, or a strategy that computes nothing"
                  .formatted(user, adapterName()));
        }
      }
      case EXACT_PRODUCTS ->
          method
              .script()
              .inexactGradient()
              .ifPresent(
                  why ->
                      found.refuse(
                          "%s takes products with the Hessian, and those of adapter '%s' are not exact: %s; write the option, or use a first-order solver"
                              .formatted(user, adapterName(), why)));
    }
  }

  /**
   * The cost of the training of {@link SelectionContext#trained}, as the trainer states it; none
   * where nothing can be trained.
   */
  default Workload trainingCost() {
    return Workload.NONE;
  }

  /** The number of validation examples; 0 where there are none, or it is not known. */
  default int validationExamples() {
    return 0;
  }

  /**
   * How many trainable parameters the adapters of a strategy have that is told to keep to the same
   * number as others: what a run's main strategy chose, or the budget of a comparison; empty where
   * no number of parameters is held equal.
   */
  default OptionalLong sameParameters() {
    return OptionalLong.empty();
  }
}
