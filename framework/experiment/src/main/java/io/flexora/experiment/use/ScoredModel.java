package io.flexora.experiment.use;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.results.run.EvaluationResult;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.EvaluationFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The scores of a model that was not trained for them.
 *
 * @param subject which model it is
 * @param split the rows that were scored
 * @param layers the layers with an adapter
 * @param adapterParameters the parameters of its adapters and its head
 * @param evaluation the metrics and predictions
 * @param seconds the time that scoring took
 * @param provenance what computed it, on what
 * @param trainedIn the type that the run computed in which trained the model, as far as is known
 * @since 0.1
 */
public record ScoredModel(
    EvaluationTarget subject,
    Split split,
    List<Integer> layers,
    long adapterParameters,
    Evaluation evaluation,
    double seconds,
    Provenance provenance,
    Optional<String> trainedIn) {

  /** Copies the list. */
  public ScoredModel {
    layers = List.copyOf(layers);
  }

  /** The outcome without its predictions. */
  public EvaluationResult result() {
    return new EvaluationResult(
        subject.name(),
        subject instanceof EvaluationTarget.Adapter own
            ? Optional.of(own.folder().toString())
            : Optional.empty(),
        subject instanceof EvaluationTarget.Trained trained
            ? Optional.of(trained.run().toString())
            : Optional.empty(),
        split.name().toLowerCase(Locale.ROOT),
        evaluation.predictions().size(),
        layers,
        adapterParameters,
        evaluation.metrics(),
        evaluation.deciding(),
        seconds,
        provenance);
  }

  /** The type that the run computed in which trained the model, where it is another one. */
  public Optional<String> otherComputeType() {
    return trainedIn.filter(
        type -> !type.equals(provenance.versions().get(Provenance.COMPUTE_TYPE)));
  }

  /**
   * Writes {@code result.json} and {@code predictions.jsonl} into a folder, both or none.
   *
   * @param folder made if it is not there; an earlier outcome in it is replaced
   * @throws io.flexora.api.run.FlexoraException if it holds something else, or cannot be written
   */
  public void write(Path folder) {
    EvaluationFolder.write(folder, result(), evaluation.predictions());
  }
}
