package io.flexora.solver.hypergradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A residual net of three gated layers and a head in float64, with another batch and another
 * dropout mask in each step. Its derivatives are PyTorch's.
 */
final class GatedNetProblem implements BilevelProblem {

  private static final int LAYERS = 3;
  private static final int WIDTH = 4;
  private static final int RANK = 2;
  private static final int BATCH = 6;

  private static final String SOURCE =
      """
        def loss(self, theta: Tensor, alpha: Tensor, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
          gates = torch.softmax(alpha, 0) * alpha.size(0)
          h = x
          for i in range(alpha.size(0)):
            a = torch.reshape(torch.slice(theta, 0, i * 16, i * 16 + 8, 1), [4, 2])
            b = torch.reshape(torch.slice(theta, 0, i * 16 + 8, i * 16 + 16, 1), [2, 4])
            h = h + torch.matmul(torch.tanh(torch.matmul(h * mask, a)), b) * gates[i]
          head = torch.slice(theta, 0, 48, 52, 1)
          e = torch.tanh(torch.matmul(h, head)) - y
          return torch.mean(e * e)

        def gradient(self, theta: Tensor, alpha: Tensor, x: Tensor, y: Tensor, mask: Tensor) -> List[Tensor]:
          t = theta.detach().requires_grad_(True)
          g = alpha.detach().requires_grad_(True)
          loss = self.loss(t, g, x, y, mask)
          d = torch.autograd.grad([loss], [t, g])
          dt = d[0]
          dg = d[1]
          assert dt is not None
          assert dg is not None
          return [loss.detach(), dt, dg]

        def product(self, theta: Tensor, alpha: Tensor, x: Tensor, y: Tensor, mask: Tensor, u: Tensor) -> List[Tensor]:
          t = theta.detach().requires_grad_(True)
          g = alpha.detach().requires_grad_(True)
          loss = self.loss(t, g, x, y, mask)
          first = torch.autograd.grad([loss], [t], create_graph=True)[0]
          assert first is not None
          d = torch.autograd.grad([torch.dot(first, u)], [t, g])
          dt = d[0]
          dg = d[1]
          assert dt is not None
          assert dg is not None
          return [dt, dg]
      """;

  private final TorchScript script;
  private final ParameterIndex index = index();

  GatedNetProblem(NDManager manager) {
    this.script = TorchScript.compile(manager, SOURCE);
  }

  @Override
  public ParameterIndex parameters() {
    return index;
  }

  @Override
  public int gates() {
    return LAYERS;
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return scope.create(new Random(3).doubles(index.size(), -0.7, 0.7).toArray());
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, new Random(100 + innerStep), true, theta, alpha);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return lossGradient(scope, new Random(-1 - outerStep), false, theta, alpha);
  }

  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    try (NDManager own = scope.newSubManager()) {
      Arguments arguments =
          arguments(own, new Random(100 + innerStep), true, theta, alpha).with("u", u.theta());
      NDList product = script.call("product", arguments);
      product.attach(scope);
      return new Direction(product.get(0), product.get(1));
    }
  }

  private LossGradient lossGradient(
      NDManager scope, Random random, boolean dropout, NDArray theta, NDArray alpha) {
    try (NDManager own = scope.newSubManager()) {
      NDList result = script.call("gradient", arguments(own, random, dropout, theta, alpha));
      result.subNDList(1).attach(scope);
      return new LossGradient(
          result.get(0).getDouble(), BATCH, result.get(1), Optional.of(result.get(2)));
    }
  }

  private static Arguments arguments(
      NDManager scope, Random random, boolean dropout, NDArray theta, NDArray alpha) {
    double[] x = random.doubles(BATCH * WIDTH, -1, 1).toArray();
    double[] y = random.doubles(BATCH, -0.8, 0.8).toArray();
    double[] mask = random.doubles(WIDTH).map(d -> dropout && d < 0.25 ? 0 : 1).toArray();
    return new Arguments(scope)
        .with("theta", theta)
        .with("alpha", alpha)
        .with("x", scope.create(x, new Shape(BATCH, WIDTH)))
        .with("y", scope.create(y).toType(DataType.FLOAT64, false))
        .with("mask", scope.create(mask));
  }

  private static ParameterIndex index() {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    ModuleShape module = new ModuleShape("dense", "layer.%d.dense", WIDTH, WIDTH);
    for (int layer = 0; layer < LAYERS; layer++) {
      for (String name : List.of("A", "B")) {
        AdapterParameter parameter =
            new AdapterParameter(name, "lora_" + name, new Shape(RANK * WIDTH));
        Slice slice =
            new Slice(offset, parameter.shape(), new Slice.Adapter(layer, module, parameter));
        slices.add(slice);
        offset += slice.size();
      }
    }
    slices.add(new Slice(offset, new Shape(WIDTH), new Slice.Head("head.weight")));
    return new ParameterIndex(slices);
  }
}
