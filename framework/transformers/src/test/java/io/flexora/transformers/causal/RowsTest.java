package io.flexora.transformers.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import org.junit.jupiter.api.Test;

/**
 * The forms that add rows in a fixed order on a GPU, against those of a processor, on a processor.
 */
class RowsTest {

  private static final String CALLS =
      """
        def derivatives(self, x: Tensor, values: Tensor, rows: Tensor) -> List[Tensor]:
          inputs = [torch.detach(x).requires_grad_(True), torch.detach(values).requires_grad_(True)]
          y = self.add_rows(torch.tanh(inputs[0]), rows, inputs[1] * self.read_rows(inputs[0], rows))
          results = [torch.detach(y)]
          first = annotate(List[Tensor], [])
          for g in torch.autograd.grad([torch.sum(y * y * y)], inputs, None, True, True):
            assert g is not None
            first.append(g)
            results.append(torch.detach(g))
          along = torch.sum(first[0] * first[0]) + torch.sum(first[1] * first[1])
          for g in torch.autograd.grad([along], inputs):
            assert g is not None
            results.append(g)
          return results
      """;

  @Test
  void bothFormsHaveTheSameValuesAndDerivativesOfFirstAndSecondOrder() {
    String text = ScriptText.of(CausalText.class, CausalText.ROWS).text();
    assertThat(text).contains("x.is_cuda");
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu());
        TorchScript ofProcessor = TorchScript.compile(manager, text + CALLS);
        TorchScript ofGpu =
            TorchScript.compile(manager, text.replace("x.is_cuda", "True") + CALLS)) {
      NDArray x = manager.create(new double[] {0.1, 0.2, -0.3, 0.4, 0.5, -0.6}).reshape(3, 2);
      NDArray values = manager.arange(1f, 11f).div(7).toType(x.getDataType(), true).reshape(5, 2);
      NDArray rows = manager.create(new long[] {2, 0, 2, 2, 0});
      Arguments arguments =
          new Arguments(manager).with("x", x).with("values", values).with("rows", rows);
      NDList expected = ofProcessor.call("derivatives", arguments);
      NDList found = ofGpu.call("derivatives", arguments);
      assertThat(expected).hasSize(5);
      for (int i = 0; i < expected.size(); i++) {
        double[] wanted = expected.get(i).toDoubleArray();
        double size = expected.get(i).abs().max().getDouble();
        assertThat(found.get(i).toDoubleArray()).containsExactly(wanted, within(1e-14 * size));
      }
    }
  }
}
