package io.flexora.model.decoder.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.head.Head;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.weights.Tiny;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.export.Judge;
import io.flexora.transformers.export.MergedExport;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an export is kept, and how it is divided. */
class MergedExportTest {

  @TempDir private Path temporary;

  /** A judge whose two models differ by a part of their logits' size. */
  private record Differing(double part) implements Judge {
    @Override
    public double[][] adapted(List<int[]> sequences) {
      return sequences.stream().map(s -> new double[] {1, -1, 0}).toArray(double[][]::new);
    }

    @Override
    public double[][] exported(Path location, List<int[]> sequences) {
      // A shift of all logits means nothing.
      return sequences.stream()
          .map(s -> new double[] {7 + 1 + part, 7 - 1 - part, 7})
          .toArray(double[][]::new);
    }
  }

  private static void export(String name, String format, Judge judge, long shard, Path folder)
      throws IOException {
    LoraOptions options = new LoraOptions(8, 16, 0, false, List.of());
    AdapterMethod method =
        Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
            .getInstance(LoraAdapter.class);
    AdapterPlan plan = new AdapterPlan(method, List.of(), List.of(), Head.NONE);
    ParameterIndex none = new ParameterIndex(List.of());
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu());
        CausalCheckpoint checkpoint = Tiny.open(Tiny.location(name))) {
      new MergedExport(checkpoint, plan, none, ComputeType.FLOAT32, judge, shard)
          .write(format, manager.create(new float[0]), folder);
    }
  }

  @Test
  void whatComputesSomethingElseIsNotKept() throws IOException {
    Path folder = temporary.resolve("merged");
    export("llama2", "gguf-f16", new Differing(0.01), 1 << 20, folder);
    byte[] before = Files.readAllBytes(folder.resolve("model-f16.gguf"));

    for (String format : List.of("safetensors", "gguf-f16", "gguf-q8_0")) {
      assertThatThrownBy(() -> export("llama2", format, new Differing(0.4), 1 << 20, folder))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("the export to " + format + " was not kept")
          .hasMessageContaining("differ from the adapted model's by 0.4");
    }
    assertThatThrownBy(() -> export("llama2", "gguf-f16", new Differing(Double.NaN), 1, folder))
        .isInstanceOf(FlexoraException.class);
    assertThat(folder.resolve("model-f16.gguf")).hasBinaryContent(before);
    assertThat(temporary.toFile().list()).containsExactly("merged");
  }

  @Test
  void aLargeModelIsWrittenInShards() throws IOException {
    Path folder = temporary.resolve("merged");
    export("mistral", "safetensors", new Differing(0), 30_000, folder);

    assertThat(folder.toFile().list())
        .contains("model.safetensors.index.json", "model-00001-of-00004.safetensors")
        .doesNotContain("model.safetensors");
    try (CausalCheckpoint before = Tiny.open(Tiny.location("mistral"));
        CausalCheckpoint after = Tiny.open(folder)) {
      assertThat(Tiny.decoder(after).shape()).isEqualTo(Tiny.decoder(before).shape());
      assertThat(after.tensors()).containsOnlyKeys(before.tensors().keySet());
    }
  }
}
