package io.flexora.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Objective;
import io.flexora.api.model.Tokens;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Examples of a decoder. What a loss needs and what scores need is put on the device when it is
 * first asked for, the frozen part of the model already applied, as that does not depend on theta.
 */
final class DecoderBatch implements Batch {

  private final NDManager owner;
  private final List<Tokens> examples;
  private final Objective objective;
  private final BiFunction<NDManager, TokenTrees, List<NDArray>> frozen;
  private TokenTrees lossTrees;
  private List<NDArray> lossArrays;
  private List<NDArray> scoreArrays;

  /**
   * Makes a batch.
   *
   * @param frozen puts trees on the device and applies the frozen part of the model
   */
  DecoderBatch(
      NDManager owner,
      List<Tokens> examples,
      Objective objective,
      BiFunction<NDManager, TokenTrees, List<NDArray>> frozen) {
    this.owner = owner;
    this.examples = List.copyOf(examples);
    this.objective = objective;
    this.frozen = frozen;
  }

  List<Tokens> examples() {
    return examples;
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public long terms() {
    return objective == Objective.ANSWER ? lossTrees().labels() : size();
  }

  @Override
  public long paddedTokens() {
    return lossTrees().ids().length;
  }

  /** The arrays of the batch for its loss. */
  List<NDArray> forLoss() {
    if (lossArrays == null) {
      lossArrays = frozen.apply(owner, lossTrees());
    }
    return lossArrays;
  }

  /** The arrays of the batch for the scores of all choices. */
  List<NDArray> forScores() {
    if (objective == Objective.CHOICES) {
      return forLoss();
    }
    if (scoreArrays == null) {
      scoreArrays = frozen.apply(owner, TokenTrees.ofChoices(examples));
    }
    return scoreArrays;
  }

  private TokenTrees lossTrees() {
    if (lossTrees == null) {
      lossTrees =
          objective == Objective.ANSWER
              ? TokenTrees.ofAnswers(examples)
              : TokenTrees.ofChoices(examples);
    }
    return lossTrees;
  }
}
