package io.flexora.experiment;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.experiment.cell.CellReuse;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.PretrainedModel;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.FetchedFiles;
import io.flexora.experiment.setup.InputsKey;
import io.flexora.experiment.setup.ModelDevices;
import io.flexora.experiment.setup.NoticeLog;
import io.flexora.files.durable.FileHash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model, the tokenizer and the tokens that experiments use one after the other. Those of one
 * model are freed before another is loaded. Not for several threads at a time.
 *
 * @since 0.1
 */
public final class SharedInputs implements AutoCloseable {

  private Optional<Current> current = Optional.empty();

  /** Begins with nothing. */
  public SharedInputs() {}

  /**
   * The origin of an input.
   *
   * @param files what was fetched for it
   * @param notices what was told of it
   */
  record Origin(FetchedFiles files, NoticeLog notices) {}

  /**
   * The inputs that are kept, and their origins.
   *
   * @param origins of the model, the data and the rest
   * @param decisions what the model was loaded by, where its options are left to the machine
   * @param reuse what cells of the same model and training data have come to
   */
  record Kept(ExperimentInputs inputs, List<Origin> origins, Decisions decisions, CellReuse reuse) {

    /** The hash of each file, by its location. */
    Map<String, FileHash> hashes() {
      Map<String, FileHash> hashes = new LinkedHashMap<>();
      origins.forEach(origin -> hashes.putAll(origin.files().hashes()));
      return hashes;
    }

    /** What was told of the inputs, each once. */
    List<String> notices() {
      return origins.stream().flatMap(o -> o.notices().all().stream()).distinct().toList();
    }
  }

  /**
   * A model that experiments share.
   *
   * @param decisions what it was loaded by
   */
  private record SharedModel(
      PretrainedModel pretrained, int devices, Origin origin, Decisions decisions) {}

  /**
   * The inputs of the last experiment.
   *
   * @param asked what they depend on beside decisions
   * @param key what they depend on
   * @param reuse what cells of the same model and training data have come to
   */
  private record Current(
      InputsKey asked,
      InputsKey key,
      SharedModel model,
      Origin ofData,
      CellReuse reuse,
      Kept kept) {

    /** What the model has to keep to, unless it was loaded by just that. */
    Map<String, Decision> recalled(InputsKey wanted, Map<String, Decision> recalled) {
      boolean decidedHere =
          asked.model().equals(wanted.model())
              && model.decisions().recalled().isEmpty()
              && model.decisions().all().equals(recalled);
      return decidedHere ? Map.of() : recalled;
    }
  }

  /**
   * The inputs of an experiment: those that are there, if they are the same.
   *
   * @param asked what they depend on beside decisions
   * @param origin where they come from, if they are not there
   * @param deciding what the model is loaded by, if it is not there
   * @param devices where the model goes, if it is not there
   */
  Kept of(
      InputsKey asked,
      ExperimentConfiguration configuration,
      Origin origin,
      Decisions deciding,
      ModelDevices devices) {
    Map<String, Decision> recalled = deciding.recalled();
    InputsKey key =
        asked.with(current.map(there -> there.recalled(asked, recalled)).orElse(recalled));
    int count = configuration.cell().devices();
    Optional<Current> ofModel =
        current.filter(
            there -> there.model().devices() == count && key.model().equals(there.key().model()));
    if (ofModel.filter(there -> there.key().equals(key)).isPresent()) {
      return ofModel.get().kept();
    }
    CellReuse reuse =
        current
            .filter(there -> key.trainsOnDataOf(there.key()))
            .map(Current::reuse)
            .orElseGet(CellReuse::new);
    if (ofModel.isEmpty()) {
      close();
    }
    SharedModel model =
        ofModel
            .map(Current::model)
            .orElseGet(
                () ->
                    new SharedModel(
                        new PretrainedModel(configuration.model(), ModelBackend::load, devices),
                        count,
                        origin,
                        deciding));
    // Experiments with another adapter read and cut into tokens the same examples.
    Optional<Current> ofData = ofModel.filter(there -> key.hasDataOf(there.key()));
    ExperimentInputs inputs =
        ofData
            .map(there -> there.kept().inputs().with(configuration))
            .orElseGet(() -> ExperimentInputs.of(configuration, model.pretrained()));
    Origin data = ofData.map(Current::ofData).orElse(origin);
    Kept kept =
        new Kept(inputs, List.of(model.origin(), data, origin), model.decisions(), reuse.of(key));
    current = Optional.of(new Current(asked, key, model, data, reuse, kept));
    return kept;
  }

  /** Frees everything. */
  @Override
  public void close() {
    current.ifPresent(there -> there.model().pretrained().close());
    current = Optional.empty();
  }
}
