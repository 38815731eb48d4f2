package io.flexora.numerics.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.Workspace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TermMeanTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isASingleArrayAsItWasWhenItWasAdded() {
    try (Workspace work = new Workspace(manager)) {
      TermMean mean = new TermMean(work);

      addAndOverwrite(mean, 3, 1, -2, 3);

      assertThat(mean.kept().orElseThrow().toDoubleArray()).containsExactly(1, -2, 3);
    }
  }

  @Test
  void weightsArraysByTheirTermsAsTheyWereWhenTheyWereAdded() {
    try (Workspace work = new Workspace(manager)) {
      TermMean mean = new TermMean(work);

      addAndOverwrite(mean, 3, 6, 2, -2);
      addAndOverwrite(mean, 1, -2, -2, 6);

      assertThat(mean.terms()).isEqualTo(4);
      assertThat(mean.kept().orElseThrow().toDoubleArray()).containsExactly(4, 1, 0);
    }
  }

  /** A step of many batches has the memory of one gradient more, and not of one for each. */
  @Test
  void keepsOneArrayHoweverManyAreAdded() {
    try (Workspace work = new Workspace(manager)) {
      TermMean mean = new TermMean(work);

      for (int batch = 0; batch < 5; batch++) {
        addAndOverwrite(mean, batch, batch, -batch);
        assertThat(work.temporary().getManagedArrays()).hasSize(1);
      }

      assertThat(mean.kept().orElseThrow().toDoubleArray()).containsExactly(3, -3);
    }
  }

  @Test
  void leavesOutWhatIsTheMeanOfNoTermsWhereverItStands() {
    try (Workspace work = new Workspace(manager)) {
      TermMean mean = new TermMean(work);

      addAndOverwrite(mean, 0, Double.NaN, Double.NaN);
      addAndOverwrite(mean, 3, 6, 2);
      addAndOverwrite(mean, 0, Double.NaN, Double.NaN);
      addAndOverwrite(mean, 1, -2, -2);
      addAndOverwrite(mean, 0, Double.NaN, Double.NaN);

      assertThat(mean.terms()).isEqualTo(4);
      assertThat(mean.kept().orElseThrow().toDoubleArray()).containsExactly(4, 1);
    }
  }

  @Test
  void isNoNumberWhereThereAreNoTermsAtAll() {
    try (Workspace work = new Workspace(manager)) {
      TermMean mean = new TermMean(work);

      addAndOverwrite(mean, 0, Double.NaN);
      addAndOverwrite(mean, 0, Double.NaN);

      assertThat(mean.terms()).isZero();
      assertThat(mean.kept().orElseThrow().getDouble(0)).isNaN();
    }
  }

  @Test
  void isEmptyWithoutAnArray() {
    try (Workspace work = new Workspace(manager)) {
      assertThat(new TermMean(work).kept()).isEmpty();
    }
  }

  /** Adds an array and writes zeros into it, as its owner may once it is added. */
  private void addAndOverwrite(TermMean mean, long terms, double... values) {
    NDArray array = manager.create(values);
    mean.add(array, terms);
    array.muli(0);
  }
}
