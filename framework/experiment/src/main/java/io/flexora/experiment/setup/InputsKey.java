package io.flexora.experiment.setup;

import io.flexora.api.run.Decision;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What inputs depend on: two experiments whose keys are equal can use the same.
 *
 * @param model what the pretrained model depends on
 * @param data what the examples of a training and their tokens depend on beside the model
 * @param evaluation what the examples of the evaluation, and their evaluation, depend on beside
 *     that
 * @param search what a search depends on beside model, data and its strategy
 * @param training what a training depends on beside model, data and that
 */
public record InputsKey(
    String model, String data, String evaluation, String search, String training) {

  private static final List<String> OF_MODEL = List.of("device", "devices", "model");
  private static final List<String> OF_DATA =
      List.of("dataset", "task", "objective", "tuning_share");
  private static final List<String> OF_EVALUATION =
      List.of("evaluator", "test_sets", "evaluate_on");
  // What an adapter method draws, it draws by the seed of its cell.
  private static final List<String> OF_SEARCH = List.of("seed", "adapter");
  private static final List<String> OF_TRAINING = List.of("trainer", "training_steps");

  /** The key of a resolved configuration. */
  public static InputsKey of(ConfigNode resolved, long dataSeed) {
    return new InputsKey(
        dataSeed + "\n" + text(resolved, OF_MODEL),
        text(resolved, OF_DATA),
        text(resolved, OF_EVALUATION),
        text(resolved, OF_SEARCH),
        text(resolved, OF_TRAINING));
  }

  /** The key of inputs whose model keeps to what was decided before. */
  public InputsKey with(Map<String, Decision> recalled) {
    return new InputsKey(model + "\n" + recalled, data, evaluation, search, training);
  }

  /** Whether the data of another experiment can be used where the rest differs. */
  public boolean hasDataOf(InputsKey other) {
    return trainsOnDataOf(other) && evaluation.equals(other.evaluation());
  }

  /** Whether a training sees the same examples as one of another experiment. */
  public boolean trainsOnDataOf(InputsKey other) {
    return model.equals(other.model()) && data.equals(other.data());
  }

  private static String text(ConfigNode resolved, List<String> keys) {
    return keys.stream()
        .map(key -> ConfigValue.in(resolved, key))
        .flatMap(Optional::stream)
        .map(new ConfigurationWriter()::yaml)
        .collect(Collectors.joining("---\n"));
  }
}
