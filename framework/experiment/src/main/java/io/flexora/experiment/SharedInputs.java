package io.flexora.experiment;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.run.Decisions;
import io.flexora.files.durable.FileHash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The model, the tokenizer and the tokens that experiments use one after the other. Those of one
 * model are freed before another is loaded. Not for several threads at a time.
 *
 * @since 0.1
 */
public final class SharedInputs implements AutoCloseable {

  private InputsKey key;
  private Kept kept;
  private PretrainedModel pretrained;
  private FetchedSources ofModel;
  private Decisions decisions;
  private FetchedSources ofData;

  /** Begins with nothing. */
  public SharedInputs() {}

  /**
   * What is kept.
   *
   * @param ofModel what the model was fetched from
   * @param ofData what the data was fetched from
   * @param ofRest what the rest was fetched from
   * @param decisions what the model was loaded by, where its options are left to the machine
   */
  record Kept(
      ExperimentInputs inputs,
      FetchedSources ofModel,
      FetchedSources ofData,
      FetchedSources ofRest,
      Decisions decisions) {

    /** The hash of each file, by its location. */
    Map<String, FileHash> hashes() {
      Map<String, FileHash> hashes = new LinkedHashMap<>(ofModel.hashes());
      hashes.putAll(ofData.hashes());
      hashes.putAll(ofRest.hashes());
      return hashes;
    }
  }

  /**
   * The inputs of an experiment: those that are there, if they are the same.
   *
   * @param sources where they are fetched from, if they are not there
   * @param deciding what the model is loaded by, if it is not there
   * @param devices where the model goes, if it is not there
   */
  Kept of(
      InputsKey wanted,
      ExperimentConfiguration configuration,
      FetchedSources sources,
      Decisions deciding,
      ModelDevices devices) {
    if (Objects.equals(wanted, key)) {
      return kept;
    }
    if (key == null || !wanted.model().equals(key.model())) {
      close();
      pretrained = new PretrainedModel(configuration.model(), ModelBackend::load, devices);
      ofModel = sources;
      decisions = deciding;
    }
    if (key != null && wanted.hasDataOf(key)) {
      // Experiments with another adapter read and cut into tokens the same examples.
      kept = kept(kept.inputs().with(configuration), sources);
    } else {
      ofData = sources;
      kept = kept(new ExperimentInputs(configuration, pretrained), sources);
    }
    key = wanted;
    return kept;
  }

  private Kept kept(ExperimentInputs inputs, FetchedSources ofRest) {
    return new Kept(inputs, ofModel, ofData, ofRest, decisions);
  }

  /** Frees everything. */
  @Override
  public void close() {
    if (pretrained != null) {
      pretrained.close();
    }
    pretrained = null;
    kept = null;
    key = null;
  }
}
