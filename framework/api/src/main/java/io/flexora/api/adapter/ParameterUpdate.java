package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What an adapter method does to its parameters after each step of the optimiser, such as pruning
 * them to a budget. It keeps nothing itself: its state is arrays that it is given back, so that a
 * training can be resumed from any checkpoint.
 *
 * <p>It acts in the training, not in the inner loop of a search: a hypergradient goes back through
 * each inner step, and an update such as pruning has no derivative to go through.
 *
 * @since 0.1
 */
@ConsumerType
public interface ParameterUpdate {

  /**
   * Why it cannot act in a training of so many steps, as the end of a message; empty if it can.
   * Asked before anything is computed.
   *
   * @param totalSteps how many steps the training has
   */
  default Optional<String> misfit(long totalSteps) {
    return Optional.empty();
  }

  /**
   * The state before the first step.
   *
   * @param scope the owner of the result
   * @param places where the parameters are in theta
   * @param theta the initial theta
   */
  List<NDArray> start(NDManager scope, List<Place> places, NDArray theta);

  /**
   * Changes the parameters after a step.
   *
   * @param scope the owner of the result
   * @param at the training after the step
   */
  Updated after(NDManager scope, At at);

  /**
   * Whether the parameters after a step may be kept as the best of a training, as where all pruning
   * is done. Where they may, so may those after all later steps. A training that ends before keeps
   * its last parameters, and says so.
   *
   * @param step the number of the step, from 1
   * @param totalSteps how many steps the training has
   */
  default boolean settled(long step, long totalSteps) {
    return true;
  }

  /**
   * The place of a parameter in theta.
   *
   * @param offset the index of its first element
   * @param site the module that it belongs to
   * @param parameter what it is, and its shape
   */
  record Place(long offset, AdapterSite site, AdapterParameter parameter) {

    /** The number of elements. */
    public long size() {
      return parameter.shape().size();
    }
  }

  /**
   * A training after a step of the optimiser.
   *
   * @param places where the parameters are in theta, in their order; behind them may be a head
   * @param step the number of the step, from 1
   * @param totalSteps how many steps the training has
   * @param theta theta after the step
   * @param gradient the gradient that the step took, the penalty's included, as it was clipped
   * @param state the state after the step before
   */
  record At(
      List<Place> places,
      long step,
      long totalSteps,
      NDArray theta,
      NDArray gradient,
      List<NDArray> state) {

    /** Copies the lists. */
    public At {
      places = List.copyOf(places);
      state = List.copyOf(state);
    }
  }

  /**
   * What becomes of it.
   *
   * @param theta the changed theta, in an array of its own
   * @param state as many arrays as at the start, none of them those before
   */
  record Updated(NDArray theta, List<NDArray> state) {

    /** Copies the list. */
    public Updated {
      state = List.copyOf(state);
    }
  }
}
