package io.flexora.experiment.setup;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.selection.Selector;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.MovingOptions;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.config.yaml.Location;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The options of an experiment by the parts of its cells that they move ({@link Effect}):
 * experiments that are equal in a part can share it.
 *
 * @param model of the pretrained model
 * @param data of the examples of a training and their tokens, beside the model
 * @param evaluation of the evaluation and its examples, beside model and data
 * @param search of a search, beside model, data and its strategy
 * @param training of a training, beside model, data and the choice of a search
 */
public record InputsKey(
    String model, String data, String evaluation, String search, String training) {

  /** A strategy and a posterior are a cell's own; what they share in is keyed with them. */
  private static final Set<String> OF_CELLS = Set.of(kind(Selector.class), kind(Posterior.class));

  /** The key of a resolved configuration. */
  public static InputsKey of(ConfigNode resolved, long dataSeed, ComponentTypes types) {
    Location place = resolved.location();
    Mapping seeded =
        ((Mapping) resolved)
            .with(new Entry("data_seed", place, new Scalar(place, Long.toString(dataSeed), true)));
    Function<Effect, String> part =
        effect ->
            new ConfigurationWriter()
                .yaml(
                    new MovingOptions(types, Set.of(effect), OF_CELLS)
                        .of(seeded, ExperimentConfiguration.class));
    return new InputsKey(
        part.apply(Effect.MODEL),
        part.apply(Effect.DATA),
        part.apply(Effect.EVALUATION),
        part.apply(Effect.SEARCH),
        part.apply(Effect.TRAINING));
  }

  private static String kind(Class<?> point) {
    return point.getAnnotation(ExtensionPoint.class).value();
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
}
