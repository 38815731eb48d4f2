package io.flexora.numerics.parallel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.Point;
import java.util.List;

/**
 * A model on another device than theta is on. A point is copied there for each batch, and a
 * gradient back; of a loss or scores nothing is copied but numbers.
 */
final class ElsewhereModel extends ForwardingModel {

  private final Device home;
  private final Device there;

  ElsewhereModel(AdaptedModel model, Device home, Device there) {
    super(model);
    this.home = home;
    this.there = there;
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return back(scope, super.lossGradient(scope, batch, there(scope, point)));
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    return back(scope, super.lossGradient(scope, batch, there(scope, point), layers));
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return super.loss(scope, batch, there(scope, point));
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    Direction moved = new Direction(there(scope, u.theta()), there(scope, u.alpha()));
    Direction product = super.hessianProduct(scope, batch, there(scope, point), moved);
    return new Direction(back(scope, product.theta()), back(scope, product.alpha()));
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    return super.scores(scope, batch, there(scope, point));
  }

  private Point there(NDManager scope, Point point) {
    return new Point(
        there(scope, point.theta()),
        point.alpha().map(alpha -> there(scope, alpha)),
        point.dropoutSeed(),
        point.embeddingNoise());
  }

  private LossGradient back(NDManager scope, LossGradient found) {
    return new LossGradient(
        found.loss(),
        found.terms(),
        back(scope, found.theta()),
        found.alpha().map(alpha -> back(scope, alpha)));
  }

  private NDArray there(NDManager scope, NDArray array) {
    return moved(scope, array, there);
  }

  private NDArray back(NDManager scope, NDArray array) {
    return moved(scope, array, home);
  }

  private static NDArray moved(NDManager scope, NDArray array, Device device) {
    NDArray moved = array.toDevice(device, true);
    moved.attach(scope);
    return moved;
  }
}
