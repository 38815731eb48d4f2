package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Monitor;
import io.flexora.experiment.inputs.ExperimentData;
import java.util.List;
import java.util.function.Supplier;

/** The context of the evaluator of a cell; {@code ofOwn} finds the reference if it is asked for. */
public record CellEvaluation(
    AdaptedModel model,
    NDArray theta,
    List<Tokens> examples,
    Supplier<List<ScoredExample>> ofOwn,
    Tokenizer tokenizer,
    int maxTokens,
    NDManager manager,
    Monitor monitor)
    implements EvaluationContext {

  /** The evaluation of examples by a model. */
  public static CellEvaluation of(
      ExperimentData data,
      AdaptedModel model,
      NDArray theta,
      List<Tokens> examples,
      NDManager manager,
      Monitor monitor) {
    return new CellEvaluation(
        model,
        theta,
        examples,
        List::of,
        data.pretrained().tokenizer(),
        data.pretrained().shape().maxTokens(),
        manager,
        monitor);
  }

  /** The same where the examples are a further test set. */
  CellEvaluation withReference(Supplier<List<ScoredExample>> own) {
    return new CellEvaluation(model, theta, examples, own, tokenizer, maxTokens, manager, monitor);
  }

  @Override
  public List<ScoredExample> reference() {
    return ofOwn.get();
  }
}
