package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Compatibility;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A schedule of a training: the layers that each step trains, and changes of the parameters between
 * steps, such as ranks that are given out by need. A strategy brings one for its choice, an adapter
 * method one of its own, a trainer one for what it changes itself; a training follows at most one.
 *
 * <p>It holds no state: numbers and arrays are handed in and out, so that a training can be resumed
 * from any checkpoint. The same arguments give the same.
 *
 * <p>It acts in the training, not in the inner loop of a search: a hypergradient goes back through
 * each inner step, and a change such as pruning has no derivative to go through.
 *
 * @since 0.1
 */
@ConsumerType
public interface TrainingSchedule {

  /**
   * Notes why it cannot act in a training of so many steps; nothing by default. It is asked before
   * anything is computed.
   *
   * @param totalSteps the number of steps of the training
   */
  default void checkCompatibility(long totalSteps, Compatibility found) {}

  /**
   * The state before the first step; nothing by default.
   *
   * @param scope the owner of the result
   * @param places where the parameters are in theta
   * @param theta the initial theta
   */
  default Known start(NDManager scope, List<ParameterPlace> places, NDArray theta) {
    return Known.NOTHING;
  }

  /**
   * Acts before a step: says which layers it trains, and may change the parameters that it starts
   * from.
   *
   * @param scope the owner of the result
   * @param at the training before the step
   * @param probe measures the model as it is before the step
   */
  default Turn before(NDManager scope, Moment at, Probe probe) {
    return Turn.of(at.known());
  }

  /**
   * Acts after a step; may change the parameters. Layers that it names are ignored.
   *
   * @param scope the owner of the result
   * @param at the training after the step
   * @param gradient the gradient that the step took, the penalty's included, as it was clipped; it
   *     means nothing in layers that were not trained
   */
  default Turn after(NDManager scope, Moment at, NDArray gradient) {
    return Turn.of(at.known());
  }

  /**
   * Whether the parameters after a step may be kept as the best of a training, as where all pruning
   * is done. Where they may, so may those after all later steps. A training that ends before keeps
   * its last parameters, and says so.
   *
   * @param step the number of the step, from 1
   * @param totalSteps the number of steps of the training
   */
  default boolean mayBeKept(long step, long totalSteps) {
    return true;
  }

  /**
   * A schedule of layers that depend on the step alone.
   *
   * @param layers the layers that a step trains, by the number of the step from 0; see {@link
   *     Turn#layers}
   * @param restart the state that the optimiser forgets in each step
   */
  static TrainingSchedule ofLayers(LongFunction<List<Integer>> layers, Restart restart) {
    return new TrainingSchedule() {
      @Override
      public Turn before(NDManager scope, Moment at, Probe probe) {
        return Turn.of(at.known()).training(layers.apply(at.step())).restarting(restart);
      }
    };
  }

  /**
   * The place of a parameter in theta.
   *
   * @param offset the index of its first element
   * @param site the module that it belongs to
   * @param parameter the parameter, with its shape
   */
  record ParameterPlace(long offset, AdapterSite site, AdapterParameter parameter) {

    /** The number of elements. */
    public long size() {
      return parameter.shape().size();
    }
  }

  /**
   * The state of a schedule, which checkpoints keep.
   *
   * @param numbers as many in all steps
   * @param arrays as many in all steps
   */
  record Known(List<Double> numbers, List<NDArray> arrays) {

    /** No state. */
    public static final Known NOTHING = new Known(List.of(), List.of());

    /** Copies the lists. */
    public Known {
      numbers = List.copyOf(numbers);
      arrays = List.copyOf(arrays);
    }

    /** Numbers alone. */
    public static Known of(List<Double> numbers) {
      return new Known(numbers, List.of());
    }

    /** Arrays alone. */
    public static Known ofArrays(List<NDArray> arrays) {
      return new Known(List.of(), arrays);
    }
  }

  /**
   * A training between two steps of the optimiser.
   *
   * @param places where the parameters are in theta, in their order; behind them may be a head
   * @param step the steps that were done
   * @param totalSteps the number of steps of the training
   * @param theta the parameters
   * @param known the state so far
   */
  record Moment(
      List<ParameterPlace> places, long step, long totalSteps, NDArray theta, Known known) {

    /** Copies the list. */
    public Moment {
      places = List.copyOf(places);
    }
  }

  /** The optimiser's state that is forgotten. */
  enum Restart {
    /** None. */
    NOTHING,
    /** That of the layers which a step trains and the step before did not. */
    RETURNING_LAYERS,
    /** All of it, as where theta is rearranged. */
    EVERYTHING
  }

  /**
   * The changes that a schedule makes between two steps.
   *
   * @param known the state from now on
   * @param theta the changed parameters, in an array of their own; empty where they stay
   * @param layers the layers that the next step trains: at least one of the chosen layers,
   *     ascending and distinct; empty for all of them. The adapters of the other layers stay as
   *     they are, and so does what the optimiser keeps of them; a head is trained in every step
   * @param restart the state that the optimiser forgets before the next step
   */
  record Turn(
      Known known, Optional<NDArray> theta, Optional<List<Integer>> layers, Restart restart) {

    /** Nothing but a state. */
    public static Turn of(Known known) {
      return new Turn(known, Optional.empty(), Optional.empty(), Restart.NOTHING);
    }

    /** The same with changed parameters. */
    public Turn moving(NDArray changed) {
      return new Turn(known, Optional.of(changed), layers, restart);
    }

    /** The same for a step that trains some layers. */
    public Turn training(List<Integer> some) {
      return new Turn(known, theta, Optional.of(some), restart);
    }

    /** The same where the optimiser forgets. */
    public Turn restarting(Restart what) {
      return new Turn(known, theta, layers, what);
    }
  }

  /** Measures a model in training. */
  @ProviderType
  interface Probe {

    /**
     * The mean loss over a batch of training examples, without dropout.
     *
     * @param batch the number of the batch; the same number gives the same examples
     * @param examples the number of its examples
     * @param scales the factors of the contributions of layers' adapters, by layer; 1 for those
     *     that are not named
     * @throws io.flexora.api.run.FlexoraException if an adapter cannot be scaled; {@link
     *     io.flexora.api.selection.SelectionBounds#demand} refuses it before a run
     */
    double loss(long batch, int examples, Map<Integer, Double> scales);
  }
}
