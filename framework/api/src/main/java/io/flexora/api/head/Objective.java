package io.flexora.api.head;

import io.flexora.api.data.Example;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.Compatibility;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A training loss of a language model, computed from the log-likelihoods of answers. Where a head
 * classifies the text, the loss is the cross-entropy over the classes instead.
 *
 * <p>An objective is one method of TorchScript, from which gradients and products with the Hessian
 * are derived: it has to be twice differentiable in {@code tokens}, {@code choices} and {@code
 * prompts}.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "objective",
    affects = {Effect.SEARCH, Effect.TRAINING, Effect.EVALUATION})
public interface Objective {

  /**
   * The likelihood of the right answer, of several the first: the mean cross-entropy of its tokens,
   * over all answer tokens of a batch.
   */
  Objective ANSWER =
      new Objective() {
        @Override
        public String description() {
          return "the likelihood of the right answer's tokens";
        }

        @Override
        public Terms terms() {
          return Terms.TOKENS;
        }

        @Override
        public String torchScript() {
          return method("    return torch.neg(torch.mean(tokens))\n");
        }
      };

  /**
   * The choice among the answers: the mean cross-entropy over the choices' log-likelihoods, over
   * the examples of a batch. The probabilities of several right answers are added.
   */
  Objective CHOICES =
      new Objective() {
        @Override
        public String description() {
          return "the choice among the answers' likelihoods";
        }

        @Override
        public boolean comparesChoices() {
          return true;
        }

        @Override
        public String torchScript() {
          return method(
              """
                  chosen = torch.log_softmax(choices + exists, 1)
                  return torch.neg(torch.mean(torch.logsumexp(chosen + right, [1])))
              """);
        }
      };

  /** The terms whose mean is a loss. */
  enum Terms {
    /** The tokens of the right answers. */
    TOKENS,
    /** The examples. */
    EXAMPLES
  }

  /** What it is, for people: {@code the choice among the answers' likelihoods}. */
  String description();

  /** What the loss of a batch is the mean of, by which the losses of its parts are weighed. */
  default Terms terms() {
    return Terms.EXAMPLES;
  }

  /** Whether it looks at all choices of an example, or at the right one alone. */
  default boolean comparesChoices() {
    return false;
  }

  /** Whether it looks at the likelihood of the prompt's tokens, too. */
  default boolean learnsPrompt() {
    return false;
  }

  /** Whether it compares with the likelihoods of the model without adapters. */
  default boolean needsReference() {
    return false;
  }

  /**
   * How much of a label's probability is spread evenly over all that could have stood there: the
   * cross-entropy of a token (where a head classifies, of a class) is taken with the distribution
   * that gives the label 1 - s and each of the n tokens s / n, as PyTorch's {@code label_smoothing}
   * does. It is that of {@code tokens}, not of {@code choices}.
   *
   * @return s, from 0 to 1; 0 for none
   */
  default double labelSmoothing() {
    return 0;
  }

  /**
   * Notes why an example cannot be learnt by it, as the end of a sentence that begins with the
   * example, such as {@code has 3 answers; dpo learns from pairs}; nothing by default.
   */
  default void checkCompatibility(Example example, Compatibility found) {}

  /**
   * The method {@code loss_of}, indented by two spaces, and what it calls. Its arguments, with e
   * examples, the c choices of the one that has most, and t tokens of answers:
   *
   * <ul>
   *   <li>{@code tokens} [t]: the log-likelihood of each token of an answer, and behind a prompt
   *       that is learnt of its tokens, with {@link #labelSmoothing}
   *   <li>{@code choices} [e, c]: the sums over the tokens of each answer, 0 where there is none
   *   <li>{@code lengths} [e, c]: how many tokens that are, 1 where there is none
   *   <li>{@code exists} [e, c]: 0 for each choice, minus infinity where there is none
   *   <li>{@code right} [e, c]: 0 for each right choice, minus infinity elsewhere
   *   <li>{@code reference} [e, c]: {@code choices} of the model without adapters; zeros if {@link
   *       #needsReference} is not said
   *   <li>{@code prompts} [e]: the sum over the prompt's tokens behind the first; zeros if {@link
   *       #learnsPrompt} is not said
   *   <li>{@code share} []: the examples of the batch over its tokens of prompts behind the first
   *       and of right answers, of which {@code tokens} may be a part: a mean over these tokens is
   *       their sum times {@code share}, over e
   * </ul>
   *
   * <p>It returns the mean over {@link #terms} as a tensor without dimensions.
   */
  String torchScript();

  /**
   * The method {@code loss_of} with a body.
   *
   * @param body its lines, indented by four spaces
   */
  static String method(String body) {
    return "  def loss_of(self, tokens: Tensor, choices: Tensor, lengths: Tensor, exists: Tensor,"
        + " right: Tensor, reference: Tensor, prompts: Tensor, share: Tensor) -> Tensor:\n"
        + body;
  }
}
