package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.transformers.checkpoint.ComputeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A change of a matrix, in the order of rows that is told, is what a merged GGUF file has more than
 * the same file of the base.
 */
class GgufModulesTest {

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "llama3, llama, true",
    "mistral, llama, true",
    "gguf-qwen2-q8_0, qwen2, false",
    "qwen3, qwen3, false",
    "gguf-llama3-f16, llama, true",
    "phi3, phi3, false"
  })
  void namesTheTensorAndTheOrderOfItsRows(String name, String architecture, boolean turned)
      throws IOException {
    try (BaseModel model = TinyModel.named(name).backend(ComputeChoice.FLOAT32, 0).load()) {
      GgufModules gguf = model.ability(GgufModules.class).orElseThrow();
      assertThat(gguf.ggufArchitecture()).isEqualTo(architecture);
      List<String> modules = model.shape().modules().stream().map(ModuleShape::name).toList();
      AdapterPlan plan = new AdapterPlan(Lora.method(0), List.of(0, 2), modules, Head.NONE);
      try (AdaptedModel adapted = model.adapt(plan);
          NDManager scope = model.manager().newSubManager();
          GgufFile base = exported(adapted, scope, new double[(int) adapted.parameters().size()]);
          GgufFile merged =
              exported(adapted, scope, Lora.theta(adapted.parameters(), modules, 0.5, 0.5))) {
        double[] theta = Lora.theta(adapted.parameters(), modules, 0.5, 0.5);
        boolean anyTurned = false;
        for (int layer : plan.layers()) {
          for (ModuleShape module : model.shape().modules()) {
            AdapterSite site = new AdapterSite(layer, module);
            GgufModules.Matrix matrix = gguf.ggufMatrix(site);
            anyTurned |= !matrix.rows().isEmpty();
            assertThat(matrix.rows().isEmpty() || module.name().matches("[qk]_proj")).isTrue();
            float[] change = change(scope, adapted, site, theta);
            assertSame(base, merged, matrix, module, change);
          }
        }
        assertThat(anyTurned).isEqualTo(turned);
      }
    }
  }

  private static float[] change(
      NDManager scope, AdaptedModel adapted, AdapterSite site, double[] theta) {
    List<NDArray> factors =
        adapted.parameters().slices().stream()
            .filter(slice -> slice.tensorName().startsWith(site.path() + "."))
            .map(
                slice ->
                    scope
                        .create(
                            java.util.Arrays.copyOfRange(
                                theta, (int) slice.offset(), (int) (slice.offset() + slice.size())))
                        .reshape(slice.shape()))
            .toList();
    return new AdapterChange(scope, adapted.plan().method())
        .ofMatrix(scope, scope.create(0.0), factors, List.of())
        .toType(ai.djl.ndarray.types.DataType.FLOAT32, false)
        .toFloatArray();
  }

  private static void assertSame(
      GgufFile base, GgufFile merged, GgufModules.Matrix matrix, ModuleShape module, float[] change)
      throws IOException {
    float[] before = new float[change.length];
    float[] after = new float[change.length];
    base.readFloats(matrix.tensor(), 0, before);
    merged.readFloats(matrix.tensor(), 0, after);
    double size = 0;
    double missed = 0;
    for (int place = 0; place < module.outputs(); place++) {
      int row = matrix.rows().isEmpty() ? place : matrix.rows().get(place);
      for (int column = 0; column < module.inputs(); column++) {
        double told = change[row * module.inputs() + column];
        int at = place * module.inputs() + column;
        size = Math.max(size, Math.abs(told));
        missed = Math.max(missed, Math.abs(after[at] - before[at] - told));
      }
    }
    // Both files are rounded to F16.
    assertThat(missed).as(matrix.tensor()).isLessThan(4e-3 * Math.max(1, size));
    assertThat(size).as(matrix.tensor()).isGreaterThan(0.1);
  }

  private GgufFile exported(AdaptedModel adapted, NDManager scope, double[] theta)
      throws IOException {
    Path folder = Files.createTempDirectory(temporary, "export");
    float[] values = new float[theta.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) theta[i];
    }
    adapted
        .ability(ModelExporter.class)
        .orElseThrow()
        .export("gguf-f16", scope.create(values), List.of(), folder);
    try (Stream<Path> files = Files.list(folder)) {
      return GgufFile.open(
          files.filter(file -> file.toString().endsWith(".gguf")).findFirst().orElseThrow());
    }
  }
}
