package io.flexora.api.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The model and the examples that a trainer works on.
 *
 * @since 0.1
 */
@ProviderType
public interface TrainingContext {

  /** The model, adapted on the chosen layers. */
  AdaptedModel model();

  /**
   * Theta before the first step, where every training begins: the values that a strategy has
   * brought, or else what the model draws.
   *
   * @param scope the owner of the result
   * @param seeds the seeds that the model draws from
   */
  default NDArray initialTheta(NDManager scope, Seeds seeds) {
    return model().initialTheta(scope, seeds);
  }

  /**
   * The model without adapters, for trainers that prune it; nothing changes it, as other trainings
   * use it too. Empty where a training has to leave the base as it is.
   */
  default Optional<BaseModel> base() {
    return Optional.empty();
  }

  /** The training examples. */
  List<Tokens> training();

  /** The validation examples. */
  List<Tokens> validation();

  /** The owner of the result. */
  NDManager manager();

  /** What the strategy changes while the training goes on; empty for nothing. */
  default Optional<TrainingSchedule> schedule() {
    return Optional.empty();
  }

  /**
   * How many optimiser steps the whole training takes, whatever the trainer's options say, as where
   * a comparison holds them equal; empty to leave it to the options. A trainer that ends early by
   * its options may still do so.
   */
  default OptionalLong steps() {
    return OptionalLong.empty();
  }

  /** How long the training may still take; it ends with the step in which that time is over. */
  default Optional<Duration> timeLimit() {
    return Optional.empty();
  }

  /** The checkpoints of the training. */
  Checkpoints checkpoints();

  /**
   * Offers the parameters after a step, which are kept where a posterior needs them. A training
   * offers those of every step, before the step is offered as a checkpoint; but none that belong to
   * another base than that which it ends with.
   *
   * @param step the steps that were done
   * @param theta the parameters, read before the call returns
   */
  default void snapshot(long step, NDArray theta) {}

  /** Where the training tells what it does. */
  Monitor monitor();
}
