package io.flexora.experiment.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.transformer.NoAdapter;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredStartTest {

  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 2);
  private static final AdapterSite SITE = new AdapterSite(1, MODULE);
  private static final AdapterParameter A = new AdapterParameter("A", "lora_A", new Shape(2, 3), 4);
  private static final AdapterParameter A0 = new AdapterParameter("A0", "", new Shape(2));
  private static final AdapterParameter C = new AdapterParameter("C", "common", new Shape(1, 2));

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path folder;

  private static ModelShape shape() {
    return new ModelShape(
        "small",
        2,
        3,
        8,
        List.of(MODULE),
        List.of("query"),
        12,
        "float32",
        48,
        "CAUSAL_LM",
        4,
        "base");
  }

  private static AdapterPlan plan(int layer) {
    AdapterMethod method =
        new NoAdapter() {
          @Override
          public List<AdapterParameter> parameters(ModuleShape module) {
            return List.of(A);
          }

          @Override
          public List<AdapterParameter> constants(ModuleShape module) {
            return List.of(A0);
          }

          @Override
          public List<AdapterParameter> sharedConstants(List<ModuleShape> modules) {
            return List.of(C);
          }
        };
    return new AdapterPlan(method, List.of(layer), List.of("query"), Head.NONE);
  }

  @Test
  void comesBackBitForBitWithTheShapesThatItHas() {
    AdapterParameter cut = A.withShape(new Shape(1, 3));
    AdapterStart start =
        new AdapterStart(
            Map.of(SITE, List.of(new AdapterArray(cut, new float[] {1, -2, 0.1f}))),
            Map.of(SITE, List.of(new AdapterArray(A0, new float[] {3, 4}))),
            List.of(new AdapterArray(C, new float[] {5, 6})));
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1")) {
      StoredStart stored = new StoredStart(run.cell("main"));
      assertThat(stored.read(plan(1), shape())).isEmpty();
      stored.write(start);
      assertThat(stored.read(plan(1), shape())).contains(start);
      assertThatThrownBy(() -> stored.read(plan(0), shape()))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("has no tensor 'parameter.layer.0.query.A'");
    }
  }
}
