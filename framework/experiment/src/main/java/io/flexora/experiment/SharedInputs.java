package io.flexora.experiment;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.run.Decision;
import io.flexora.api.run.Decisions;
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
import java.util.Objects;

/**
 * The model, the tokenizer and the tokens that experiments use one after the other. Those of one
 * model are freed before another is loaded. Not for several threads at a time.
 *
 * @since 0.1
 */
public final class SharedInputs implements AutoCloseable {

  private InputsKey asked;
  private InputsKey key;
  private Kept kept;
  private PretrainedModel pretrained;
  private int deviceCount;
  private Origin ofModel;
  private Decisions decisions;
  private Origin ofData;
  private CellReuse reuse = new CellReuse();

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
   * The inputs of an experiment: those that are there, if they are the same.
   *
   * @param inputs what they depend on beside decisions
   * @param origin where they come from, if they are not there
   * @param deciding what the model is loaded by, if it is not there
   * @param devices where the model goes, if it is not there
   */
  Kept of(
      InputsKey inputs,
      ExperimentConfiguration configuration,
      Origin origin,
      Decisions deciding,
      ModelDevices devices) {
    InputsKey wanted = inputs.with(recalled(inputs, deciding));
    boolean elsewhere = key != null && deviceCount != configuration.cell().devices();
    if (Objects.equals(wanted, key) && !elsewhere) {
      return kept;
    }
    if (key == null || !wanted.trainsOnDataOf(key)) {
      reuse = new CellReuse();
    }
    if (key == null || elsewhere || !wanted.model().equals(key.model())) {
      close();
      deviceCount = configuration.cell().devices();
      pretrained = new PretrainedModel(configuration.model(), ModelBackend::load, devices);
      ofModel = origin;
      decisions = deciding;
    }
    if (key != null && wanted.hasDataOf(key)) {
      // Experiments with another adapter read and cut into tokens the same examples.
      kept = kept(kept.inputs().with(configuration), origin, wanted);
    } else {
      ofData = origin;
      kept = kept(ExperimentInputs.of(configuration, pretrained), origin, wanted);
    }
    asked = inputs;
    key = wanted;
    return kept;
  }

  /** What the model has to keep to, unless the one that is there was loaded by just that. */
  private Map<String, Decision> recalled(InputsKey inputs, Decisions deciding) {
    Map<String, Decision> recalled = deciding.recalled();
    boolean decidedHere =
        asked != null
            && asked.model().equals(inputs.model())
            && decisions.recalled().isEmpty()
            && decisions.all().equals(recalled);
    return decidedHere ? Map.of() : recalled;
  }

  private Kept kept(ExperimentInputs inputs, Origin ofRest, InputsKey of) {
    return new Kept(inputs, List.of(ofModel, ofData, ofRest), decisions, reuse.of(of));
  }

  /** Frees everything. */
  @Override
  public void close() {
    if (pretrained != null) {
      pretrained.close();
    }
    pretrained = null;
    kept = null;
    asked = null;
    key = null;
  }
}
