package io.flexora.experiment.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.cell.FinishedRun;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.ThisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredPruningTest {

  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 4, 5, 6, 7);
  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 7);
  private static final AdapterSite FIRST = new AdapterSite(0, MODULE);
  private static final AdapterSite SECOND = new AdapterSite(1, MODULE);

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  /** Remembers what it is pruned with. */
  private record Base(NDManager manager, int outputs, List<String> told)
      implements BaseModel, PrunableModel {

    @Override
    public ModelShape shape() {
      return new ModelShape(
              "small",
              2,
              3,
              8,
              List.of(new ModuleShape("query", "layer.%d.query", 3, outputs)),
              List.of("query"),
              12,
              "float32",
              48,
              "CAUSAL_LM",
              4,
              "base")
          .withAbilities(Set.of(PrunableModel.class));
    }

    @Override
    public AdaptedModel adapt(AdapterPlan plan) {
      throw new UnsupportedOperationException();
    }

    @Override
    public BaseModel pruned(List<SparseMatrix> matrices) {
      matrices.forEach(matrix -> told.add(text(matrix)));
      return this;
    }

    @Override
    public void close() {}
  }

  private static String text(SparseMatrix matrix) {
    StringBuilder text = new StringBuilder(matrix.site().path());
    for (boolean kept : matrix.kept().toBooleanArray()) {
      text.append(kept ? " 1" : " 0");
    }
    matrix.weight().ifPresent(w -> text.append(Arrays.toString(w.toFloatArray())));
    return text.toString();
  }

  private List<SparseMatrix> matrices() {
    boolean[] every = new boolean[21];
    boolean[] some = new boolean[21];
    float[] values = new float[21];
    for (int i = 0; i < every.length; i++) {
      every[i] = i % 2 == 0;
      some[i] = i % 3 != 0;
      values[i] = (float) Math.sin(i);
    }
    Shape shape = new Shape(7, 3);
    NDArray weight = manager.create(values, shape);
    return List.of(
        new SparseMatrix(FIRST, manager.create(every, shape), Optional.empty()),
        new SparseMatrix(SECOND, manager.create(some, shape), Optional.of(weight)));
  }

  @Test
  void comesBackBitForBitOnceTheCellIsTrained() throws IOException {
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1")) {
      CellFolder cell = run.cell("main");
      StoredPruning stored = new StoredPruning(cell);
      Base base = new Base(manager, 7, new ArrayList<>());
      assertThat(stored.of(base)).isEmpty();
      StoredPruning.requireNone(cell, "peft");
      List<SparseMatrix> matrices = matrices();
      stored.write(matrices);
      assertThat(stored.of(base)).isEmpty();
      cell.writeTheta(new float[] {1}, Head.Saved.of(Head.NONE));
      assertThat(stored.of(base)).isPresent();
      assertThat(base.told()).isEqualTo(matrices.stream().map(StoredPruningTest::text).toList());

      assertThatThrownBy(() -> stored.of(new Base(manager, 70, new ArrayList<>())))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("is of another model: its mask of layer.0.query");
      assertThatThrownBy(() -> StoredPruning.requireNone(cell, "peft"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("cell 'main' was trained on a base that it has pruned")
          .hasMessageContaining("format peft");

      Path file = cell.path().resolve(CellFolder.PRUNED);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> stored.of(base)).isInstanceOf(FlexoraException.class);
      assertThat(cell.removeDamaged()).isPresent();
      assertThat(cell.theta()).isEmpty();
    }
  }

  @Test
  void aRunThatHasPrunedItsModelLacksNoAdapter() {
    Path path;
    try (RunFolder run = RunFolder.create(folder, "a", TIME, "seed: 1")) {
      path = run.path();
      Provenance here =
          ThisProcess.provenance(Instant.EPOCH, 1, Map.of(), Map.of(), Map.of(), Map.of());
      run.writeProvenance(here);
      assertThat(FinishedRun.damage(path).orElseThrow()).contains("SHA256SUMS is missing");
      new StoredPruning(run.cell("main")).write(matrices());
    }
    assertThat(FinishedRun.damage(path)).isEmpty();
  }
}
