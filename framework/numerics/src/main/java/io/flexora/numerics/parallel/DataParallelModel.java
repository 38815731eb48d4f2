package io.flexora.numerics.parallel;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A frozen model on several devices. Its adapted models give each device a part of the batches that
 * {@link AdaptedModel#eachBatch} is asked for, by a thread of its own; all else is computed on the
 * first device. As whole batches are shared and their results taken in order, the numbers are those
 * of one device: on a CPU bit by bit, if an operation has as many threads.
 *
 * @since 0.1
 */
public final class DataParallelModel implements BaseModel {

  private final List<BaseModel> models;
  private final DeviceThreads threads;
  private final boolean ownsThreads;

  private DataParallelModel(List<BaseModel> models, DeviceThreads threads, boolean ownsThreads) {
    this.models = List.copyOf(models);
    this.threads = threads;
    this.ownsThreads = ownsThreads;
  }

  /**
   * Puts a model on several devices, and takes its copies over.
   *
   * @param models the model on each device, the first device first; the same object where devices
   *     have their memory in common, as copies on a CPU do
   * @return the only model itself where there is one device
   */
  public static BaseModel of(List<BaseModel> models) {
    if (models.size() == 1) {
      return models.get(0);
    }
    List<Device> devices = models.stream().map(model -> model.manager().getDevice()).toList();
    return new DataParallelModel(models, DeviceThreads.start(devices), true);
  }

  @Override
  public ModelShape shape() {
    return models.get(0).shape();
  }

  @Override
  public NDManager manager() {
    return models.get(0).manager();
  }

  @Override
  public AdaptedModel adapt(AdapterPlan plan) {
    return new DataParallelAdapter(models, plan, threads);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    Optional<T> found = models.get(0).ability(ability);
    return ability == PrunableModel.class
        ? found.map(prunable -> ability.cast((PrunableModel) this::pruned))
        : found;
  }

  private BaseModel pruned(List<SparseMatrix> matrices) {
    Map<BaseModel, BaseModel> pruned = new HashMap<>();
    try {
      List<BaseModel> all = new ArrayList<>();
      for (BaseModel model : models) {
        all.add(pruned.computeIfAbsent(model, m -> pruned(m, matrices)));
      }
      return new DataParallelModel(all, threads, false);
    } catch (RuntimeException e) {
      pruned.values().forEach(BaseModel::close);
      throw e;
    }
  }

  private static BaseModel pruned(BaseModel model, List<SparseMatrix> matrices) {
    PrunableModel prunable = model.require(PrunableModel.class, "a pruned base on several devices");
    try (NDManager temporary = model.manager().newSubManager()) {
      return prunable.pruned(matrices.stream().map(m -> there(temporary, m)).toList());
    }
  }

  private static SparseMatrix there(NDManager owner, SparseMatrix matrix) {
    return new SparseMatrix(
        matrix.site(),
        NativeArrays.onDeviceOf(owner, matrix.kept()),
        matrix.weight().map(weight -> NativeArrays.onDeviceOf(owner, weight)));
  }

  @Override
  public void close() {
    if (ownsThreads) {
      threads.close();
    }
    new LinkedHashSet<>(models).forEach(BaseModel::close);
  }
}
