package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private final TorchEngine engine = TorchEngine.start();
  private final NDManager manager = engine.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void takesFirstAndSecondDerivatives() {
    TorchScript script =
        TorchScript.compile(
            manager,
            """
              def derivatives(self, x: Tensor) -> List[Tensor]:
                x = x.detach().requires_grad_(True)
                first = torch.autograd.grad([torch.sum(x * x * x)], [x], create_graph=True)[0]
                assert first is not None
                second = torch.autograd.grad([torch.sum(first)], [x])[0]
                assert second is not None
                return [first.detach(), second]
            """);
    NDArray x = manager.create(new double[] {1, 2, -3});
    NDList derivatives = script.call("derivatives", new Arguments(manager).with("x", x));
    assertThat(derivatives.get(0).toDoubleArray()).containsExactly(3, 12, 27);
    assertThat(derivatives.get(1).toDoubleArray()).containsExactly(6, 12, -18);
    assertThat(x.hasGradient()).isFalse();
  }

  @Test
  void passesArgumentsByNameWhateverTheirOrder() {
    TorchScript script =
        TorchScript.compile(
            manager,
            """
              def combine(self, x: Tensor, ys: List[Tensor], k: Tensor) -> Tensor:
                z = x
                for i in range(len(ys)):
                  z = z * int(k) - ys[i]
                return z
            """);
    NDArray x = manager.create(5.0);
    x.setName("a.name.of.its.own");
    NDList result =
        script.call(
            "combine",
            new Arguments(manager)
                .with("k", 10)
                .with("ys", List.of(manager.create(1.0), manager.create(2.0)))
                .with("x", x));
    assertThat(result.singletonOrThrow().getDouble()).isEqualTo(488);
    assertThat(x.getName()).isEqualTo("a.name.of.its.own");
  }

  @Test
  void drawsTheSameMaskFromTheSameSeedAndLeavesTheSharedGeneratorAlone() {
    TorchScript script =
        TorchScript.compile(
            manager,
            """
              def mask(self, x: Tensor, seed: Tensor) -> Tensor:
                generator = torch.Generator(device=x.device, seed=int(seed))
                return torch.bernoulli_(torch.empty_like(x), 0.75, generator=generator)
            """);
    NDArray x = manager.ones(new ai.djl.ndarray.types.Shape(10_000));
    manager.getEngine().setRandomSeed(3);
    float shared = manager.randomUniform(0, 1, new ai.djl.ndarray.types.Shape(1)).getFloat();
    manager.getEngine().setRandomSeed(3);
    NDArray first = mask(script, x, 7);
    NDArray other = mask(script, x, 8);
    NDArray again = mask(script, x, 7);
    assertThat(manager.randomUniform(0, 1, new ai.djl.ndarray.types.Shape(1)).getFloat())
        .isEqualTo(shared);
    assertThat(again).isEqualTo(first);
    assertThat(first.mean().getFloat()).isBetween(0.73f, 0.77f);
    assertThat(first.mul(other).mean().getFloat()).isBetween(0.54f, 0.585f);
  }

  private NDArray mask(TorchScript script, NDArray x, long seed) {
    return script
        .call("mask", new Arguments(manager).with("x", x).with("seed", seed))
        .singletonOrThrow();
  }

  @Test
  void computesInBfloat16WithoutShowingItToTheEngine() {
    TorchScript script =
        TorchScript.compile(
            manager,
            """
              def square(self, x: Tensor) -> Tensor:
                return torch.mul(x.to(15), x.to(15)).to(6)
            """);
    NDArray x = manager.create(new float[] {1.5f, 3f});
    NDArray square = script.call("square", new Arguments(manager).with("x", x)).singletonOrThrow();
    assertThat(square.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(square.toFloatArray()).containsExactly(2.25f, 9f);
  }

  @Test
  void leavesNothingBehindInTheScope() {
    TorchScript script =
        TorchScript.compile(manager, "  def twice(self, x: Tensor) -> Tensor:\n    return x + x\n");
    NDArray x = manager.create(1f);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 100; i++) {
      try (NDManager scope = manager.newSubManager()) {
        script.call("twice", new Arguments(scope).with("x", x));
        assertThat(scope.getManagedArrays()).hasSize(1);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void saysWhereATextDoesNotCompile() {
    assertThatThrownBy(
            () ->
                TorchScript.compile(
                    manager,
                    "  def f(self, x: Tensor) -> Tensor:\n    return torch.no_such_operator(x)\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no_such_operator");
  }

  @Test
  void saysWhereAMethodFails() {
    TorchScript script =
        TorchScript.compile(
            manager, "  def f(self, x: Tensor) -> Tensor:\n    return torch.reshape(x, [7])\n");
    assertThatThrownBy(() -> script.call("f", new Arguments(manager).with("x", manager.create(1f))))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("torch.reshape(x, [7])");
  }

  @Test
  void refusesArgumentsThatDoNotFit() {
    TorchScript script =
        TorchScript.compile(
            manager,
            "  def f(self, x: Tensor, n: int) -> Tensor:\n    return x\n  def g(self, x: Tensor) -> Tensor:\n    return x\n");
    Arguments none = new Arguments(manager);
    assertThatThrownBy(() -> script.call("h", none)).hasMessageContaining("no method 'h'");
    assertThatThrownBy(() -> script.call("f", none)).hasMessageContaining("takes a int");
    assertThatThrownBy(() -> script.call("g", none)).hasMessageContaining("'x' is missing");
    assertThatThrownBy(
            () ->
                script.call("g", new Arguments(manager).with("x", manager.create(1)).with("y", 1)))
        .hasMessageContaining("do not fit");
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    assertThat(engine.device("cpu")).isEqualTo(Device.cpu());
    assertThatThrownBy(() -> engine.device("tpu")).isInstanceOf(FlexoraException.class);
    assumeThat(manager.getEngine().getGpuCount()).as("GPUs of this machine").isZero();
    assertThat(engine.device("auto")).isEqualTo(Device.cpu());
    assertThatThrownBy(() -> engine.device("gpu"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("sees no GPU");
  }
}
