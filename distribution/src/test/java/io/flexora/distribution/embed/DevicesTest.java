package io.flexora.distribution.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.Notices;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.check.CheckReport;
import io.flexora.host.FlexoraHost;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose batches several devices share, against the same runs on one. */
@ExtendWith(OneThread.class)
class DevicesTest {

  /** A search with dropout whose steps have several batches, and a training with packs. */
  private static final List<String> SEVERAL_BATCHES =
      List.of(
          "selector.batch_size=4",
          "selector.gradient_accumulation_steps=3",
          "selector.validation_batches=2",
          "trainer.per_device_train_batch_size=3",
          "trainer.gradient_accumulation_steps=3",
          "trainer.packing=true",
          "trainer.evaluation_batch_size=8");

  /** Which devices computed, as outcomes record it. */
  private static final Pattern DEVICE = Pattern.compile("\"device\":\"[^\"]*\"");

  @TempDir Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void prepare() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  private FlexoraHost host() {
    return Program.host(folder);
  }

  private Experiment experiment(FlexoraHost host, String... options) {
    List<String> all =
        Stream.concat(
                Stream.concat(SEVERAL_BATCHES.stream(), Stream.of(options)),
                Stream.of("output_dir=" + folder.resolve("runs")))
            .toList();
    return host.experiment(tiny.file(), all);
  }

  @Test
  void aRunHasTheNumbersOfOneDevice() throws Exception {
    try (FlexoraHost host = host()) {
      RunOutcome one = experiment(host).run(RunListener.NONE);
      RunOutcome three = experiment(host, "devices=3").run(RunListener.NONE);
      RunContents.requireSame(found(three), found(one), "on three devices");
      for (String cell : one.cells().keySet()) {
        assertThat(RunFolder.readCell(three.folder(), cell).theta())
            .usingRecursiveComparison()
            .isEqualTo(RunFolder.readCell(one.folder(), cell).theta());
      }
      assertThat(FlexoraHost.run(three.folder()).provenance().orElseThrow().versions())
          .containsEntry(Provenance.DEVICE, "3 copies on cpu");

      long tensors = LiveTensors.count();
      experiment(host, "devices=2", "baselines={}").run(RunListener.NONE);
      assertThat(LiveTensors.count()).isEqualTo(tensors);
    }
  }

  /**
   * All that a run found, bit by bit; the configuration differs, which manifests name by its hash.
   */
  private static Map<String, String> found(RunOutcome run) throws IOException {
    Map<String, String> contents = withoutDevices(run.folder());
    assertThat(contents).containsKeys("adapter/adapter_model.safetensors", "configuration.yaml");
    contents.remove("configuration.yaml");
    contents
        .keySet()
        .removeIf(file -> file.endsWith("manifest.json") || file.endsWith("theta.safetensors"));
    return contents;
  }

  private static Map<String, String> withoutDevices(Path run) throws IOException {
    Map<String, String> contents = RunContents.of(run);
    contents.replaceAll((file, content) -> DEVICE.matcher(content).replaceAll(""));
    return contents;
  }

  @Test
  void aRunGoesOnWithAnotherNumberOfDevices() throws Exception {
    try (FlexoraHost host = host()) {
      Map<String, String> whole = withoutDevices(experiment(host).run(RunListener.NONE).folder());
      AtomicReference<Experiment> interrupted = new AtomicReference<>();
      interrupted.set(experiment(host));
      assertThatThrownBy(() -> interrupted.get().run(cancelling(interrupted)))
          .isInstanceOf(CancelledException.class);
      Path run = interrupted.get().folder().orElseThrow();

      host.experimentOf(run, List.of("devices=2")).resume(run, RunListener.NONE);
      RunContents.requireSame(withoutDevices(run), whole, "resumed on two devices");
    }
  }

  private static RunListener cancelling(AtomicReference<Experiment> experiment) {
    return new RunListener() {
      @Override
      public void progress(String cell, String phase, Progress progress) {
        if (cell.equals("main") && phase.equals("train") && progress.done() == 3) {
          experiment.get().cancel();
        }
      }
    };
  }

  @Test
  void aStepHasABatchForEachDevice() {
    try (FlexoraHost host = host()) {
      assertThatThrownBy(() -> experiment(host, "devices=4").check(RunListener.NONE))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "devices is 4, but a step of trainer 'gradient' accumulates the gradients of 3"
                  + " batches, which is what devices share");
    }
  }

  @Test
  void aSearchThatStaysOnOneDeviceIsToldByACheckAndByTheRun() {
    String[] options = {"devices=2", "selector.gradient_accumulation_steps=1", "baselines={}"};
    String told =
        "The search of cell 'main' has 1 batch in a step, so 1 of the 2 devices computes it; its"
            + " gradient_accumulation_steps says how many it has.";
    List<String> heard = new CopyOnWriteArrayList<>();
    try (FlexoraHost host = host()) {
      assertThat(experiment(host, options).check(RunListener.NONE).notices()).containsExactly(told);
      assertThat(experiment(host, "devices=3").check(RunListener.NONE).notices()).isEmpty();
      experiment(host, options).run(Notices.into(heard));
    }
    assertThat(heard).containsOnlyOnce(told);
  }

  @Test
  void aCheckTellsOfAllDevices() {
    try (FlexoraHost host = host()) {
      CheckReport one = experiment(host).check(RunListener.NONE);
      CheckReport two = experiment(host, "devices=2").check(RunListener.NONE);
      assertThat(two.device()).isEqualTo("2 copies on cpu");
      assertThat(two.memory().weights()).isEqualTo(one.memory().weights());
      assertThat(two.memory().activations()).isEqualTo(2 * one.memory().activations());

      CheckReport gpu = experiment(host, "device=gpu").check(RunListener.NONE);
      CheckReport gpus = experiment(host, "devices=2", "device=gpu").check(RunListener.NONE);
      assertThat(gpus.device()).isEqualTo("gpu 0, gpu 1");
      assertThat(gpus.devicePresent()).isFalse();
      assertThat(gpus.memory()).isEqualTo(gpu.memory());
    }
  }
}
