package io.flexora.api.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Monitor;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The model, the examples and the services of an evaluation.
 *
 * @since 0.1
 */
@ProviderType
public interface EvaluationContext {

  /** The adapted model. */
  AdaptedModel model();

  /** Its parameters. */
  NDArray theta();

  /** The examples to score. */
  List<Tokens> examples();

  /**
   * What the same model said of its own test examples, where {@link #examples} are a further test
   * set and an evaluator of the same kind scored both; empty otherwise. An evaluator that scores in
   * a context of its own passes it on.
   *
   * @throws io.flexora.api.run.FlexoraException if the evaluator of the own examples did not give a
   *     prediction of each, in order
   */
  List<ScoredExample> reference();

  /** The model's tokenizer. */
  Tokenizer tokenizer();

  /** The most tokens that the model takes, those of a generated text included. */
  int maxTokens();

  /** The owner of temporary arrays. */
  NDManager manager();

  /** Where the evaluation tells what it does. */
  Monitor monitor();
}
