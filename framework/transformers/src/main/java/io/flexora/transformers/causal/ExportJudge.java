package io.flexora.transformers.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.head.Head;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.transformers.checkpoint.ArrayLoader;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.export.Judge;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.packed.PackedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Computes with an adapted model and with what was exported of it. */
record ExportJudge(CausalModel model, AdaptedCausal adapted, NDArray theta) implements Judge {

  @Override
  public double[][] adapted(List<int[]> sequences) {
    return logits(adapted, theta, sequences);
  }

  @Override
  public double[][] exported(Path location, List<int[]> sequences) throws IOException {
    AdapterPlan nothing = new AdapterPlan(adapted.plan().method(), List.of(), List.of(), Head.NONE);
    NDManager manager = model.manager().newSubManager();
    try (CausalCheckpoint checkpoint = CausalCheckpoint.open(model.families(), location);
        CausalModel exported = model.of(checkpoint, load(checkpoint, manager), manager);
        AdaptedCausal bare = new AdaptedCausal(exported, nothing)) {
      return logits(bare, manager.create(new Shape(0), model.type()), sequences);
    } finally {
      manager.close();
    }
  }

  private PackedWeights load(CausalCheckpoint checkpoint, NDManager manager) throws IOException {
    checkpoint.requireWhole();
    return ArrayLoader.load(
        checkpoint,
        checkpoint.description().arrays(),
        manager,
        model.computeType(),
        WeightStorage.DENSE);
  }

  private static double[][] logits(AdaptedCausal model, NDArray theta, List<int[]> sequences) {
    return sequences.stream()
        .map(ids -> model.logits(Point.of(theta), ids))
        .toArray(double[][]::new);
  }
}
