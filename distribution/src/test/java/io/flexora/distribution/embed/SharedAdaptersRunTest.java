package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.ClassHost;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are not kept share an adapter, from the choice to what is saved. */
class SharedAdaptersRunTest {

  private static final int LAYERS = 4;

  @TempDir static Path cache;
  @RegisterExtension static final ClassHost host = new ClassHost(() -> cache);

  @TempDir Path folder;

  @Test
  void isTrainedAsOneAndSavedWithEachLayer() throws IOException {
    RunOutcome run = experiment("lora").run(RunListener.NONE);

    List<ChosenModule> modules = run.main().selectedModules();
    TreeSet<Integer> sharing = new TreeSet<>();
    modules.stream().filter(ChosenModule::shared).forEach(m -> sharing.add(m.layer()));
    assertThat(run.main().selectedLayers()).hasSize(LAYERS);
    assertThat(sharing).hasSize(2);

    CellFolder cell = RunFolder.readCell(run.folder(), "main");
    float[] theta = cell.theta().orElseThrow();
    int head = theta.length - LAYERS * layerSize(run, theta.length);
    int size = layerSize(run, theta.length);
    assertThat(run.main().trainableParameters()).isEqualTo(3L * size + head);
    float[] shared = layer(theta, sharing.first(), size);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(Arrays.equals(layer(theta, layer, size), shared))
          .as("layer %d", layer)
          .isEqualTo(sharing.contains(layer));
    }
    // An untrained B is zero.
    assertThat(Arrays.equals(shared, layer(cell.snapshots().firstEntry().getValue(), 0, size)))
        .isFalse();
    assertThat(cell.snapshots().firstEntry().getValue()).hasSameSizeAs(theta);
  }

  /** All but the head is the adapters', and all layers adapt the same modules. */
  private static int layerSize(RunOutcome run, int length) {
    long all = run.cells().get("all").trainableParameters();
    assertThat(all).isEqualTo(length);
    long half = run.cells().get("half").trainableParameters();
    return Math.toIntExact((all - half) / 2);
  }

  private static float[] layer(float[] theta, int layer, int size) {
    return Arrays.copyOfRange(theta, layer * size, (layer + 1) * size);
  }

  @Test
  void anAdapterThatDependsOnItsModuleIsRefusedBeforeTheSearch() throws IOException {
    Experiment experiment = experiment("dora");
    assertThatThrownBy(() -> experiment.run(RunListener.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("selector 'lora-drop' lets layers share an adapter")
        .hasMessageContaining("adapter 'dora' depends on the module that it is on")
        .hasMessageContaining("plain LoRA");
  }

  private Experiment experiment(String adapter) throws IOException {
    return host.experiment(
        TinyExperiment.in(folder).file(),
        List.of(
            "selector={use: lora-drop, layers: 2, warmup_steps: 2, batches: 1, share: true}",
            "baselines={all: all, half: {use: first, layers: 2}}",
            "adapter={use: %s, lora_rank: 2}".formatted(adapter),
            "posteriors={steps: {use: checkpoint-ensemble, members: 2, every: 3}}",
            "output_dir=" + folder.resolve("runs")));
  }
}
