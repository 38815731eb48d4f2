package io.flexora.numerics.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * A process that computes derivatives for ever, in native calls of seconds; with an argument, one
 * that is halted with this exit code in the middle of one.
 */
final class LongCall {
  private LongCall() {}

  public static void main(String... arguments) {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      TorchScript script =
          TorchScript.compile(
              manager,
              """
                def derivatives(self, x: Tensor, n: Tensor) -> Tensor:
                  x = x.detach().requires_grad_(True)
                  for i in range(int(n)):
                    first = torch.autograd.grad([torch.sum(x * x * x)], [x], create_graph=True)[0]
                    assert first is not None
                    second = torch.autograd.grad([torch.sum(first)], [x])[0]
                    assert second is not None
                  return x.detach()
              """);
      if (arguments.length > 0) {
        new Thread(() -> halt(Integer.parseInt(arguments[0]))).start();
      }
      for (int calls = 10; ; calls = 1_000_000) {
        try (NDManager scope = manager.newSubManager()) {
          script.call(
              "derivatives",
              new Arguments(scope)
                  .with("x", scope.ones(new Shape(64), DataType.FLOAT64))
                  .with("n", calls));
        }
        System.out.println("computing");
      }
    }
  }

  private static void halt(int code) {
    try {
      Thread.sleep(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code);
  }
}
