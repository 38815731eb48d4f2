package io.flexora.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Point;
import io.flexora.model.decoder.weights.Checkpoint;
import io.flexora.model.decoder.weights.FrozenWeights;
import io.flexora.transformers.export.Judge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Computes with an adapted decoder and with what was exported of it. */
record ExportJudge(DecoderModel model, AdaptedDecoder adapted, NDArray theta) implements Judge {

  @Override
  public double[][] adapted(List<int[]> sequences) {
    return logits(adapted, theta, sequences);
  }

  @Override
  public double[][] exported(Path location, List<int[]> sequences) throws IOException {
    AdapterPlan nothing = new AdapterPlan(adapted.plan().method(), List.of(), List.of(), 0);
    NDManager manager = model.manager().newSubManager();
    try (Checkpoint checkpoint = Checkpoint.open(location);
        DecoderModel exported = model.of(checkpoint, load(checkpoint, manager), manager);
        AdaptedDecoder bare = new AdaptedDecoder(exported, nothing)) {
      return logits(bare, manager.create(new Shape(0), model.type()), sequences);
    } finally {
      manager.close();
    }
  }

  private List<NDArray> load(Checkpoint checkpoint, NDManager manager) throws IOException {
    return FrozenWeights.load(checkpoint, manager, model.computeType());
  }

  private static double[][] logits(AdaptedDecoder model, NDArray theta, List<int[]> sequences) {
    return sequences.stream()
        .map(ids -> model.logits(Point.of(theta), ids))
        .toArray(double[][]::new);
  }
}
