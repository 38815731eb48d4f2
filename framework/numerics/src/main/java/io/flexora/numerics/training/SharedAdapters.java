package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.flexora.api.ability.NoisyEmbeddings;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdaptedModel.BatchResults;
import io.flexora.api.model.AdaptedModel.BatchWork;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model in which modules {@linkplain io.flexora.api.plan.ChosenModule#shared share} their
 * adapters, as a function of each shared array once: theta = P phi, where P repeats the shared
 * arrays. Its gradient is that of the model summed over the modules, Pᵀ g, and its Hessian Pᵀ H P.
 * A shared array starts from what its lowest layer draws. Abilities that take theta are the model's
 * alone.
 *
 * @since 0.1
 */
public final class SharedAdapters extends ForwardingModel {

  private final AdaptedModel model;
  private final ParameterIndex whole;
  private final ParameterIndex index;

  /** For each slice of the whole theta the place of its array among those of this model. */
  private final List<Integer> places;

  /** Makes it; nothing changes where the model's plan shares nothing. */
  public SharedAdapters(AdaptedModel model) {
    super(model);
    this.model = model;
    this.whole = model.parameters();
    Map<Object, Integer> known = new LinkedHashMap<>();
    List<Slice> slices = new ArrayList<>();
    List<Integer> found = new ArrayList<>();
    long offset = 0;
    for (Slice slice : whole.slices()) {
      Integer place = known.putIfAbsent(array(slice, model.plan()), slices.size());
      found.add(place == null ? slices.size() : place);
      if (place == null) {
        slices.add(new Slice(offset, slice.shape(), slice.owner()));
        offset += slice.size();
      }
    }
    this.index = new ParameterIndex(slices);
    this.places = List.copyOf(found);
  }

  /** A shared array. */
  private record Shared(String module, String parameter) {}

  private static Object array(Slice slice, AdapterPlan plan) {
    return slice.owner() instanceof Slice.Adapter of
            && plan.isShared(new AdapterSite(of.layer(), of.module()))
        ? new Shared(of.module().name(), of.parameter().name())
        : slice.owner();
  }

  /** The trainable parameters of a model, where those that are shared count once. */
  public static long trainable(AdaptedModel model) {
    return model.plan().sharesAdapters()
        ? new SharedAdapters(model).parameters().size()
        : model.parameters().size();
  }

  @Override
  public ParameterIndex parameters() {
    return index;
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    try (Workspace work = new Workspace(scope)) {
      NDArray drawn = model.initialTheta(work.temporary(), seeds);
      NDList first = new NDList();
      for (int i = 0; i < places.size(); i++) {
        if (places.get(i) == first.size()) {
          first.add(piece(drawn, whole.slices().get(i)));
        }
      }
      return joined(work, first);
    }
  }

  /**
   * The theta of the model: phi with its shared arrays repeated.
   *
   * @param scope the owner of the result
   * @param phi the parameters of this model
   */
  public NDArray expand(NDManager scope, NDArray phi) {
    try (Workspace work = new Workspace(scope)) {
      NDArray own = work.share(phi);
      NDList pieces = new NDList();
      places.forEach(place -> pieces.add(piece(own, index.slices().get(place))));
      return joined(work, pieces);
    }
  }

  /** The gradient in phi of a gradient in theta. */
  private NDArray reduce(NDManager scope, NDArray gradient) {
    try (Workspace work = new Workspace(scope)) {
      NDArray own = work.share(gradient);
      NDList sums = new NDList();
      for (int i = 0; i < places.size(); i++) {
        NDArray piece = piece(own, whole.slices().get(i));
        int place = places.get(i);
        if (place == sums.size()) {
          sums.add(piece);
        } else {
          sums.set(place, sums.get(place).add(piece));
        }
      }
      return joined(work, sums);
    }
  }

  private static NDArray piece(NDArray vector, Slice slice) {
    return vector.get(new NDIndex("{}:{}", slice.offset(), slice.offset() + slice.size()));
  }

  private static NDArray joined(Workspace work, NDList pieces) {
    return work.keep(NDArrays.concat(pieces));
  }

  private Point expand(NDManager scope, Point point) {
    return point.withTheta(expand(scope, point.theta()));
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    try (NDManager own = scope.newSubManager()) {
      return reduce(scope, model.lossGradient(own, batch, expand(own, point)));
    }
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    try (NDManager own = scope.newSubManager()) {
      return reduce(scope, model.lossGradient(own, batch, expand(own, point), layers));
    }
  }

  private LossGradient reduce(NDManager scope, LossGradient found) {
    found.alpha().ifPresent(alpha -> alpha.attach(scope));
    return new LossGradient(
        found.loss(), found.terms(), reduce(scope, found.theta()), found.alpha());
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    try (NDManager own = scope.newSubManager()) {
      return model.loss(own, batch, expand(own, point));
    }
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    try (NDManager own = scope.newSubManager()) {
      Direction expanded = new Direction(expand(own, u.theta()), u.alpha());
      Direction product = model.hessianProduct(own, batch, expand(own, point), expanded);
      product.alpha().attach(scope);
      return new Direction(reduce(scope, product.theta()), product.alpha());
    }
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    try (NDManager own = scope.newSubManager()) {
      return model.scores(own, batch, expand(own, point));
    }
  }

  @Override
  public <T> void eachBatch(
      NDManager scope, int batches, BatchWork<T> work, BatchResults<T> results) {
    model.eachBatch(
        scope,
        batches,
        (on, own, i) -> work.of(on == model ? this : new SharedAdapters(on), own, i),
        results);
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    // It has no method, and so takes no theta.
    return ability == NoisyEmbeddings.class ? model.ability(ability) : Optional.empty();
  }
}
