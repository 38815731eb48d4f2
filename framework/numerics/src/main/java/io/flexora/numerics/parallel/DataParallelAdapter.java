package io.flexora.numerics.parallel;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdaptedModel.BatchResults;
import io.flexora.api.model.AdaptedModel.BatchWork;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/** A model with adapters on several devices; what is not a batch of many goes to the first. */
final class DataParallelAdapter extends ForwardingModel {

  private final AdaptedModel first;
  private final List<BaseModel> models;
  private final DeviceThreads threads;
  private final Map<Integer, AdaptedModel> further = new ConcurrentHashMap<>();

  DataParallelAdapter(List<BaseModel> models, AdapterPlan plan, DeviceThreads threads) {
    this(models, models.get(0).adapt(plan), threads);
  }

  private DataParallelAdapter(List<BaseModel> models, AdaptedModel first, DeviceThreads threads) {
    super(first);
    this.first = first;
    this.models = models;
    this.threads = threads;
  }

  @Override
  public <T> void eachBatch(
      NDManager scope, int batches, BatchWork<T> work, BatchResults<T> results) {
    if (batches < 2) {
      super.eachBatch(scope, batches, work, results);
      return;
    }
    Deque<Running<T>> running = new ArrayDeque<>();
    try {
      for (int i = 0; i < batches; i++) {
        if (running.size() == threads.count()) {
          running.remove().handOver(results);
        }
        running.add(begin(scope, work, i));
      }
      while (!running.isEmpty()) {
        running.remove().handOver(results);
      }
    } finally {
      running.forEach(Running::abandon);
    }
  }

  @Override
  public GradientRecord record(NDManager scope, Batch batch, Point point) {
    return first.record(scope, batch, point);
  }

  private <T> Running<T> begin(NDManager scope, BatchWork<T> work, int index) {
    int device = index % threads.count();
    NDManager own = scope.newSubManager(threads.device(device));
    return new Running<>(
        index, device, own, threads.begin(device, () -> work.of(on(device), own, index)));
  }

  /** A batch that a device is at, or was. */
  private final class Running<T> {
    private final int index;
    private final int device;
    private final NDManager own;
    private final Future<T> result;

    Running(int index, int device, NDManager own, Future<T> result) {
      this.index = index;
      this.device = device;
      this.own = own;
      this.result = result;
    }

    void handOver(BatchResults<T> results) {
      try (own) {
        results.take(index, threads.await(device, result));
      }
    }

    /** Another batch has failed; of several failures the first is told. */
    void abandon() {
      try (own) {
        threads.await(device, result);
      } catch (RuntimeException | Error e) {
        // The run ends with the failure of the batch before it, once no device computes any more.
      }
    }
  }

  /** The model on a device, made by the thread that first computes with it. */
  private AdaptedModel on(int device) {
    return device == 0 ? first : further.computeIfAbsent(device, this::made);
  }

  private AdaptedModel made(int device) {
    BaseModel base = models.get(device);
    AdaptedModel made;
    synchronized (base) {
      made = base.adapt(plan());
    }
    Device home = threads.device(0);
    Device there = threads.device(device);
    return there.equals(home) ? made : new ElsewhereModel(made, home, there);
  }

  @Override
  public void close() {
    further.values().forEach(AdaptedModel::close);
    super.close();
  }
}
