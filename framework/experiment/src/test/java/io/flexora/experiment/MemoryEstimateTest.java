package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelShape;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {

  private static final long MIB = 1 << 20;

  /** SmolLM2 135M in float32, as its checkpoint describes it. */
  private static ModelShape smollm2() {
    List<ModuleShape> modules =
        List.of(
            new ModuleShape("q_proj", "model.layers.%d.self_attn.q_proj", 576, 576),
            new ModuleShape("k_proj", "model.layers.%d.self_attn.k_proj", 576, 192),
            new ModuleShape("v_proj", "model.layers.%d.self_attn.v_proj", 576, 192),
            new ModuleShape("o_proj", "model.layers.%d.self_attn.o_proj", 576, 576),
            new ModuleShape("gate_proj", "model.layers.%d.mlp.gate_proj", 576, 1536),
            new ModuleShape("up_proj", "model.layers.%d.mlp.up_proj", 576, 1536),
            new ModuleShape("down_proj", "model.layers.%d.mlp.down_proj", 1536, 576));
    return new ModelShape(
        "llama",
        30,
        576,
        256,
        modules,
        List.of(),
        134_515_008,
        "float32",
        538_060_032,
        "CAUSAL_LM",
        49_152,
        "base",
        Set.of());
  }

  /** Eight texts of 158 tokens, 138 of them labelled, on LoRA of q_proj and v_proj. */
  private static MemoryEstimate of(boolean secondOrder, int segments, long storedThetas) {
    ModelShape shape = smollm2();
    List<ModuleShape> targets = List.of(shape.modules().get(0), shape.modules().get(2));
    ModelMemory memory = new ModelMemory(4096, segments, true, 64 << 20, 0, 0);
    LargestBatch batch =
        LargestBatch.of(Collections.nCopies(20, new LargestBatch.Size(158, 138)), 8, memory);
    return MemoryEstimate.of(
        shape,
        targets,
        memory,
        460_800,
        storedThetas,
        List.of(new MemoryEstimate.Step(batch, secondOrder)),
        0);
  }

  /** A training step on a CPU had a peak of 2678 MiB, a step of an unrolled search 6733 MiB. */
  @Test
  void aStepOfARealModelWasMeasuredToTakeAsMuch() {
    assertThat(of(false, 1, 10).total()).isBetween(2678 * MIB, 2678 * MIB * 5 / 4);
    assertThat(of(true, 1, 24).total()).isBetween(6733 * MIB * 95 / 100, 6733 * MIB * 5 / 4);
  }

  @Test
  void aSecondOrderGraphKeepsTheLogitsOfAllLabelledTokens() {
    assertThat(of(true, 1, 0).logits()).isEqualTo(8L * 138 * 49_152 * 4 * 3);
    assertThat(of(false, 1, 0).logits()).isEqualTo(64 * MIB * 3);
  }

  @Test
  void segmentsOfLayersKeepTheirActivationsOneAtATime() {
    long states = 8L * 158 * 576 * 4;
    assertThat(of(false, 6, 0).activations())
        .isEqualTo(of(false, 1, 0).activations() / 6 + 6 * states);
    assertThat(of(false, 100, 0).activations()).isEqualTo(of(false, 30, 0).activations());
  }

  @Test
  void theCopiesOfThetaAreCounted() {
    assertThat(of(true, 1, 9).thetas() - of(true, 1, 4).thetas()).isEqualTo(5 * 460_800 * 4);
  }

  @Test
  void aProcessThatHasTheWeightsTakesThemOnce() {
    MemoryEstimate whole = of(false, 1, 4);
    long further = whole.total() - whole.process();
    assertThat(whole.further(false).total()).isEqualTo(further);
    assertThat(whole.further(true).total()).isEqualTo(further - whole.weights());
  }

  @Test
  void theLargestBatchHasTheLongestExamples() {
    List<LargestBatch.Size> sizes =
        List.of(
            new LargestBatch.Size(10, 1),
            new LargestBatch.Size(30, 3),
            new LargestBatch.Size(20, 2));
    assertThat(LargestBatch.of(sizes, 2, ModelMemory.PLAIN))
        .isEqualTo(new LargestBatch(60, 1800, 5));
    ModelMemory packed = new ModelMemory(50, 1, true, 0, 0, 0);
    assertThat(LargestBatch.of(sizes, 2, packed)).isEqualTo(new LargestBatch(30, 900, 3));
    packed = new ModelMemory(60, 1, true, 0, 0, 0);
    assertThat(LargestBatch.of(sizes, 2, packed)).isEqualTo(new LargestBatch(50, 1800, 5));
    assertThat(LargestBatch.of(sizes, 9, ModelMemory.PLAIN).tokens()).isEqualTo(90);
    assertThat(LargestBatch.of(List.of(), 9, packed)).isEqualTo(LargestBatch.NONE);
  }

  @Test
  void theLargestStepCounts() {
    LargestBatch small = new LargestBatch(100, 1000, 0);
    LargestBatch large = new LargestBatch(150, 2000, 0);
    assertThat(total(false, small, false, large)).isEqualTo(total(false, large));
    assertThat(total(true, small, false, large)).isEqualTo(total(true, small));
  }

  private static long total(boolean secondOrder, LargestBatch batch) {
    return total(secondOrder, batch, false, LargestBatch.NONE);
  }

  private static long total(
      boolean secondOrder, LargestBatch batch, boolean other, LargestBatch second) {
    return MemoryEstimate.of(
            smollm2(),
            List.of(),
            ModelMemory.PLAIN,
            0,
            0,
            List.of(
                new MemoryEstimate.Step(batch, secondOrder),
                new MemoryEstimate.Step(second, other)),
            0)
        .total();
  }
}
