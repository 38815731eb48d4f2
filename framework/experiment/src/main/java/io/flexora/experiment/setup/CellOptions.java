package io.flexora.experiment.setup;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Option;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.run.Runner;
import io.flexora.api.track.Tracker;
import io.flexora.api.train.Trainer;
import io.flexora.runstore.CheckpointOptions;
import io.flexora.runstore.FolderName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of the cells of an experiment or a comparison: their training and where they run.
 *
 * @since 0.1
 */
public record CellOptions(
    @Option(
            affects = Effect.MODEL,
            doc =
                "Device: auto takes a GPU if there is one; gpu, also written cuda, without a GPU is an"
                    + " error.",
            byDefault = "auto")
        DeviceChoice device,
    @Option(
            affects = Effect.NOTHING,
            doc =
                "Number of devices that share the batches of a step and of an evaluation:"
                    + " GPUs, or on a CPU copies of the model that share the threads. Results"
                    + " are those of one device.",
            byDefault = "1",
            min = 1)
        int devices,
    @Option(doc = "The adapter method.", byDefault = "lora") Component<AdapterMethod> adapter,
    @Option(doc = "The trainer of the adapters on the chosen layers.", byDefault = "gradient")
        Component<Trainer> trainer,
    @Option(
            doc =
                "Posteriors: approximations of the predictive distribution, such as"
                    + " temperature scaling or a Laplace approximation, made of each trained"
                    + " model and evaluated beside it. Each has a name of your choice.",
            byDefault = "{}")
        Map<String, Component<Posterior>> posteriors,
    @Option(
            doc =
                "The runner of the cells: local, one after the other in this process, or"
                    + " process.",
            byDefault = "local")
        Component<Runner> runner,
    @Option(
            affects = Effect.NOTHING,
            doc = "When checkpoints of a cell are saved.",
            byDefault = "{}")
        CheckpointOptions checkpoints,
    @Option(
            doc =
                "The trackers that hear of each cell while it runs, such as TensorBoard. One that"
                    + " fails is left out; it ends nothing.",
            byDefault = "[]")
        List<Component<Tracker>> trackers,
    @Option(
            affects = Effect.NOTHING,
            doc =
                "Output folder of all runs and comparisons. Default: runs in the working"
                    + " folder.")
        Optional<Path> outputDir) {

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a posterior's name cannot be part of a cell's
   */
  public CellOptions {
    FolderName.PART.requireKeys("posteriors", "posterior", posteriors);
  }
}
