package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * A first-order optimiser as a map from one iterate to the next, and the exact derivative of that
 * map, backwards and forwards. It keeps nothing itself.
 *
 * @since 0.1
 */
public sealed interface Optimiser permits Sgd, AdamW {

  /** How many arrays of theta's length the state has. */
  int stateArrays();

  /** The state before the first step: zeros. */
  Map<String, NDArray> initialState(NDManager scope, NDArray theta);

  /**
   * Does one step.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the loss at {@code at.theta()}
   * @param rate the learning rate
   * @param count the number of the step since the initial state, from 1
   */
  Iterate step(NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count);

  /**
   * Pulls a cotangent back through one step: {@code (dStep/d(at, gradient))ᵀ after}.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the step
   * @param rate the learning rate of the step
   * @param count the number of the step, from 1
   * @param after the cotangent of the iterate after the step
   */
  Cotangents reverse(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count, Iterate after);

  /**
   * Pushes a direction forward through one step: {@code dStep/d(at, gradient) along}.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the step
   * @param rate the learning rate of the step
   * @param count the number of the step, from 1
   * @param along the direction
   * @return the direction of the iterate after the step
   */
  Iterate forward(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count, Tangents along);
}
