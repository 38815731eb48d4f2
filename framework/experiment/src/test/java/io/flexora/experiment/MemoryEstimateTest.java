package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.Passes;
import io.flexora.api.selection.SelectionCost;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {

  private static final long MIB = 1 << 20;
  private static final SelectionCost NOTHING = SelectionCost.NONE;

  private static SelectionCost unrolled(int storedThetas) {
    Passes each = Passes.of(1, 8);
    return new SelectionCost(each, each, each, Passes.NONE, storedThetas);
  }

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

  private static MemoryEstimate of(SelectionCost search) {
    return of(search, 1);
  }

  private static MemoryEstimate of(SelectionCost search, int segments) {
    ModelShape shape = smollm2();
    List<ModuleShape> targets = List.of(shape.modules().get(0), shape.modules().get(2));
    return MemoryEstimate.of(
        shape,
        targets,
        460_800,
        new MemoryEstimate.BatchSize(8 * 158, 158, 8 * 138, segments),
        search);
  }

  /**
   * Eight texts of 158 tokens, 138 of them labelled: a training step on a CPU had a peak of 2678
   * MiB, a step of an unrolled search 6733 MiB, each with about 500 MiB of the Java process.
   */
  @Test
  void aStepOfARealModelWasMeasuredToTakeAsMuch() {
    long java = 500 * MIB;
    assertThat(of(NOTHING).total() + java).isBetween(2678 * MIB, 2678 * MIB * 13 / 10);
    assertThat(of(unrolled(4)).total() + java)
        .isBetween(6733 * MIB * 95 / 100, 6733 * MIB * 13 / 10);
  }

  @Test
  void logitsAreThoseOfLabelledTokensInFloat32() {
    assertThat(of(NOTHING).logits()).isEqualTo(8L * 138 * 49_152 * 4 * 3);
  }

  @Test
  void segmentsOfLayersKeepTheirActivationsOneAtATime() {
    SelectionCost none = NOTHING;
    long states = 8L * 158 * 576 * 4;
    assertThat(of(none, 6).activations()).isEqualTo(of(none, 1).activations() / 6 + 6 * states);
    assertThat(of(none, 100).activations()).isEqualTo(of(none, 30).activations());
  }

  @Test
  void theStatesOfTheInnerStepsAreCounted() {
    long one = of(unrolled(4)).search();
    assertThat(of(unrolled(9)).search() - one).isEqualTo(5 * 460_800 * 4);
  }
}
