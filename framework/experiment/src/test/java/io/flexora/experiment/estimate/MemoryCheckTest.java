package io.flexora.experiment.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import org.junit.jupiter.api.Test;

class MemoryCheckTest {

  private static final long MIB = 1 << 20;

  /** 1 to 8 MiB of each part beside the process: 36 MiB. */
  private static final MemoryEstimate ESTIMATE =
      new MemoryEstimate(0, MIB, 2 * MIB, 3 * MIB, 4 * MIB, 5 * MIB, 6 * MIB, 7 * MIB, 8 * MIB);

  private static final String PARTS =
      "(weights 1, activations 3, logits 4, second-order graph 5, copies of theta 6, copy of the"
          + " base 7, kept states 2, allocator 8)";

  @Test
  void aRunWithoutRoomIsRefusedWithTheCellThatNeedsTheMost() {
    assertThatThrownBy(() -> MemoryCheck.require(ESTIMATE, 36 * MIB - 1, () -> "'all' of 'mine'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "not enough memory: the run needs about 36 MiB more than it has, for cell 'all' of"
                + " 'mine' "
                + PARTS
                + ", but 36 MiB are available. Take ");
    assertThatCode(
            () ->
                MemoryCheck.require(
                    ESTIMATE,
                    36 * MIB,
                    () -> {
                      throw new AssertionError("nobody has to know");
                    }))
        .doesNotThrowAnyException();
  }

  @Test
  void whatACellLacksIsSaidWithItsName() {
    assertThat(MemoryCheck.lack("bge.glosses.all.1", ESTIMATE, 20 * MIB))
        .contains(
            "cell 'bge.glosses.all.1' needs about 36 MiB more than its process has "
                + PARTS
                + ", but 20 MiB are available");
    assertThat(MemoryCheck.lack("bge.glosses.all.1", ESTIMATE, 36 * MIB)).isEmpty();
  }
}
