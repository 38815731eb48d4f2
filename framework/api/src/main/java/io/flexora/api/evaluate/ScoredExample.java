package io.flexora.api.evaluate;

import io.flexora.api.data.Example;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A model's prediction for one example.
 *
 * @param example the example
 * @param prediction the scores of its choices, the best of them, and the generated text
 * @param answerTokens the number of tokens of each choice, without the delimiter; empty where a
 *     head classifies
 * @since 0.1
 */
public record ScoredExample(Example example, Prediction prediction, List<Integer> answerTokens) {

  /** Copies the list. */
  public ScoredExample {
    answerTokens = List.copyOf(answerTokens);
  }

  /** The log-likelihood of a choice. */
  public double score(int choice) {
    return prediction.scores().get(choice);
  }

  /** The negative log-likelihood of the right choice in nats; of several the likeliest. */
  public double loss() {
    return -score(prediction.label());
  }

  /** Whether the choice with the highest score is a right one. */
  public boolean isRight() {
    return prediction.predicted() == prediction.label();
  }

  /** The probability of each choice among the choices, which sum to 1. */
  public double[] probabilities() {
    double highest = score(prediction.predicted());
    double[] weights =
        prediction.scores().stream().mapToDouble(score -> Math.exp(score - highest)).toArray();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** The probability of the choice with the highest score. */
  public double confidence() {
    return probabilities()[prediction.predicted()];
  }

  /**
   * The text that tells a choice from the others, whose length normalises its score: the choice's
   * own, or its prompt where the prompts differ (WinoGrande).
   */
  public String choiceText(int choice) {
    return example.prompts().size() > 1 ? example.prompt(choice) : example.choices().get(choice);
  }

  /** The Unicode code points of {@link #choiceText}. */
  public int characters(int choice) {
    String text = choiceText(choice);
    return text.codePointCount(0, text.length());
  }

  /** The UTF-8 bytes of {@link #choiceText}. */
  public int bytes(int choice) {
    return choiceText(choice).getBytes(StandardCharsets.UTF_8).length;
  }
}
