package io.flexora.experiment;

import io.flexora.api.model.ModelBackend;
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
  private FetchedSources ofData;

  /** Begins with nothing. */
  public SharedInputs() {}

  /**
   * What is kept.
   *
   * @param ofModel what the model was fetched from
   * @param ofData what the data was fetched from
   * @param ofRest what the rest was fetched from
   */
  record Kept(
      ExperimentInputs inputs,
      FetchedSources ofModel,
      FetchedSources ofData,
      FetchedSources ofRest) {

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
   */
  Kept of(InputsKey wanted, ExperimentConfiguration configuration, FetchedSources sources) {
    if (Objects.equals(wanted, key)) {
      return kept;
    }
    if (key == null || !wanted.model().equals(key.model())) {
      close();
      pretrained = new PretrainedModel(configuration.model(), ModelBackend::load);
      ofModel = sources;
    }
    if (key != null && wanted.hasDataOf(key)) {
      // Experiments with another adapter read and cut into tokens the same examples.
      kept = new Kept(kept.inputs().with(configuration), ofModel, ofData, sources);
    } else {
      ofData = sources;
      kept = new Kept(new ExperimentInputs(configuration, pretrained), ofModel, ofData, sources);
    }
    key = wanted;
    return kept;
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
